"""People around a resident."""

import pytest
from django.urls import reverse

from carecoord.audit.models import AuditEntry
from carecoord.errors import RuleError
from carecoord.outbox.models import OutboxMessage
from neighbourhoods.around import around
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Contact, Resident
from neighbourhoods.services import ContactFacts, add_contact, end_contact, open_caseload_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheila(world):
    return world.resident()


def as_nurse(world, service, **given):
    with acting_as(world.nurse):
        return service(by=world.nurse, **given)


def test_a_contact_is_written_down_audited_and_published(world, sheila):
    contact = as_nurse(
        world,
        add_contact,
        resident_id=sheila.id,
        facts=ContactFacts(kind="personal", name="Karen Hartley", phone="07700 900 456"),
    )
    assert contact.recorded_by_organisation == world.community
    change = AuditEntry.objects.get(verb="contact.added")
    assert (change.resident_id, change.about_id, change.detail) == (sheila.id, contact.id, {"kind": "personal"})
    assert OutboxMessage.objects.get(topic="contact.added").payload == {"resident_id": str(sheila.id)}


def test_the_same_person_is_not_written_down_twice(world, sheila):
    facts = ContactFacts(kind="personal", name="Karen Hartley", phone="07700 900 456")
    as_nurse(world, add_contact, resident_id=sheila.id, facts=facts)
    with pytest.raises(RuleError, match="Karen Hartley is there already"):
        as_nurse(world, add_contact, resident_id=sheila.id, facts=facts)
    assert Contact.objects.count() == 1


def test_an_ended_contact_is_no_longer_somebody_to_ring_and_stays_in_the_database(world, sheila):
    contact = as_nurse(world, add_contact, resident_id=sheila.id, facts=ContactFacts(kind="personal", name="Karen"))
    for _ in range(2):
        as_nurse(world, end_contact, resident_id=sheila.id, contact_id=contact.id, reason="Moved away")
    with acting_as(world.nurse):
        assert list(around(world.nurse, sheila.id).contacts) == []
    assert Contact.objects.get().ends_on is not None
    assert AuditEntry.objects.get(verb="contact.ended").reason == "Moved away"


def test_whoever_does_not_see_the_resident_writes_nothing(world, sheila):
    with acting_as(world.outsider), pytest.raises(Resident.DoesNotExist):
        add_contact(by=world.outsider, resident_id=sheila.id, facts=ContactFacts(kind="personal", name="Karen"))
    assert Contact.objects.count() == 0


def test_a_contact_of_somebody_else_cannot_be_ended_through_ones_own_resident(world, sheila):
    other = world.resident(by=world.outsider, team=world.highcross_nursing)
    with acting_as(world.outsider):
        theirs = add_contact(by=world.outsider, resident_id=other.id, facts=ContactFacts(kind="personal", name="Karen"))
    with pytest.raises(Contact.DoesNotExist):
        as_nurse(world, end_contact, resident_id=sheila.id, contact_id=theirs.id, reason="Why not")
    theirs.refresh_from_db()
    assert theirs.ends_on is None


def test_the_people_page_names_every_team_with_since_and_why(world, sheila, signed_in):
    text = signed_in("nurse").get(reverse("resident_people", args=[sheila.id])).content.decode()
    assert "Millbrook Community Nursing" in text
    assert "Registration; On the caseload" in text
    assert "Lead team" in text


def test_the_lead_team_stands_first_among_the_teams_around(world, sheila):
    with acting_as(world.nurse):
        found = around(world.nurse, sheila.id)
        assert [(one.team, one.is_lead) for one in found.teams] == [(world.nursing, True)]
        open_caseload_entry(by=world.nurse, resident_id=sheila.id, team_id=world.carers.id)
        found = around(world.nurse, sheila.id)
    assert [(one.team.name, one.is_lead) for one in found.teams] == [
        ("Millbrook Community Nursing", True),
        ("Carers team", False),
    ]


def test_pages_add_and_end_and_say_what_is_wrong(world, sheila, signed_in):
    client = signed_in("nurse")
    wrong = client.post(reverse("contact_new", args=[sheila.id]), {"kind": "personal"})
    assert wrong.status_code == 422
    assert "Enter the name" in wrong.content.decode()
    client.post(reverse("contact_new", args=[sheila.id]), {"kind": "personal", "name": "Karen Hartley"})
    contact = Contact.objects.get()
    client.post(reverse("contact_end", args=[sheila.id, contact.id]), {"reason": "Moved"})
    contact.refresh_from_db()
    assert contact.ends_on is not None


def test_another_residents_ids_are_404(world, sheila, signed_in):
    other = world.resident(given_name="Ida")
    contact = as_nurse(world, add_contact, resident_id=other.id, facts=ContactFacts(kind="personal", name="Karen"))
    client = signed_in("nurse")
    assert client.post(reverse("contact_end", args=[sheila.id, contact.id]), {"reason": "x"}).status_code == 404


def test_what_stands_for_a_phone_and_holds_no_digit_is_no_link(world, signed_in):
    sheila = world.resident(phone="ask at the desk")
    page = signed_in("nurse").get(reverse("resident_record", args=[sheila.id])).text
    assert "ask at the desk" in page
    assert "Ring Sheila" not in page
    assert 'href="tel:"' not in page
    facts = ContactFacts(kind="personal", name="Karen", phone="next door")
    as_nurse(world, add_contact, resident_id=sheila.id, facts=facts)
    page = signed_in("nurse").get(reverse("resident_people", args=[sheila.id])).text
    assert "next door" in page
    assert 'href="tel:"' not in page
