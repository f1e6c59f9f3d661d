"""From the page of who may be the same person to one record, by its old address, and back to two."""

import pytest
from django.urls import reverse

from carecoord.audit.models import AuditEntry
from neighbourhoods import gate
from neighbourhoods.models import Merge, Resident
from neighbourhoods.services import EntryFacts, record_entry
from tests.life import restrict
from tests.merging import merged, twins

pytestmark = pytest.mark.django_db
WHY = "Her neighbour says so"


@pytest.fixture
def pair(world):
    return twins(world)


def said(answer):
    return " ".join(answer.content.decode().split())


def merge_page(pair):
    return reverse("resident_merge", args=[pair[0].id, pair[1].id])


def test_a_lead_finds_the_other_record_and_compares(pair, signed_in):
    page = said(signed_in("lead").get(reverse("resident_duplicates", args=[pair[0].id])))
    assert "HARTLY, Sheila" in page
    assert merge_page(pair) in page


def test_a_record_that_is_not_ones_own_is_opened_with_a_reason_first(world, signed_in):
    sheila = world.resident()
    other = world.resident(by=world.ward_nurse, team=world.ward, nhs_number=None)
    page = said(signed_in("lead").get(reverse("resident_duplicates", args=[sheila.id])))
    assert reverse("resident_record", args=[other.id]) in page
    assert reverse("resident_merge", args=[sheila.id, other.id]) not in page
    assert signed_in("lead").get(reverse("resident_merge", args=[sheila.id, other.id])).status_code == 404


def test_the_two_are_merged_with_what_was_chosen(pair, signed_in):
    client = signed_in("lead")
    answer = client.post(merge_page(pair), {"name": "merged", "reason": WHY}, follow=True)
    assert "The two records are one now" in said(answer)
    assert Resident.objects.get(id=pair[0].id).family_name == "Hartly"
    page = said(client.get(reverse("resident_duplicates", args=[pair[0].id])))
    assert "HARTLY, Sheila" in page
    assert WHY in page


def test_what_differs_is_chosen_and_never_guessed_and_nothing_typed_is_lost(pair, signed_in):
    answer = signed_in("lead").post(merge_page(pair), {"reason": WHY})
    assert answer.status_code == 422
    assert "Choose what is right: Name" in said(answer)
    assert WHY in said(answer)
    assert Merge.objects.count() == 0


def test_whoever_may_not_is_told_who_may(pair, signed_in):
    client = signed_in("nurse")
    for address in (reverse("resident_duplicates", args=[pair[0].id]), merge_page(pair)):
        assert "Team leads and the front door merge records" in said(client.get(address))
    client.post(merge_page(pair), {"name": "merged", "reason": WHY})
    assert Merge.objects.count() == 0


def test_two_verified_numbers_are_said_to_be_two_people_before_anything_is_typed(world, signed_in):
    pair = twins(world, nhs_number=next(world.numbers))
    Resident.objects.filter(id__in=[one.id for one in pair]).update(nhs_number_status="01")
    page = said(signed_in("lead").get(merge_page(pair)))
    assert "these are two people" in page
    assert 'name="reason"' not in page


def test_how_to_reach_somebody_restricted_is_shown_on_neither_side(world, pair, signed_in):
    restrict(world, pair[0])
    page = said(signed_in("lead").get(merge_page(pair)))
    assert "07700 900123" not in page
    assert "Restricted" in page


@pytest.mark.every
@pytest.mark.parametrize("name", ["resident_record", "care_plan", "resident_people", "resident_timeline"])
def test_the_old_address_leads_to_the_survivor(world, pair, signed_in, name):
    merged(world, *pair)
    answer = signed_in("nurse").get(reverse(name, args=[pair[1].id]) + "?a=b")
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse(name, args=[pair[0].id]) + "?a=b")


def test_what_was_typed_under_the_old_address_goes_along(world, pair, signed_in):
    client = signed_in("nurse")
    merged(world, *pair)
    typed = {"kind": "personal", "name": "Karen Hartley"}
    answer = client.post(reverse("contact_new", args=[pair[1].id]), typed)
    assert (answer.status_code, answer.headers["Location"]) == (307, reverse("contact_new", args=[pair[0].id]))
    assert "Karen Hartley" in said(client.post(answer.headers["Location"], typed, follow=True))


def test_the_old_address_leads_nowhere_for_whoever_may_not_know_of_the_survivor(world, pair, signed_in):
    merged(world, *pair)
    client = signed_in("outsider")
    old = reverse("resident_record", args=[pair[1].id])
    assert client.get(old, follow=True).status_code == 403, "the card of the survivor, which is nobody's secret"
    restrict(world, pair[0])
    assert client.get(old).status_code == 404


def test_the_timeline_of_the_survivor_tells_what_happened_to_the_other(world, pair, signed_in):
    with gate.acting_as(world.nurse):
        record_entry(by=world.nurse, resident_id=pair[1].id, facts=EntryFacts("allergy", "Penicillin"))
    merged(world, *pair)
    page = said(signed_in("nurse").get(reverse("resident_timeline", args=[pair[0].id])))
    assert page.count("Registered with") == 2
    assert "Another record of the same person was merged into this one" in page


def test_who_looked_at_the_other_stands_among_who_looked(world, pair, signed_in):
    client = signed_in("second_nurse")
    client.get(reverse("care_plan", args=[pair[1].id]))
    merged(world, *pair)
    page = said(signed_in("nurse").get(reverse("resident_access", args=[pair[0].id])))
    assert "Opened the plan" in page


def test_undoing_shows_first_what_goes_where(world, pair, signed_in):
    with gate.acting_as(world.nurse):
        record_entry(by=world.nurse, resident_id=pair[1].id, facts=EntryFacts("allergy", "Penicillin"))
    merge = merged(world, *pair)
    with gate.acting_as(world.nurse):
        later = record_entry(by=world.nurse, resident_id=pair[0].id, facts=EntryFacts("allergy", "Latex"))
    client, address = signed_in("lead"), reverse("resident_unmerge", args=[pair[0].id, merge.id])
    page = said(client.get(address))
    assert "1 recorded entry" in page
    assert f"with {world.nursing.id}" not in page, "nobody reads an id"
    assert "Latex" in page
    answer = client.post(address, {"also": [str(later.id)], "reason": "Two people after all"}, follow=True)
    assert "They are two records again" in said(answer)
    later.refresh_from_db()
    assert later.resident_id == pair[1].id
    assert client.get(reverse("resident_record", args=[pair[1].id])).status_code == 200


def test_each_page_is_written_down_as_a_look_at_both(pair, signed_in):
    signed_in("lead").get(merge_page(pair))
    looked = AuditEntry.objects.filter(verb="merge.viewed").values_list("resident_id", flat=True)
    assert set(looked) == {one.id for one in pair}
