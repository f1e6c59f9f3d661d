"""What stands beside the name is ended by the organisation that has recorded it (IG-38)."""

import pytest
from django.urls import reverse

from carecoord.errors import NotYours
from neighbourhoods.gate import acting_as
from neighbourhoods.models import BannerEntry, Level, Source
from neighbourhoods.services import end_banner_entry, open_relationship, record_banner_entry
from tests.world import sign_in

pytestmark = pytest.mark.django_db

SENTENCE = "Test Community Health recorded this, so only they can end it. Ask them on 01632 960100."


@pytest.fixture
def entry(world):
    """Recorded by the nurse; the surgery of another organisation sees the record as well."""
    sheila = world.resident()
    world.community.phone = "01632 960100"
    world.community.save_changes("phone")
    with acting_as(world.nurse):
        open_relationship(
            resident_id=sheila.id,
            team_id=world.surgery.id,
            level=Level.RECORD,
            source=Source.REGISTRATION,
            source_id=sheila.id,
        )
        return record_banner_entry(by=world.nurse, resident_id=sheila.id, kind="alert", text="Dog")


def end(by, entry):
    with acting_as(by):
        return end_banner_entry(by=by, resident_id=entry.resident_id, entry_id=entry.id, reason="Moved")


def is_there(entry):
    return BannerEntry.objects.get(id=entry.id).ended_at is None


def test_ig_38_another_organisation_does_not_end_what_we_wrote_and_is_told_whom_to_ask(world, entry):
    with pytest.raises(NotYours) as refusal:
        end(world.gp, entry)
    assert refusal.value.sentence == SENTENCE
    assert is_there(entry)


def test_ig_38_a_colleague_of_the_organisation_that_recorded_it_ends_it(world, entry):
    end(world.second_nurse, entry)
    assert not is_there(entry)


def test_ig_38_the_page_offers_ending_to_that_organisation_only(world, entry, client):
    page, form = (
        reverse("resident_important", args=[entry.resident_id]),
        reverse("important_end", args=[entry.resident_id, entry.id]),
    )
    offers = {}
    for who in ("gp", "nurse"):
        sign_in(client, world, who)
        offers[who] = form in client.get(page).content.decode()
    assert offers == {"gp": False, "nurse": True}


@pytest.mark.parametrize("method", ["get", "post"])
def test_ig_38_who_asks_for_the_form_all_the_same_is_told_whom_to_ask(world, entry, client, method):
    sign_in(client, world, "gp")
    address = reverse("important_end", args=[entry.resident_id, entry.id])
    answer = getattr(client, method)(address, {"reason": "Moved"}, follow=True)
    assert "Test Community Health recorded this, so only they can end it." in answer.content.decode()
    assert is_there(entry)


def test_ig_38_what_says_no_organisation_is_ended_by_whoever_sees_the_resident(world, entry):
    BannerEntry.objects.filter(id=entry.id).update(recorded_by=None, recorded_by_organisation=None)
    end(world.gp, entry)
    assert not is_there(entry)
