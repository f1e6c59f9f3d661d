"""Members of care teams: who becomes a contact, and how contacts end when a changed file says so."""

import pytest

from carecoord import clock
from carecoord.audit.models import AuditEntry
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Contact, Resident
from neighbourhoods.services.contacts import ContactFacts, add_contact, end_contact
from tests.fhir.samples import doctor, member, patient, plan, team

pytestmark = pytest.mark.django_db

NURSE = doctor("n1", "Sr Amina Khan")


@pytest.fixture
def take(run_import, write):
    def import_them(*resources):
        return run_import(write("f.ndjson", *resources, lines=True))

    return import_them


def in_force():
    today = clock.today()
    return {contact.name for contact in Contact.objects.all() if contact.ends_on is None or contact.ends_on > today}


@pytest.mark.parametrize("status", ["inactive", "entered-in-error"])
def test_when_a_team_is_over_its_contacts_end_and_are_not_deleted(world, take, status):
    take(patient(), doctor(), team(member()))
    assert in_force() == {"Dr Good"}
    assert take(patient(), doctor(), team(member(), status=status)).code == 0
    contact = Contact.objects.get()
    assert contact.ends_on == clock.today()
    assert list(AuditEntry.objects.filter(about_id=contact.id).order_by("at").values_list("verb", flat=True)) == [
        "contact.added",
        "contact.ended",
    ]


def test_a_team_that_is_taken_up_again_has_its_contacts_again(world, take):
    take(patient(), doctor(), team(member()))
    take(patient(), doctor(), team(member(), status="inactive"))
    take(patient(), doctor(), team(member()))
    assert in_force() == {"Dr Good"}
    assert Contact.objects.count() == 2


def test_a_member_who_has_left_ends_and_the_others_stay(world, take):
    both = [member(), member("Practitioner/n1", "Nurse")]
    take(patient(), doctor(), NURSE, team(*both))
    take(patient(), doctor(), NURSE, team(both[1]))
    assert in_force() == {"Sr Amina Khan"}
    assert Contact.objects.get(name="Dr Good").ends_on == clock.today()
    take(patient(), doctor(), NURSE, team(*reversed(both)))
    assert in_force() == {"Dr Good", "Sr Amina Khan"}


def test_the_end_of_a_membership_ends_the_contact_on_that_day(world, take):
    take(patient(), doctor(), team(member(), period={"start": "2026-01-01"}))
    take(patient(), doctor(), team(member(period={"end": "2026-05-06"}), period={"start": "2026-01-01"}))
    assert Contact.objects.get().ends_on.isoformat() == "2026-05-06"


def test_a_member_of_two_teams_ends_with_the_last(world, take):
    one, two = team(member()), team(member(), identity="t2")
    take(patient(), doctor(), one, two)
    assert Contact.objects.count() == 1
    take(patient(), doctor(), one | {"status": "inactive"}, two)
    assert in_force() == {"Dr Good"}
    take(patient(), doctor(), one | {"status": "inactive"}, two | {"participant": []})
    assert in_force() == set()


def test_somebody_whom_people_wrote_down_does_not_end_with_a_team(world, take):
    take(patient())
    facts = ContactFacts(kind="professional", name="Dr Good", phone="01632 960 001")
    with acting_as(world.front_door) as by:
        add_contact(by=by, resident_id=Resident.objects.get().id, facts=facts)
    take(patient(), doctor(), team(member()))
    take(patient(), doctor(), team(status="inactive"))
    assert in_force() == {"Dr Good"}
    assert Contact.objects.get().phone == "01632 960 001"


def test_somebody_whom_people_ended_stays_ended(world, take):
    take(patient(), doctor(), team(member()))
    contact = Contact.objects.get()
    with acting_as(world.front_door) as by:
        end_contact(by=by, resident_id=contact.resident_id, contact_id=contact.id, reason="Retired")
    result = take(patient(), doctor(), team(member(role="Senior doctor")))
    assert in_force() == set()
    assert "a member changed whom people here have ended: they stay ended" in result.out


def test_another_role_is_written_anew(world, take):
    take(patient(), doctor(), team(member()))
    take(patient(), doctor(), team(member(role="Consultant")))
    assert set(Contact.objects.values_list("relationship", "ends_on")) == {
        ("Doctor", clock.today()),
        ("Consultant", None),
    }


def test_every_role_of_a_member_is_kept(world, take):
    take(patient(), doctor(), team(member(role="Doctor"), member(role="Chair of the meeting")))
    assert Contact.objects.get().relationship == "Doctor, Chair of the meeting"


def test_a_team_inside_a_plan_is_followed_too(world, take):
    def with_team(*members):
        return plan(contained=[team(*members, identity="inside")], careTeam=[{"reference": "#inside"}])

    take(patient(), doctor(), NURSE, with_team(member(), member("Practitioner/n1")))
    take(patient(), doctor(), NURSE, with_team(member("Practitioner/n1")))
    assert in_force() == {"Sr Amina Khan"}
    take(patient(), doctor(), NURSE, plan())
    assert in_force() == set()


def test_a_role_is_followed_to_the_person_and_where_they_work(world, take):
    role = {
        "resourceType": "PractitionerRole", "id": "r1", "practitioner": {"reference": "Practitioner/d1"},
        "organization": {"display": "Acme Community Health"}, "code": [{"text": "Geriatrician"}],
    }  # fmt: skip
    result = take(patient(), doctor(), role, team({"member": {"reference": "PractitionerRole/r1"}}))
    assert result.code == 0
    contact = Contact.objects.get()
    assert (contact.name, contact.relationship, contact.organisation_name) == (
        "Dr Good",
        "Geriatrician",
        "Acme Community Health",
    )


@pytest.mark.parametrize(
    "nobody",
    [
        {"member": {"reference": "Practitioner/nowhere"}},
        {"member": {"reference": "PractitionerRole/nowhere"}},
        {"member": {"identifier": {"value": "C1234567"}}},
    ],
)
def test_a_member_who_cannot_be_found_is_a_fault_and_comes_with_the_next_file(world, take, nobody):
    result = take(patient(), doctor(), team(member(), nobody))
    assert "CareTeam/t1: participant 2 leads to nobody who is known here" in result.err
    assert (result.code, Contact.objects.count()) == (1, 0)
    named = {"member": nobody["member"] | {"display": "Dr Far"}}
    assert take(patient(), doctor(), team(member(), named)).code == 0
    assert in_force() == {"Dr Good", "Dr Far"}


def test_a_participant_who_is_nobody_and_another_resident_are_said(world, take):
    other = patient("p2", name=[{"family": "Other"}])
    result = take(patient(), other, team({"role": [{"text": "Nurse"}]}, member("Patient/p1"), member("Patient/p2")))
    assert "participant 1 has no member" in result.out
    assert "participant 3 is another resident" in result.out
    assert "participant 2" not in result.out


def test_a_relative_in_the_team_is_no_professional(world, take):
    daughter = {"resourceType": "RelatedPerson", "id": "k", "name": [{"family": "Test", "given": ["Karen"]}]}
    take(patient(), daughter, team(member("RelatedPerson/k", "Daughter")))
    assert list(Contact.objects.values_list("kind", "name", "relationship")) == [("personal", "Karen Test", "Daughter")]


def test_what_does_not_fit_is_refused_and_not_shortened(world, take):
    result = take(patient(), doctor(), team(member(role="x" * 101)))
    assert "participant.role is longer than 100 characters" in result.err
    assert Contact.objects.count() == 0
