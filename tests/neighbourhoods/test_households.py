"""What people are to a resident, who of them is on record too, and who lives together."""

import re
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry, PastRow
from carecoord.errors import RuleError, StaleVersion
from neighbourhoods.around import around
from neighbourhoods.gate import acting_as
from neighbourhoods.households import household_of
from neighbourhoods.identities import Items
from neighbourhoods.models import Contact, Relationship
from neighbourhoods.services import CarerFacts, ContactFacts, add_contact, change_contact, end_contact, link_contact
from tests.life import restrict

pytestmark = pytest.mark.django_db

HOME = {"address_lines": ("4 Canal Row",), "postcode": "M1 1AE", "phone": "07700 900 111"}
ELSEWHERE = HOME | {"address_lines": ("9 Mill Lane",)}
BROTHER = ContactFacts(kind="personal", name="", relationship="Brother", household_member=True)


@pytest.fixture
def mary(world):
    return world.resident(given_name="Mary", birth_date=date(2016, 5, 1), **HOME)


def theirs(world, **facts):
    """Tom, of another team, whom the nurse does not see."""
    given = {"given_name": "Tom", "birth_date": date(2012, 2, 2)} | facts
    return world.resident(by=world.outsider, team=world.highcross_nursing, **given)


def link(world, resident, other, facts=BROTHER, **given):
    items = Items(nhs_number=other.nhs_number)
    with acting_as(world.nurse) as by:
        given = {"resident_id": resident.id, "linked_id": other.id, "items": items, "facts": facts} | given
        return link_contact(by=by, **given)


def add(world, resident, **facts):
    with acting_as(world.nurse) as by:
        facts = ContactFacts(**{"kind": "personal", "name": "Anna Hartley"} | facts)
        return add_contact(by=by, resident_id=resident.id, facts=facts)


def change(world, contact, version=None, **facts):
    with acting_as(world.nurse) as by:
        return change_contact(
            by=by,
            resident_id=contact.resident_id,
            contact_id=contact.id,
            version=contact.version if version is None else version,
            facts=ContactFacts(**{"kind": "personal", "name": "X"} | facts),
        )


def mates(world, resident):
    with acting_as(world.nurse) as by:
        found = household_of(by, resident, around(by, resident.id))
        return [(one.name, one.resident_id, one.is_said, one.same_address) for one in found]


def test_whoever_is_also_a_resident_is_linked_not_copied(world, mary):
    tom = theirs(world, **ELSEWHERE)
    secret = ContactFacts(**vars(BROTHER) | {"phone": "07700 900 999", "note": "Has asthma", "significance": "Ill"})
    contact = link(world, mary, tom, secret)
    assert (contact.resident_link_id, contact.name, contact.relationship) == (tom.id, "Tom Hartley", "Brother")
    assert (contact.phone, contact.note, contact.significance, contact.email) == ("", "", "", "")
    for column in ("phone", "email", "note", "significance", "organisation_name"):
        with pytest.raises(IntegrityError, match="linked_not_copied"), transaction.atomic():
            Contact.objects.filter(id=contact.id).update(**{column: "x@example.org"})


def test_of_somebody_not_seen_only_the_name_stands_there_and_of_somebody_seen_what_their_record_says(
    world, mary, signed_in
):
    tom = theirs(world, **ELSEWHERE | {"phone": "07700 900 222"})
    link(world, mary, tom)
    page = reverse("resident_people", args=[mary.id])
    text = signed_in("nurse").get(page).text
    assert "Tom Hartley" in text
    assert "900 222" not in text.partition("Names, numbers")[0]
    assert reverse("resident_record", args=[tom.id]) not in text
    Relationship.objects.filter(resident=tom).update(team=world.nursing)
    text = signed_in("nurse").get(page).text.partition("Names, numbers")[0]
    assert "900 222" in text
    assert reverse("resident_record", args=[tom.id]) in text


def test_a_link_is_found_by_a_search_and_everybody_found_is_written_down(world, mary):
    tom = theirs(world)
    with pytest.raises(RuleError, match="Search again"):
        link(world, mary, tom, items=Items(nhs_number=mary.nhs_number))
    link(world, mary, tom)
    assert AuditEntry.objects.filter(verb="resident.found", resident_id=tom.id).exists()
    with pytest.raises(RuleError, match="Tom is there already"):
        link(world, mary, tom)
    with pytest.raises(RuleError, match="This is Mary"):
        link(world, mary, mary)


def test_nobody_restricted_is_linked_and_who_becomes_restricted_is_shown_nowhere(world, mary):
    """Whoever lives with Tom would say where Tom lives (IG-20)."""
    tom = world.resident(given_name="Tom", **HOME)
    link(world, mary, tom)
    assert mates(world, mary) == [("Tom Hartley", tom.id, True, True)]
    restrict(world, tom)
    assert mates(world, mary) == []
    with acting_as(world.nurse) as by:
        assert list(around(by, mary.id).contacts) == []
        assert not Contact.objects.exists()
    assert mates(world, tom) == []
    other = world.resident(given_name="Eve")
    with pytest.raises(RuleError, match="restricted"):
        link(world, other, tom)


def test_households_come_from_links_and_address(world, mary):
    said, here, away, tom = (
        add(world, mary, household_member=True),
        world.resident(given_name="Ben", **HOME),
        world.resident(given_name="Carl", **ELSEWHERE),
        world.resident(given_name="Tom", **HOME | {"address_lines": ("4 CANAL row",)}),
    )
    link(world, mary, here, ContactFacts(kind="personal", name="", household_member=None))
    link(world, mary, away, ContactFacts(kind="personal", name="", household_member=True))
    link(world, tom, mary, ContactFacts(kind="personal", name=""))
    assert mates(world, mary) == [
        ("Anna Hartley", None, True, None),
        ("Ben Hartley", here.id, False, True),
        ("Carl Hartley", away.id, True, False),
        ("Tom Hartley", tom.id, False, True),
    ]
    with acting_as(world.nurse) as by:
        end_contact(by=by, resident_id=mary.id, contact_id=said.id, reason="Moved out")
    assert "Anna Hartley" not in [name for name, *_ in mates(world, mary)]
    assert mates(world, here) == [("Mary Hartley", mary.id, False, True)]


def test_somebody_said_to_live_elsewhere_is_not_in_the_household_whatever_the_address(world, mary):
    link(world, mary, world.resident(given_name="Ben", **HOME), ContactFacts("personal", "", household_member=False))
    assert mates(world, mary) == []


def test_that_parental_responsibility_is_not_known_is_an_answer_of_its_own(world, mary, signed_in):
    add(world, mary, name="Anna", parental_responsibility="unknown")
    add(world, mary, name="Uncle Joe")
    text = signed_in("nurse").get(reverse("resident_people", args=[mary.id])).text
    assert text.count("Parental responsibility: Not known") == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"rank": 6}, "rank"),
        ({"rank": 0}, "rank"),
        ({"roles": ("Emperor",)}, "roles"),
        ({"kind": "professional", "parental_responsibility": "yes"}, "parental_responsibility"),
        ({"kind": "professional", "household_member": True}, "household_member"),
        ({"carer": CarerFacts(hours_a_week=3)}, "is_carer"),
        ({"is_carer": True, "carer": CarerFacts(hours_a_week=169)}, "hours_a_week"),
        ({"is_carer": True, "carer": CarerFacts(assessment_offered_on=date(2999, 1, 1))}, "assessment_offered_on"),
        ({"significance": "x" * 201}, "significance"),
        ({"nhs_number": "999 000 0027"}, "nhs_number"),
        ({"kind": "professional", "nhs_number": "999 000 0026"}, "nhs_number"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field_and_nothing_is_written(world, mary, facts, field):
    with pytest.raises(RuleError) as refusal:
        add(world, mary, **facts)
    assert refusal.value.field == field
    assert not Contact.objects.exists()


def test_a_contact_without_a_record_has_an_nhs_number_of_their_own(world, mary, signed_in):
    anna = add(world, mary, nhs_number="900 000-0009")
    assert anna.nhs_number == "9000000009"
    client = signed_in("nurse")
    shown = re.sub(r"<[^>]+>", "", client.get(reverse("resident_people", args=[mary.id])).text)
    assert "Their own NHS number: 900 000 0009" in shown
    change = reverse("contact_change", args=[mary.id, anna.id])
    assert 'value="9000000009"' in client.get(change).text
    assert client.post(change, {"nhs_number": "", "version": anna.version}).status_code == 302
    anna.refresh_from_db()
    assert anna.nhs_number == ""


def test_a_residents_own_number_is_nobody_elses_around_them(world, mary):
    with pytest.raises(RuleError, match="Mary\u2019s own NHS number"):
        add(world, mary, nhs_number=mary.nhs_number)


def test_nobody_has_parental_responsibility_for_somebody_of_age(world):
    for born, may in ((date(2008, 6, 1), True), (date(2008, 5, 31), False)):
        with clock.at(clock.now().replace(year=2026, month=5, day=31, hour=12)):
            resident = world.resident(birth_date=born)
            if may:
                add(world, resident, parental_responsibility="yes")
            else:
                with pytest.raises(RuleError, match="18 or older"):
                    add(world, resident, parental_responsibility="yes")


def test_what_is_known_is_changed_and_what_stood_there_is_kept(world, mary):
    with clock.at(clock.now().replace(year=2026)):
        contact = add(world, mary, is_carer=True, phone="1", roles=("N",))
    facts = {"is_carer": True, "phone": "2", "roles": ("N",), "rank": 1, "carer": CarerFacts(is_young_carer=True)}
    with clock.at(clock.now()):
        after = change(world, contact, **facts)
    assert (after.name, after.phone, after.rank, after.carer) == ("Anna Hartley", "2", 1, {"is_young_carer": True})
    assert PastRow.objects.get(row_id=contact.id).row["phone"] == "1"
    assert AuditEntry.objects.get(verb="contact.changed").detail["fields"] == ["phone", "rank", "carer"]
    with pytest.raises(StaleVersion):
        change(world, after, version=1, phone="3")
    assert change(world, after, version=1, **facts).version == after.version


def test_of_somebody_linked_no_change_writes_down_what_stands_in_their_own_record(world, mary):
    contact = link(world, mary, theirs(world))
    after = change(world, contact, phone="07700 900 999", note="Has asthma", rank=2)
    assert (after.phone, after.note, after.rank) == ("", "", 2)


def test_whoever_is_rung_first_stands_first(world, mary):
    for name, rank in (("Zoe", 1), ("Anna", None), ("Ben", 2)):
        add(world, mary, name=name, rank=rank, is_emergency_contact=name == "Anna")
    with acting_as(world.nurse) as by:
        assert [one.name for one in around(by, mary.id).contacts] == ["Zoe", "Ben", "Anna"]


def test_the_pages_link_by_search_and_put_no_word_of_it_in_an_address(world, mary, signed_in):
    tom, client, page = theirs(world), signed_in("nurse"), reverse("contact_link", args=[mary.id])
    assert client.get(page).status_code == 200
    assert "Enter an NHS number, or a name" in client.post(page, {"family_name": "Hartley"}).text
    assert "Nobody is found" in client.post(page, {"nhs_number": "9000000009"}).text
    asked = {"nhs_number": tom.nhs_number, "step": "search"}
    assert "HARTLEY, Tom" in client.post(page, asked).text
    asked["step"] = "link"
    assert "Choose who it is" in client.post(page, asked).text
    answer = client.post(page, asked | {"linked": str(tom.id), "relationship": "Brother", "household_member": "yes"})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("resident_people", args=[mary.id]))
    contact = Contact.objects.get()
    assert (contact.resident_link_id, contact.household_member) == (tom.id, True)
    here = reverse("contact_change", args=[mary.id, contact.id])
    form = client.get(here).text
    assert 'name="phone"' not in form
    assert client.post(here, {"relationship": "Half-brother", "version": contact.version}).status_code == 302
    contact.refresh_from_db()
    assert (contact.relationship, contact.household_member) == ("Half-brother", None)
