"""Visits, calls and notes, as partner systems read and write them."""

from datetime import timedelta

import pytest
from django.utils.timezone import localtime

from carecoord import clock
from carecoord.api.schema import openapi
from carecoord.audit.models import AuditEntry
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Encounter, Relationship
from neighbourhoods.services import (
    EncounterFacts,
    change_encounter,
    plan_encounter,
    record_encounter,
)
from neighbourhoods.services.encounter_facts import facts_of
from tests.api.conftest import shown, told
from tests.shortening import thoroughly
from tests.statements import at_most

pytestmark = pytest.mark.django_db
NOBODY = "0190a000-0000-7000-8000-000000000000"


@pytest.fixture
def visit(world, sheila):
    with acting_as(world.nurse):
        facts = EncounterFacts(kind="visit", note="Dressing changed")
        return record_encounter(by=world.nurse, resident_id=sheila.id, team_id=world.nursing.id, facts=facts)


@pytest.fixture
def planned(world, sheila):
    with acting_as(world.nurse):
        facts = EncounterFacts(kind="visit", at=clock.now() + timedelta(days=2), purpose="Leg ulcer dressing")
        return plan_encounter(by=world.nurse, resident_id=sheila.id, team_id=world.nursing.id, facts=facts)


def in_days(days):
    return (clock.now() + timedelta(days=days)).replace(microsecond=0).isoformat()


def test_a_visit_is_written_down(world, nursing, sheila):
    asked = {
        "resident": str(sheila.id),
        "kind": "visit",
        "at": in_days(-1),
        "seen_by_name": "Leah Brook",
        "note": "Walks with the new frame",
        "outcome": "Comes again on Friday",
    }
    answer = nursing.post("contacts/", asked)
    made = shown(answer, 201)
    assert {name: made[name] for name in asked if name != "at"} == {k: v for k, v in asked.items() if k != "at"}
    assert made["at"][:19] == asked["at"][:19]
    assert (made["status"], made["method"], made["team"]) == ("done", "in_person", str(world.nursing.id))
    assert (made["seen_by"], made["is_late"]) == (None, True)
    assert made["allowed_actions"] == ["change", "enter-in-error"]
    assert shown(nursing.get(answer.headers["Location"])) == made
    assert shown(nursing.get(f"contacts/?resident={sheila.id}"))["results"] == [made]
    entry = AuditEntry.objects.get(verb="encounter.recorded")
    assert (entry.actor_kind, entry.actor_id) == ("client", nursing.row.id)


def test_a_note_names_its_team_where_nobody_is_named(world, nursing, sheila):
    made = shown(nursing.post("contacts/", {"resident": str(sheila.id), "kind": "note", "note": "Key safe 4"}), 201)
    assert (made["seen_by_name"], made["is_late"]) == ("Millbrook Community Nursing", False)


def test_a_visit_is_planned_and_told_how_it_went(nursing, sheila):
    asked = {"resident": str(sheila.id), "kind": "visit", "status": "planned", "at": in_days(2), "purpose": "Dressing"}
    answer = nursing.post("contacts/", asked)
    made = shown(answer, 201)
    assert (made["status"], made["planned_for"]) == ("planned", made["at"])
    assert made["allowed_actions"] == ["change", "complete", "miss", "cancel", "enter-in-error"]
    path = f"contacts/{made['id']}/"
    moved = nursing.patch(path, {"at": in_days(3)}, If_Match=answer.headers["ETag"])
    assert shown(moved)["planned_for"] == moved.json()["at"] != made["at"]
    done = shown(nursing.patch(path, {"status": "done", "note": "Clean"}, If_Match=moved.headers["ETag"]))
    assert (done["status"], done["note"], done["purpose"]) == ("done", "Clean", "Dressing")
    assert done["planned_for"] == moved.json()["at"]


def test_whoever_plans_a_visit_is_told_who_else_comes_that_day(world, nursing, onlooker, sheila):
    asked = {"resident": str(sheila.id), "kind": "visit", "status": "planned"}
    noon = localtime(clock.now()).replace(hour=12, minute=0, second=0, microsecond=0)

    def plan(client, days):
        return shown(client.post("contacts/", {**asked, "at": (noon + timedelta(days=days)).isoformat()}), 201)

    alone, next_day = plan(nursing, 2), plan(onlooker, 3)
    assert (alone["same_day"], next_day["same_day"]) == ([], [])
    beside = plan(onlooker, 2)
    (other,) = beside["same_day"]
    organisation = world.nursing.organisation
    assert {name: other[name] for name in ("id", "at", "kind", "team")} == {
        name: alone[name] for name in ("id", "at", "kind", "team")
    }
    assert (other["organisation"], other["organisation_name"]) == (str(organisation.id), organisation.name)
    listed = {row["id"]: row["same_day"] for row in shown(nursing.get("contacts/"))["results"]}
    assert {id_: [one["id"] for one in rows] for id_, rows in listed.items()} == {
        alone["id"]: [beside["id"]],
        beside["id"]: [alone["id"]],
        next_day["id"]: [],
    }
    gone = shown(nursing.patch(f"contacts/{alone['id']}/", {"status": "cancelled", "reason": "Moved"}, If_Match="*"))
    assert (gone["same_day"], shown(onlooker.get(f"contacts/{beside['id']}/"))["same_day"]) == ([], [])


def test_what_is_planned_is_cancelled_with_a_reason(nursing, planned):
    path = f"contacts/{planned.id}/"
    assert nursing.patch(path, {"status": "cancelled"}, If_Match="*").json()["errors"] == {"reason": ["Say why."]}
    gone = shown(nursing.patch(path, {"status": "cancelled", "reason": "In hospital"}, If_Match="*"))
    assert (gone["status"], gone["ended_reason"]) == ("cancelled", "In hospital")
    refused = nursing.patch(path, {"status": "done"}, If_Match="*")
    assert told(refused) == (422, "illegal_transition")
    assert refused.json()["allowed"] == ["enter-in-error"]


def test_nobody_may_be_there(nursing, planned):
    missed = shown(nursing.patch(f"contacts/{planned.id}/", {"status": "did_not_attend"}, If_Match="*"))
    assert missed["status"] == "did_not_attend"


def test_a_correction_says_why_and_keeps_the_wording_before(nursing, visit):
    path = f"contacts/{visit.id}/"
    tag = nursing.get(path).headers["ETag"]
    assert nursing.patch(path, {"note": "Right leg"}).status_code == 428
    refused = nursing.patch(path, {"note": "Right leg"}, If_Match=tag)
    assert refused.json()["errors"] == {"reason": ["Say why you correct it."]}
    corrected = nursing.patch(path, {"note": "Right leg", "reason": "It was the right one"}, If_Match=tag)
    assert (shown(corrected)["note"], corrected.json()["version"]) == ("Right leg", 2)
    visit.refresh_from_db()
    assert [(was["note"], was["corrected_by"]) for was in visit.earlier] == [("Dressing changed", "nursing")]
    stale = nursing.patch(path, {"note": "x", "reason": "y"}, If_Match=tag)
    assert told(stale) == (412, "stale")
    assert stale.json()["current"] == corrected.json()


def test_somebody_named_takes_the_place_of_a_name(world, nursing, sheila):
    asked = {"resident": str(sheila.id), "kind": "call", "seen_by_name": "Leah Brook"}
    made = shown(nursing.post("contacts/", asked), 201)
    named = {"seen_by": str(world.nurse.membership_id), "reason": "It was the nurse"}
    changed = shown(nursing.patch(f"contacts/{made['id']}/", named, If_Match="*"))
    assert (changed["seen_by"], changed["seen_by_name"]) == (str(world.nurse.membership_id), "Nurse")
    back = shown(nursing.patch(f"contacts/{made['id']}/", {"seen_by_name": "Leah", "reason": "x"}, If_Match="*"))
    assert (back["seen_by"], back["seen_by_name"]) == (None, "Leah")


def test_whoever_corrects_a_partners_entry_was_not_there(world, nursing, sheila):
    made = shown(nursing.post("contacts/", {"resident": str(sheila.id), "kind": "visit", "note": "Left leg"}), 201)
    with acting_as(world.nurse):
        entry = Encounter.objects.get(id=made["id"])
        facts = EncounterFacts(**{**vars(facts_of(entry)), "note": "Right leg"})
        change_encounter(by=world.nurse, encounter_id=entry.id, version=1, facts=facts, reason="The right one")
    entry.refresh_from_db()
    assert (entry.note, entry.seen_by_id) == ("Right leg", None)


def test_the_pages_say_whose_entry_it_is(world, nursing, sheila, signed_in):
    made = shown(nursing.post("contacts/", {"resident": str(sheila.id), "kind": "note", "note": "Key safe 4"}), 201)
    nurse = signed_in("nurse")
    assert "Millbrook Community Nursing" in nurse.get(f"/residents/{sheila.id}/visits/").content.decode()
    timeline = nurse.get(f"/residents/{sheila.id}/timeline/").content.decode()
    assert "nursing, Test Community Health" in timeline
    assert "Key safe 4" in timeline
    assert made["allowed_actions"] == ["change", "enter-in-error"]


def test_only_its_own_team_changes_it(onlooker, visit, planned):
    path = f"contacts/{visit.id}/"
    assert shown(onlooker.get(path))["allowed_actions"] == []
    assert told(onlooker.patch(path, {"note": "x", "reason": "y"}, If_Match="*")) == (403, "not_yours")
    cancel = {"status": "cancelled", "reason": "x"}
    assert told(onlooker.patch(f"contacts/{planned.id}/", cancel, If_Match="*")) == (403, "not_yours")
    visit.refresh_from_db()
    assert (visit.note, visit.version) == ("Dressing changed", 1)


def test_what_a_team_left_behind_is_cancelled_by_whoever_sees_it(world, onlooker, planned):
    left = Relationship.objects.filter(resident_id=planned.resident_id, team_id=world.nursing.id)
    left.update(ended_at=clock.now())
    listed = shown(onlooker.get("contacts/"))["results"]
    assert [row["allowed_actions"] for row in listed] == [["cancel"]]
    gone = onlooker.patch(f"contacts/{planned.id}/", {"status": "cancelled", "reason": "Moved away"}, If_Match="*")
    assert shown(gone)["allowed_actions"] == []


def test_nobody_elses_contacts_are_found(stranger, sheila, visit):
    assert stranger.get(f"contacts/{visit.id}/").status_code == 404
    assert stranger.patch(f"contacts/{visit.id}/", {"note": "x"}, If_Match="*").status_code == 404
    asked = {"resident": str(sheila.id), "kind": "note", "note": "x"}
    assert stranger.post("contacts/", asked).status_code == 404
    assert shown(stranger.get(f"contacts/?resident={sheila.id}"))["results"] == []
    assert Encounter.objects.count() == 1


def test_a_token_without_the_scope_is_refused(world, partner, sheila, visit):
    reader = partner("reader", world.nursing, scopes=("contacts.read",))
    assert reader.get(f"contacts/{visit.id}/").status_code == 200
    asked = {"resident": str(sheila.id), "kind": "note", "note": "x"}
    assert told(reader.post("contacts/", asked)) == (403, "missing_scope")


def test_the_same_request_twice_is_one_contact(nursing, sheila):
    asked = {"resident": str(sheila.id), "kind": "note", "note": "Key safe 4"}
    first = nursing.post("contacts/", asked, Idempotency_Key="one")
    assert shown(nursing.post("contacts/", asked, Idempotency_Key="one"), 201) == shown(first, 201)
    assert Encounter.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"kind": "letter"}, 400, "kind"),
        ({"kind": "note"}, 422, "note"),
        ({"kind": "note", "note": "x", "status": "planned", "at": "2099-01-01T10:00:00Z"}, 422, "kind"),
        ({"kind": "visit", "status": "planned"}, 422, "at"),
        ({"kind": "visit", "status": "planned", "at": "2020-01-01T10:00:00Z"}, 422, "at"),
        ({"kind": "visit", "at": "2099-01-01T10:00:00Z"}, 422, "at"),
        ({"kind": "visit", "at": "1900-01-01T10:00:00Z"}, 422, "at"),
        ({"kind": "visit", "at": "2026-01-01T10:00:00"}, 400, "at"),
        ({"kind": "visit", "at": "2026-13-01T10:00:00Z"}, 400, "at"),
        ({"kind": "visit", "at": 7}, 400, "at"),
        ({"kind": "visit", "method": "telephone"}, 422, "method"),
        ({"kind": "visit", "seen_by": NOBODY}, 422, "seen_by"),
        ({"kind": "visit", "team": NOBODY}, 422, "team"),
        ({"kind": "visit", "status": "cancelled"}, 400, "status"),
        ({"kind": "visit", "note": "x" * 50_000}, 400, "note"),
        ({"kind": "visit", "mood": "good"}, 400, "mood"),
    ],
)
def test_what_is_written_down_is_checked(nursing, sheila, body, status, field):
    answer = nursing.post("contacts/", {"resident": str(sheila.id), **body})
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field]), answer.content
    assert Encounter.objects.count() == 0


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_a_list_and_a_detail_keep_to_their_statements(world, nursing, onlooker, sheila, number):
    facts = {"resident_id": sheila.id, "team_id": world.nursing.id}
    with acting_as(world.nurse):
        for day in range(number):
            plan = EncounterFacts(kind="visit", at=clock.now() + timedelta(days=day + 1))
            made = plan_encounter(by=world.nurse, facts=plan, **facts)
    for client in (nursing, onlooker):
        with at_most(7):  # one of them for who else comes that day, for all of the page
            assert len(shown(client.get("contacts/?page_size=100"))["results"]) == number
        with at_most(9):
            shown(client.get(f"contacts/{made.id}/"))


def test_pages_follow_each_other(nursing, sheila):
    made = [
        shown(nursing.post("contacts/", {"resident": str(sheila.id), "kind": "call", "at": in_days(-day)}), 201)["id"]
        for day in (1, 2, 2, 3, 4)
    ]
    found, path = [], "contacts/?page_size=2"
    while path:
        page = shown(nursing.get(path))
        found += [row["id"] for row in page["results"]]
        path = page["next"]
    assert len(found) == 5
    assert (found[0], set(found), found[3:]) == (made[0], set(made), made[3:])
    assert nursing.get("contacts/?kind=visit").json()["code"] == "unknown_parameter"


def test_looks_are_written_down(nursing, sheila, visit):
    nursing.get(f"contacts/{visit.id}/")
    nursing.get("contacts/")
    nursing.get(f"contacts/?resident={sheila.id}")
    looks = AuditEntry.objects.filter(actor_id=nursing.row.id, kind="look").order_by("at")
    assert [look.verb for look in looks] == ["encounter.viewed", "encounters.listed", "encounters.viewed"]


def test_the_document_tells_of_contacts():
    paths, schemas = openapi()["paths"], openapi()["components"]["schemas"]
    told = paths["/api/v1/contacts/"]["post"]["requestBody"]["content"]["application/json"]["examples"]
    assert len(told) == 2
    assert schemas["NewContact"]["properties"]["at"]["format"] == "date-time"
    assert set(paths["/api/v1/contacts/{contact_id}/"]) == {"get", "patch"}


def test_from_whom_it_is_kept_when_given_out_is_said_kept_and_checked(nursing, sheila):
    asked = {"resident": str(sheila.id), "kind": "note", "note": "Her son told us"}
    assert shown(nursing.post("contacts/", asked), 201)["hidden"] == ""
    made = shown(nursing.post("contacts/", asked | {"hidden": "third-party"}), 201)
    assert made["hidden"] == "third-party"
    path, reason = f"contacts/{made['id']}/", {"reason": "Typed wrong"}
    changed = shown(nursing.patch(path, {"note": "Her daughter told us"} | reason, If_Match="*"))
    assert changed["hidden"] == "third-party"
    assert shown(nursing.patch(path, {"hidden": ""} | reason, If_Match="*"))["hidden"] == ""
    assert nursing.post("contacts/", asked | {"hidden": "because"}).status_code == 400
    refused = nursing.post("contacts/", asked | {"hidden": "not-asked"})
    assert (refused.status_code, refused.json()["errors"]) == (422, {"hidden": ["Choose from whom it is kept."]})
