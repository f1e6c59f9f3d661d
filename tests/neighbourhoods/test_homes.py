"""Care homes: the list of one's own residents there, its round, and taking it away for a purpose."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from neighbourhoods.definitions import definition_of
from neighbourhoods.gate import acting_as
from neighbourhoods.homes import DECISIONS, next_round, residents_of_home
from neighbourhoods.models import OrganisationKind, Resident, Role, Stay, TeamKind
from neighbourhoods.services import (
    EntryFacts,
    StayFacts,
    admit,
    create_organisation,
    create_team,
    meet_step,
    record_entry,
)
from tests.life import restrict
from tests.statements import statements_of

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 4, 18, 9, 0, tzinfo=UTC)  # a Thursday


@pytest.fixture(autouse=True)
def thursday(world):
    with clock.at(NOW):
        yield


@pytest.fixture
def home(world):
    found = create_organisation(by=world.builder, place=world.place, name="Elm House", kind=OrganisationKind.CARE_HOME)
    team = create_team(by=world.builder, organisation=found, name="Elm House team", kind=TeamKind.CARE)
    world.add_person("manager", found, Role.CARE_HOME_MANAGER, [team])
    world.home_team = team
    return found


def lives(world, home, days=0, room="", **facts):
    """Somebody of the nurses who came so many days ago."""
    with clock.at(NOW - timedelta(days=40)):
        resident = world.resident(**facts)
    with clock.at(NOW - timedelta(days=days)), acting_as(world.nurse) as by:
        return admit(by=by, resident_id=resident.id, facts=StayFacts("care_home", organisation_id=home.id, room=room))


def shown(client, name, home):
    return client.get(reverse(name, args=[home.id])).content.decode()


def test_the_plan_that_is_due_soonest_comes_first_and_what_is_planned_last(world, home):
    planned = lives(world, home, 20, family_name="Adams")
    with acting_as(world.nurse) as by:
        for step in ("assessment", "plan"):
            meet_step(by=by, stay_id=planned.id, step=step)
    new, late = lives(world, home, 1, family_name="Baker"), lives(world, home, 15, family_name="Clark")
    found = residents_of_home(world.nurse, home.id)
    assert [one.id for one in found] == [late.id, new.id, planned.id]
    assert [one.waits_until for one in found] == [late.plan_due_at, new.plan_due_at, None]


def test_the_page_says_room_decision_hospital_and_what_waits(world, home, signed_in):
    stay = lives(world, home, 15, "12", family_name="Clark")
    with acting_as(world.nurse) as by:
        facts = EntryFacts("cpr", "", {"decision": "450476008"}, event_on=clock.today())
        record_entry(by=by, resident_id=stay.resident_id, facts=facts)
        admit(by=by, resident_id=stay.resident_id, facts=StayFacts("hospital", organisation_id=world.hospital.id))
    body = shown(signed_in("nurse"), "home", home)
    assert f"{reverse('resident_papers', args=[stay.resident_id])}#hospital" in body
    for words in ("CLARK", "Room 12", "In hospital now", "Overdue", "Plan made", "resuscitation"):
        assert words in body, words


def test_what_is_decided_names_kinds_that_are_recorded_and_each_stands_on_the_round(world, home, signed_in):
    assert {key for key in DECISIONS if definition_of(key).retired} == set()
    stay = lives(world, home, 2, family_name="Clark")
    decided = {
        "cpr": {"decision": "450476008"},
        "legal.dols": {"status": "authorised"},
        "legal.capacity": {"decision": "Going home", "outcome": "lacks"},
        "legal.attorney": {"power": "lpa-health", "names": "Karen Moss"},
        "legal.refusal": {},
    }
    assert set(decided) == set(DECISIONS)
    with acting_as(world.nurse) as by:
        for kind, data in decided.items():
            text = "No ventilation" if kind == "legal.refusal" else ""
            facts = EntryFacts(kind, text, data, event_on=clock.today())
            record_entry(by=by, resident_id=stay.resident_id, facts=facts)
    body = shown(signed_in("nurse"), "home", home)
    for words in ("LPA (health): Karen Moss", "No ventilation", "Going home"):
        assert words in body, words


def test_nobody_is_shown_whom_they_have_no_relationship_with(world, home, signed_in):
    lives(world, home, family_name="Quillingham")
    body = shown(signed_in("outsider"), "home", home)
    assert "QUILLINGHAM" not in body
    assert "None of your residents stays here" in body
    assert "Elm House" not in shown_homes(signed_in("outsider"))
    assert "Elm House" in shown_homes(signed_in("nurse"))


def shown_homes(client):
    return client.get(reverse("homes")).content.decode()


def test_whoever_is_restricted_is_on_no_list_of_a_home(world, home, signed_in):
    """Where somebody stays leads to them (IG-20)."""
    stay = lives(world, home, family_name="Quillingham")
    restrict(world, Resident.objects.get(id=stay.resident_id))
    assert "QUILLINGHAM" not in shown(signed_in("nurse"), "home", home)
    with acting_as(world.nurse):
        assert list(Stay.objects.all()) == []
    assert list(Stay.objects.visible_to(world.nurse)) == []


def test_a_list_is_taken_only_for_a_purpose_and_each_person_on_it_has_a_look(world, home, signed_in):
    stays = [lives(world, home, room=str(room), family_name=f"Adams{room}") for room in (2, 1)]
    client = signed_in("nurse")
    address = reverse("home_list", args=[home.id])
    refused = client.post(address, {"how": "csv"})
    assert (refused.status_code, "Say what you need the list for" in refused.content.decode()) == (422, True)
    assert not AuditEntry.objects.filter(verb="list.exported").exists()
    answer = client.post(address, {"how": "csv", "purpose": "care"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="care-home-list.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[4] for row in rows] == ["Room", "1", "2"]
    looks = AuditEntry.objects.filter(verb="list.exported")
    assert {look.resident_id for look in looks} == {stay.resident_id for stay in stays}
    assert {look.purpose for look in looks} == {"individual care"}


def test_ig_17_who_has_opted_out_is_on_the_list_for_care_and_on_no_other(world, home, signed_in):
    stay = lives(world, home, family_name="Quillingham")
    Resident.objects.filter(id=stay.resident_id).update(national_opt_out=True)
    client, address = signed_in("nurse"), reverse("home_list", args=[home.id])
    care = client.post(address, {"how": "print", "purpose": "care"}).content.decode()
    planning = client.post(address, {"how": "print", "purpose": "planning"}).content.decode()
    assert ("QUILLINGHAM" in care, "QUILLINGHAM" in planning) == (True, False)
    assert "1 left out" in planning
    assert AuditEntry.objects.filter(verb="list.printed", resident_id=stay.resident_id).count() == 1


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+44", "-1", "@SUM(1)"])
def test_no_formula_leaves_by_a_list(world, home, signed_in, name):
    lives(world, home, room=name)
    answer = signed_in("nurse").post(reverse("home_list", args=[home.id]), {"how": "csv", "purpose": "care"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][4] == f"'{name}"


def test_a_name_that_other_systems_may_cut_is_said_before_the_list_is_taken(world, home, signed_in):
    nurse = signed_in("nurse")
    lives(world, home, family_name="Featherstonehaugh-Cholmondeley-Ross")
    assert "more than 35 characters" not in shown(nurse, "home_list", home)
    lives(world, home, given_name="Maximiliana Alexandrina Philippa Rosamunde")
    assert "1 person on it has a name of more than 35 characters." in shown(nurse, "home_list", home)


def test_the_home_says_when_its_round_is_and_nobody_else(world, home, signed_in):
    address = reverse("home_round", args=[home.id])
    facts = {"weekday": "1", "clinical_lead": "Dr Ada Byron, GP"}
    assert signed_in("nurse").post(address, facts).status_code == 404
    assert signed_in("manager").post(address, facts).status_code == 302
    home.refresh_from_db()
    assert next_round(home).isoformat() == "2030-04-23"
    body = shown(signed_in("nurse"), "home", home)
    assert "Next weekly round: Tuesday" in body
    assert "Dr Ada Byron, GP" in body


def test_only_a_care_home_of_the_place_has_a_list(world, home, signed_in):
    client = signed_in("nurse")
    assert client.get(reverse("home", args=[world.hospital.id])).status_code == 404


@pytest.mark.thorough
def test_thirty_cost_what_three_cost(world, home, signed_in):
    client, counted = signed_in("nurse"), []
    for number in (3, 27):
        for each in range(number):
            lives(world, home, 1, str(each))
        shown(client, "home", home)
        counted.append([len(statements_of(lambda name=name: shown(client, name, home))) for name in ("home",)])
    assert counted[0] == counted[1]
    assert counted[0][0] <= 10
