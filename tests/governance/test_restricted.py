"""How to reach a restricted resident is said nowhere (IG-20), whatever was written or frozen before."""

import re
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import get_resolver, reverse

from carecoord.alerts.models import Alert
from carecoord.errors import NotYours, RuleError
from carecoord.outbox.tasks import relay
from neighbourhoods.gate import acting_as
from neighbourhoods.identities import find_identities, identities_of
from neighbourhoods.models import Contact, Organisation, OrganisationKind, Resident
from neighbourhoods.models.residents import NO_WAY_THERE
from neighbourhoods.services import change_resident, create_organisation, open_caseload_entry
from neighbourhoods.services.contacts import ContactFacts, add_contact
from neighbourhoods.services.restrictions import lift_restriction, restrict_resident
from referrals.cards import card_of
from referrals.models import Referral
from referrals.services.handovers import draft_handover, offer_handover
from tests.api.conftest import shown, told
from tests.architecture.test_urls import OURS, arguments
from tests.life import known, live, restrict
from tests.partners import made_client
from tests.pdfs import words_of
from tests.standing import made_once
from tests.world import sign_in

pytestmark = pytest.mark.django_db

ADDRESS, TOWN, POSTCODE, PHONE = "17 Hidden Lock Row", "Lockinghurst", "ZE3 9XQ", "07700 900917"
EMAIL, PRACTICE, PRACTICE_PHONE = "sheila.hidden@example.org", "Quayside Unspoken Practice", "01632 960917"
DAUGHTER, HER_PHONE = "Karen Hartley", "01632 960918"
HIDDEN = (ADDRESS, TOWN, POSTCODE, "ZE3", PHONE, EMAIL, PRACTICE, PRACTICE_PHONE, DAUGHTER, HER_PHONE)


def said(text, words=HIDDEN):
    """Which of them stand in the text as words: three letters may also stand within a token made at random."""
    return [word for word in words if re.search(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])", text)]


def live_openly(world):
    """Somebody with something in every table, all of it written and frozen while she was not restricted."""
    practice = create_organisation(
        by=world.builder, place=world.place, name=PRACTICE, kind=OrganisationKind.GP_PRACTICE, neighbourhood=None
    )
    Organisation.objects.filter(id=practice.id).update(phone=PRACTICE_PHONE, neighbourhood=world.millbrook)
    world.unspoken = practice
    world.resident = partial(
        world.resident,
        address_lines=(ADDRESS, TOWN),
        postcode=POSTCODE,
        phone=PHONE,
        email=EMAIL,
        gp_practice_id=practice.id,
    )
    live(world)
    del world.resident
    Contact.objects.filter(name=DAUGHTER).update(phone=HER_PHONE, email=f"karen.{EMAIL}")
    alert = Alert.objects.filter(team=world.surgery).first()
    world.alert_id, world.client_id = alert.id, made_client(world).id


standing = made_once(live_openly)


@pytest.fixture
def lived(world):
    return world


@pytest.fixture
def restricted(lived):
    restrict(lived, lived.sheila)
    return lived


def lifted(world):
    with acting_as(world.lead):
        return lift_restriction(by=world.lead, resident_id=world.sheila.id, reason="He has moved abroad")


def said_on_pages(world, client, who):
    sign_in(client, world, who)
    found = {}
    for name, names in OURS:
        # The directory of everybody's practices, and forms that choose one of them, are about no resident.
        if name in {"directory", "organisation", "organisation_detail", "resident_new", "resident_sharing"}:
            continue
        answer = client.get(reverse(name, kwargs=arguments(world, names)))
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if words := said(body.decode(errors="replace")):
            found[name] = words
    file = client.post(reverse("statement_pdf", args=[world.sheila.id]), {"purpose": "care", "size": "usual"})
    if file.status_code == 200 and (words := said(words_of(file.content))):
        found["statement_pdf"] = words
    return found


def said_by_the_api(world, client):
    found, values = {}, api_arguments(world)
    (api,) = [one for one in get_resolver().url_patterns if getattr(one, "namespace", None) == "api"]
    for entry in flat(api.url_patterns):
        names = entry.pattern.converters
        # The directory says every practice, and of nobody that it is theirs.
        if entry.name in {"organisations", "organisation", "teams"} or not names.keys() <= values.keys():
            continue
        address = reverse(f"api:{entry.name}", kwargs={name: values[name] for name in names})
        for query in ("", f"?resident={world.sheila.id}"):
            body = client.get(f"{address}{query}").content.decode()
            if words := said(body, (*HIDDEN, str(world.unspoken.id))):
                found[entry.name] = words
    return found


def flat(entries):
    for entry in entries:
        yield from flat(entry.url_patterns) if hasattr(entry, "url_patterns") else [entry]


def api_arguments(world):
    names = ("resident_id", "action_id", "goal_id", "referral_id", "service_id", "team_id", "neighbourhood_id")
    named = arguments(world, [*names, "handover_id", "alert_id"])
    care = {"stay_id": world.stay.id, "package_id": world.package.id}
    people = {"person_id": world.proxy.contact_id, "proxy_id": world.proxy.id}
    return named | care | people | {"contact_id": world.encounter.id, "plan_id": world.plan.id, "key": "most_important"}


@pytest.mark.thorough
def test_ig_20_before_she_is_restricted_the_walk_finds_all_of_it(lived, client, nursing):
    pages = said_on_pages(lived, client, "nurse")
    assert set(HIDDEN) == {word for words in pages.values() for word in words}
    assert {"resident_record", "resident_people", "contact_end", "handover", "referral_detail"} <= pages.keys()
    assert {"residents", "resident", "referral", "handover"} <= said_by_the_api(lived, nursing).keys()


def first_and_thorough(first, *others):
    return [first, *(pytest.param(other, marks=pytest.mark.thorough) for other in others)]


@pytest.mark.parametrize("who", first_and_thorough("nurse", "link_worker", "gp"))
def test_ig_20_a_restricted_residents_address_practice_and_phone_are_on_no_page(restricted, client, who):
    """The nurse sees the record, the link worker has the card of a referral, the GP an offered handover."""
    assert said_on_pages(restricted, client, who) == {}


@pytest.mark.parametrize("team", first_and_thorough("nursing", "carers", "surgery"))
def test_ig_20_a_restricted_residents_address_practice_and_phone_leave_by_no_endpoint(restricted, partner, team):
    assert said_by_the_api(restricted, partner(f"of-{team}", getattr(restricted, team))) == {}


def test_ig_20_who_sees_the_resident_sees_restricted_instead(restricted, client):
    sign_in(client, restricted, "nurse")
    for name in ("resident_record", "resident_people"):
        assert "Restricted" in client.get(reverse(name, args=[restricted.sheila.id])).content.decode()
    card = client.get(reverse("referral_detail", args=[restricted.referral.id])).content.decode()
    assert card.count("Restricted") == 3  # the banner, where she lives, her practice


@pytest.mark.parametrize(("who", "page"), [("link_worker", "referral_detail"), ("gp", "handover")])
def test_ig_20_a_receiver_who_is_shown_the_card_is_told_that_she_is_restricted(restricted, client, who, page):
    sign_in(client, restricted, who)
    item = {"referral_detail": restricted.referral, "handover": restricted.handover}[page]
    assert "banner__restricted" in client.get(reverse(page, args=[item.id])).content.decode()


def test_ig_20_the_api_keeps_the_security_label_and_leaves_the_way_there_empty(restricted, nursing):
    answer = shown(nursing.get(f"residents/{restricted.sheila.id}/"))
    assert answer["security_label"] == "R"
    assert (answer["family_name"], answer["nhs_number"]) == ("Hartley", restricted.sheila.nhs_number)
    hidden = ("address_lines", "postcode", "phone", "email", "gp_practice", "neighbourhood")
    assert [answer[name] for name in hidden] == [[], "", "", "", None, None]
    (row,) = shown(nursing.get("residents/"))["results"]
    assert (row["security_label"], row["postcode"]) == ("R", "")


def test_ig_20_everybody_else_has_the_label_n_and_an_address(lived, nursing):
    answer = shown(nursing.get(f"residents/{lived.sheila.id}/"))
    assert (answer["security_label"], answer["postcode"], answer["phone"]) == ("N", POSTCODE, PHONE)


def test_ig_20_changing_a_restricted_resident_tells_nothing_and_loses_nothing(restricted, nursing):
    address = f"residents/{restricted.sheila.id}/"
    read = nursing.get(address)["ETag"]
    changed = {"given_name": "Sheila", "family_name": "Hartley-Moss"}
    answer = shown(nursing.patch(address, changed, If_Match=read))
    assert said(str(answer)) == []
    assert Resident.objects.get(id=restricted.sheila.id).family_name == "Hartley-Moss"
    assert lifted(restricted).address_lines == [ADDRESS, TOWN]


def test_ig_20_what_is_not_shown_cannot_be_written_over(restricted, nursing):
    body = {"given_name": "Sheila", "family_name": "Hartley", "postcode": "", "address_lines": []}
    address = f"residents/{restricted.sheila.id}/"
    answer = nursing.patch(address, body, If_Match=nursing.get(address)["ETag"])
    assert told(answer) == (422, "restricted")
    assert set(answer.json()["errors"]) == {"postcode", "address_lines"}
    assert lifted(restricted).postcode == POSTCODE


def test_ig_13_a_list_by_neighbourhood_never_gives_restricted_people(lived, nursing):
    address = f"residents/?neighbourhood={lived.millbrook.id}"
    assert len(shown(nursing.get(address))["results"]) == 1
    restrict(lived, lived.sheila)
    assert shown(nursing.get(address))["results"] == []


def test_ig_20_the_identity_of_a_restricted_resident_has_no_district(lived):
    def districts():
        with acting_as(lived.nurse):
            found = find_identities(nhs_number=lived.sheila.nhs_number)
            known = identities_of([lived.sheila.id])
        return [(one.district, one.is_restricted) for one in (*found, *known.values())]

    assert districts() == [("ZE3", False)] * 2
    restrict(lived, lived.sheila)
    assert districts() == [(None, True)] * 2


def test_ig_20_a_card_and_a_handover_written_after_the_restriction_freeze_nothing(restricted):
    nurse, sheila = restricted.nurse, restricted.sheila
    with acting_as(nurse):
        card = card_of(Referral.objects.get(id=restricted.referral.id), nurse).as_json()
        facts = ContactFacts(kind="personal", name="Ken Hidden-Hartley", is_key_worker=True)
        add_contact(by=nurse, resident_id=sheila.id, facts=facts)
        open_caseload_entry(by=nurse, resident_id=sheila.id, team_id=restricted.nursing.id)
        Referral.objects.filter(id=restricted.referral.id).update(card=card)
        draft = draft_handover(
            by=nurse,
            resident_id=sheila.id,
            from_team_id=restricted.nursing.id,
            to_team_id=restricted.ward.id,
            kind="team",
            situation="She goes in tomorrow",
        )
        offered = offer_handover(by=nurse, handover_id=draft.id)
    frozen = f"{card}{offered.snapshot}"
    assert said(frozen, (*HIDDEN, "Ken Hidden-Hartley")) == []
    assert ["GP practice", "Restricted"] in [list(pair) for pair in offered.snapshot["responsible"]]
    assert "the GP practice" not in offered.snapshot["missing"]


def test_ig_20_the_row_itself_says_no_way_there_and_the_database_keeps_it_so(restricted):
    sheila = Resident.objects.get(id=restricted.sheila.id)
    assert {name: getattr(sheila, name) for name in NO_WAY_THERE} == NO_WAY_THERE
    for name, value in {"address_lines": [ADDRESS], "postcode": POSTCODE, "phone": PHONE, "email": EMAIL}.items():
        with pytest.raises(IntegrityError, match="restricted_shows_no_way_there"), transaction.atomic():
            Resident.objects.filter(id=sheila.id).update(**{name: value})
    with acting_as(restricted.nurse):
        change_resident(
            by=restricted.nurse, resident_id=sheila.id, identity=known(sheila, phone=PHONE, preferred_name="Sheil")
        )
    sheila.refresh_from_db()
    assert (sheila.phone, sheila.preferred_name) == ("", "Sheil")


def test_ig_20_no_contact_and_no_past_row_leads_there_by_raw_sql(restricted):
    for name in ("nurse", "lead", "gp", "link_worker"):
        with acting_as(restricted.people[name]), connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(p)::text FROM audit_pastrow p")
            rows = " ".join(row for (row,) in cursor.fetchall())
            cursor.execute("SELECT row_to_json(c)::text FROM neighbourhoods_contact c")
            rows += " ".join(row for (row,) in cursor.fetchall())
            cursor.execute("SELECT row_to_json(r)::text FROM neighbourhoods_resident r")
            rows += " ".join(row for (row,) in cursor.fetchall())
        assert said(rows) == [], name


def test_ig_20_a_former_address_is_back_once_the_restriction_is_lifted_and_only_the_last_one(restricted):
    sheila = lifted(restricted)
    assert (sheila.is_restricted, sheila.address_lines, sheila.postcode) == (False, [ADDRESS, TOWN], POSTCODE)
    assert (sheila.phone, sheila.email, sheila.gp_practice_id) == (PHONE, EMAIL, restricted.unspoken.id)
    with acting_as(restricted.nurse):
        assert Contact.objects.get().name == DAUGHTER


def test_ig_13_what_she_is_found_by_follows_the_restriction_and_comes_back_with_her_address(lived):
    before = Resident.objects.get(id=lived.sheila.id).search_keys
    leads_there = {"z:ZE39XQ", "t:7700900917"}
    assert leads_there <= set(before)
    restrict(lived, lived.sheila)
    restricted = Resident.objects.get(id=lived.sheila.id).search_keys
    assert set(restricted) < set(before)
    assert not {key for key in restricted if key.startswith(("z:", "t:", "e:"))}
    lifted(lived)
    assert Resident.objects.get(id=lived.sheila.id).search_keys == before


def test_ig_20_the_lead_team_restricts_and_only_its_lead_lifts(lived):
    sheila = lived.sheila.id
    with acting_as(lived.lead):
        open_caseload_entry(by=lived.lead, resident_id=sheila, team_id=lived.ward.id)
    with acting_as(lived.ward_nurse) as by, pytest.raises(NotYours, match="Only the lead team"):
        restrict_resident(by=by, resident_id=sheila, reason="I think so")
    restrict(lived, lived.sheila)
    with acting_as(lived.nurse) as by, pytest.raises(NotYours, match="Only a lead"):
        lift_restriction(by=by, resident_id=sheila, reason="I think so")
    assert Resident.objects.get(id=sheila).is_restricted
    assert not lifted(lived).is_restricted
    with pytest.raises(RuleError, match="not restricted any more"):
        lifted(lived)


def test_ig_20_the_teams_around_and_the_privacy_officers_are_told_once(lived):
    with acting_as(lived.lead):
        open_caseload_entry(by=lived.lead, resident_id=lived.sheila.id, team_id=lived.ward.id)
    restrict(lived, lived.sheila)
    restrict(lived, lived.sheila)
    relay()
    told_of_her = Alert.objects.filter(kind="resident.restricted")
    assert [(one.team, one.resident_id) for one in told_of_her] == [(lived.ward, lived.sheila.id)]
    officers = Alert.objects.get(kind="restriction.made")
    assert (officers.team.kind, officers.resident_id) == ("privacy", None)


def test_ig_20_the_page_restricts_and_lifts_and_says_whose_it_is(lived, client):
    address = reverse("resident_restriction", args=[lived.sheila.id])
    sign_in(client, lived, "nurse")
    assert address in client.get(reverse("resident_people", args=[lived.sheila.id])).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    done = client.post(address, {"reason": "Her husband must not find her"}, follow=True)
    assert "is shown nowhere from now on" in done.content.decode()
    page = client.get(address).content.decode()
    assert "A lead of the lead team lifts it. Ring Millbrook Community Nursing" in page
    assert client.post(address, {"reason": "I think so"}).status_code == 422
    sign_in(client, lived, "lead")
    done = client.post(address, {"reason": "He has moved abroad"}, follow=True)
    assert "The restriction is lifted" in done.content.decode()
    assert Resident.objects.get(id=lived.sheila.id).postcode == POSTCODE
