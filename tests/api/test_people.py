"""People around residents, and who acts for them, as partner systems read and write them."""

from datetime import date, timedelta

import pytest

from carecoord import clock
from carecoord.audit.models import AuditEntry
from neighbourhoods.ages import birthday
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Contact
from neighbourhoods.services import ContactFacts, add_contact
from neighbourhoods.services.contact_facts import CarerFacts
from neighbourhoods.services.proxies import REASONS, ProxyFacts, move_proxy, propose_proxy
from neighbourhoods.states import PROXY
from tests.api.conftest import shown, told
from tests.life import restrict
from tests.statements import at_most

pytestmark = pytest.mark.django_db
NOBODY = "0190a000-0000-7000-8000-000000000000"


@pytest.fixture
def karen(world, sheila):
    facts = ContactFacts(
        "personal",
        "Karen Hartley",
        "Daughter",
        phone="07700 900456",
        is_carer=True,
        carer=CarerFacts(12, is_able=False),
    )
    with acting_as(world.nurse) as by:
        return add_contact(by=by, resident_id=sheila.id, facts=facts)


@pytest.fixture
def proposed(world, sheila, karen):
    facts = ProxyFacts("consent", "She said so")
    with acting_as(world.nurse) as by:
        return propose_proxy(by=by, resident_id=sheila.id, contact_id=karen.id, facts=facts)


# --- around them ---


def test_somebody_is_written_down_with_what_they_are_to_the_resident(nursing, sheila):
    asked = {
        "resident": str(sheila.id),
        "kind": "personal",
        "name": "Karen Hartley",
        "relationship": "Daughter",
        "phone": "07700 900456",
        "is_carer": True,
        "household_member": False,
        "rank": 1,
        "carer_hours_a_week": 12,
        "carer_is_able": False,
        "carer_assessment_offered_on": "2026-01-08",
    }
    answer = nursing.post("people/", asked)
    made = shown(answer, 201)
    assert {name: made[name] for name in asked} == asked
    assert (made["parental_responsibility"], made["carer_is_willing"], made["roles"]) == ("", None, [])
    assert (made["starts_on"], made["ends_on"]) == (clock.today().isoformat(), None)
    assert made["allowed_actions"] == ["change", "end"]
    assert shown(nursing.get(answer.headers["Location"])) == made
    assert shown(nursing.get(f"people/?resident={sheila.id}"))["results"] == [made]


def test_ig_31_each_says_who_wrote_it_down_for_whom_and_when(world, nursing, sheila, karen):
    shown(nursing.post("people/", {"resident": str(sheila.id), "kind": "professional", "name": "Dr Nair"}), 201)
    by_partner, by_nurse = shown(nursing.get("people/"))["results"]
    assert (by_nurse["recorded_by_name"], by_nurse["recorded_by_role"]) == ("Nurse", "Community nurse")
    assert by_partner["recorded_by_name"] == nursing.row.name
    for row in (by_partner, by_nurse):
        assert row["recorded_by_organisation"] == str(world.community.id)
        assert row["recorded_by_organisation_name"] == world.community.name
        assert row["created_at"]


def test_a_change_keeps_what_is_left_out_and_what_stood_there(nursing, sheila, karen):
    path = f"people/{karen.id}/"
    tag = nursing.get(path).headers["ETag"]
    changed = shown(nursing.patch(path, {"rank": 2, "carer_hours_a_week": 20}, If_Match=tag))
    assert (changed["rank"], changed["carer_hours_a_week"], changed["carer_is_able"]) == (2, 20, False)
    assert (changed["phone"], changed["version"]) == ("07700 900456", 2)
    late = nursing.patch(path, {"rank": 3}, If_Match=tag)
    assert (late.status_code, late.json()["current"]["rank"]) == (412, 2)
    assert told(nursing.patch(path, {"rank": 3})) == (428, "precondition_required")
    assert nursing.patch(path, {"name": "Carol"}, If_Match="*").status_code == 400


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"carer_hours_a_week": 169}, 400, "carer_hours_a_week"),
        ({"carer_assessment_offered_on": "2100-01-01"}, 422, "carer_assessment_offered_on"),
        ({"is_carer": False}, 422, "is_carer"),
        ({"roles": ["Emperor"]}, 422, "roles"),
        ({"parental_responsibility": "yes"}, 422, "parental_responsibility"),
        ({"rank": 6}, 400, "rank"),
    ],
)
def test_what_will_not_do_is_refused_with_its_field_and_nothing_is_changed(nursing, karen, change, status, field):
    answer = nursing.patch(f"people/{karen.id}/", change, If_Match="*")
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])
    karen.refresh_from_db()
    assert karen.version == 1


def test_whoever_is_no_longer_around_says_so_and_no_longer_acts(world, nursing, sheila, karen, proposed):
    ended = shown(nursing.post(f"people/{karen.id}/end/", {"reason": "Has moved to Spain"}))
    assert (ended["ends_on"], ended["allowed_actions"]) == (clock.today().isoformat(), [])
    proxy = shown(nursing.get(f"proxies/{proposed.id}/"))
    assert (proxy["status"], proxy["reason_code"]) == ("rejected", "not-around")
    assert nursing.patch(f"people/{karen.id}/", {"rank": 1}, If_Match="*").status_code == 422
    assert AuditEntry.objects.get(verb="contact.ended").reason == "Has moved to Spain"


def test_ig_26_of_somebody_with_a_record_here_the_name_alone_is_told(world, nursing, sheila):
    ken = world.resident(given_name="Ken", nhs_number=None, phone="07700 900111")
    Contact.objects.create(resident=sheila, kind="personal", name="Ken Hartley", resident_link=ken)
    row = shown(nursing.get("people/"))["results"][0]
    assert (row["name"], row["has_record"], row["phone"]) == ("Ken Hartley", True, "")
    assert str(ken.id) not in str(row)


def test_ig_20_family_of_a_restricted_resident_is_neither_told_nor_written(world, nursing, sheila, karen, proposed):
    restrict(world, sheila)
    assert nursing.get(f"people/{karen.id}/").status_code == nursing.get(f"proxies/{proposed.id}/").status_code == 404
    for path in ("people/", "proxies/", f"people/?resident={sheila.id}"):
        assert shown(nursing.get(path))["results"] == [], path
    new = {"resident": str(sheila.id), "kind": "personal", "name": "Carol Moss"}
    assert told(nursing.post("people/", new)) == (422, "restricted")
    assert not Contact.objects.filter(name="Carol Moss").exists()
    assert shown(nursing.post("people/", new | {"kind": "professional"}), 201)["name"] == "Carol Moss"


def test_nobody_else_finds_or_writes_any_of_it(stranger, sheila, karen, proposed):
    for path in (f"people/{karen.id}/", f"proxies/{proposed.id}/"):
        assert stranger.get(path).status_code == 404
    assert stranger.patch(f"people/{karen.id}/", {"rank": 1}, If_Match="*").status_code == 404
    assert stranger.post(f"people/{karen.id}/end/", {"reason": "Gone"}).status_code == 404
    assert stranger.post(f"proxies/{proposed.id}/reject/", {"reason_code": "not-safe"}).status_code == 404
    assert [shown(stranger.get(path))["results"] for path in ("people/", "proxies/")] == [[], []]
    new = {"resident": str(sheila.id), "kind": "personal", "name": "Carol"}
    assert stranger.post("people/", new).status_code == 404


def test_ig_40_each_scope_opens_what_the_table_says_and_no_more(world, partner, karen):
    for scope, is_open in (("residents.read", False), ("contacts.read", False), ("people.read", True)):
        client = partner(f"with-{scope}", world.nursing, scopes=[scope])
        assert (client.get(f"people/{karen.id}/").status_code == 200) is is_open, scope
    reader = partner("reader", world.nursing, scopes=["people.read"])
    assert shown(reader.get(f"people/{karen.id}/"))["allowed_actions"] == []
    assert told(reader.post(f"people/{karen.id}/end/", {"reason": "Gone"})) == (403, "missing_scope")


def test_sent_twice_with_one_key_makes_one(nursing, sheila):
    new = {"resident": str(sheila.id), "kind": "personal", "name": "Carol Moss"}
    first, second = (nursing.post("people/", new, Idempotency_Key="once") for _ in range(2))
    assert shown(first, 201) == shown(second, 201)
    assert Contact.objects.filter(name="Carol Moss").count() == 1
    again = nursing.post("people/", new)
    assert (again.status_code, list(again.json()["errors"])) == (422, ["name"])


def test_ig_27_each_read_is_a_look(nursing, sheila, karen, proposed):
    for path in (
        f"people/{karen.id}/",
        "people/",
        f"people/?resident={sheila.id}",
        f"proxies/{proposed.id}/",
        "proxies/",
    ):
        assert nursing.get(path).status_code == 200
    looks = AuditEntry.objects.filter(actor_id=nursing.row.id, kind="look").order_by("at")
    verbs = ["people.viewed", "people.listed", "people.viewed", "people.viewed", "people.listed"]
    assert [look.verb for look in looks] == verbs


@pytest.mark.thorough
def test_a_list_of_thirty_costs_what_one_of_three_does(world, nursing, sheila):
    def more(numbers):
        with acting_as(world.nurse) as by:
            for number in numbers:
                facts = ContactFacts("personal", f"Karen {number}")
                karen = add_contact(by=by, resident_id=sheila.id, facts=facts)
                propose_proxy(by=by, resident_id=sheila.id, contact_id=karen.id, facts=ProxyFacts("consent"))

    more(range(30))
    for path in ("people/?page_size=100", "proxies/?page_size=100"):
        nursing.get(path)
        with at_most(8):
            assert len(shown(nursing.get(path))["results"]) == 30


# --- who acts for them ---


def test_somebody_is_proposed_let_act_reviewed_and_ended(world, nursing, sheila, karen):
    new = {"resident": str(sheila.id), "person": str(karen.id), "legal_basis": "consent"}
    answer = nursing.post("proxies/", new)
    made = shown(answer, 201)
    assert {name: made[name] for name in new} == new
    assert (made["status"], made["acts_now"], made["person_name"]) == ("proposed", False, "Karen Hartley")
    assert made["allowed_actions"] == ["activate", "reject", "enter-in-error"]
    assert made["recorded_by_name"] == nursing.row.name
    path = answer.headers["Location"]
    unseen = nursing.post(f"{path}activate/", {"reason_code": "agreed"})
    assert (unseen.status_code, list(unseen.json()["errors"])) == (422, ["evidence"])
    acting = nursing.post(f"{path}activate/", {"reason_code": "agreed", "evidence": "Both were there"})
    assert shown(acting)["acts_now"] is True
    assert acting.json()["granted_by_organisation"] == str(world.community.id)
    assert acting.json()["allowed_actions"] == ["end", "enter-in-error", "review"]
    reviewed = shown(nursing.post(f"{path}review/", {"reason": "Seen together"}))
    assert reviewed["reviewed_on"] == clock.today().isoformat()
    stale = nursing.post(f"{path}end/", {"reason_code": "withdrawn"}, If_Match=answer.headers["ETag"])
    assert (stale.status_code, stale.json()["current"]["status"]) == (412, "active")
    ended = shown(nursing.post(f"{path}end/", {"reason_code": "other", "reason": "Lives abroad"}))
    assert (ended["status"], ended["reason_code"], ended["reason"]) == ("inactive", "other", "Lives abroad")
    assert (ended["ends_on"], ended["acts_now"]) == (clock.today().isoformat(), False)


@pytest.mark.parametrize("move", PROXY.moves, ids=lambda move: move.verb)
def test_a_move_from_any_other_state_is_refused_and_says_what_is_possible(world, nursing, sheila, karen, move):
    for state in (one.name for one in PROXY.states if one.name not in move.origins):
        proxy = in_state(world, sheila, karen, state)
        body = {"reason_code": next(iter(REASONS[move.verb])), "reason": "Because"}
        answer = nursing.post(f"proxies/{proxy.id}/{move.verb.replace('_', '-')}/", body)
        assert told(answer) == (422, "illegal_transition"), state
        possible = [verb.replace("_", "-") for verb in PROXY.allowed(state)]
        assert answer.json()["allowed"] == possible, state
        proxy.refresh_from_db()
        assert proxy.status == state
        proxy.delete()


WAY = {"active": "activate", "rejected": "reject", "entered_in_error": "enter_in_error"}


def in_state(world, sheila, karen, state):
    of_her = {"resident_id": sheila.id}
    with acting_as(world.nurse) as by:
        proxy = propose_proxy(by=by, **of_her, contact_id=karen.id, facts=ProxyFacts("consent", "She said so"))
        verbs = ["activate", "end"] if state == "inactive" else [WAY[state]] if state in WAY else []
        for verb in verbs:
            reason = next(iter(REASONS[verb]))
            proxy = move_proxy(by=by, **of_her, proxy_id=proxy.id, verb=verb, reason=reason)
    return proxy


def test_what_will_not_do_names_the_fields_as_the_api_has_them(nursing, sheila, karen, proposed):
    new = {"resident": str(sheila.id), "person": NOBODY, "legal_basis": "consent"}
    assert list(nursing.post("proxies/", new).json()["errors"]) == ["person"]
    wordless = nursing.post(f"proxies/{proposed.id}/reject/", {"reason_code": "other"})
    assert (wordless.status_code, list(wordless.json()["errors"])) == (422, ["reason"])
    assert nursing.post(f"proxies/{proposed.id}/reject/", {"reason_code": "withdrawn"}).status_code == 400
    assert nursing.post(f"proxies/{proposed.id}/review/", {"reason": "Fine"}).status_code == 422


def test_ig_24_a_parent_acts_no_longer_once_the_child_is_of_age_whatever_the_state_says(world, nursing):
    soon = clock.today() + timedelta(days=30)
    born = date(soon.year - 16, soon.month, min(soon.day, 28))
    child = world.resident(given_name="Kofi", birth_date=born, nhs_number=None)
    with acting_as(world.nurse) as by:
        mother = ContactFacts("personal", "Abena", parental_responsibility="yes")
        contact = add_contact(by=by, resident_id=child.id, facts=mother)
        facts = ProxyFacts("parental-responsibility", "Birth certificate")
        proxy = propose_proxy(by=by, resident_id=child.id, contact_id=contact.id, facts=facts)
        move_proxy(by=by, resident_id=child.id, proxy_id=proxy.id, verb="activate", reason="parent")
    row = shown(nursing.get(f"proxies/{proxy.id}/"))
    assert (row["acts_now"], row["status"]) == (True, "active")
    assert row["review_due_on"] == birthday(clock.today(), 1).isoformat()
    with clock.at(clock.now() + timedelta(days=31)):
        row = shown(nursing.get(f"proxies/{proxy.id}/"))
    assert (row["acts_now"], row["status"]) == (False, "active")


def test_proxies_are_listed_by_resident_and_by_state(nursing, sheila, proposed):
    for query, number in ((f"resident={sheila.id}", 1), ("status=proposed", 1), ("status=active", 0)):
        assert len(shown(nursing.get(f"proxies/?{query}"))["results"]) == number, query
