"""Somebody of whom neither practice nor postcode is known: on the front door's list until a neighbourhood is theirs.

Handing them to a team settles whose job they are, not where they belong.
"""

import pytest
from django.test import Client
from django.urls import reverse

from carecoord.ids import new_id
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Resident
from referrals.models import Handover
from tests.referrals.handovers import SBAR
from tests.registering import after_a_search
from tests.world import sign_in

pytestmark = pytest.mark.django_db

WINIFRED = "COLE, Winifred"


@pytest.fixture
def front_door(world):
    return browser_of(world, "front_door")


@pytest.fixture
def nurse(world):
    return browser_of(world, "nurse")


def browser_of(world, name):
    client = Client()
    sign_in(client, world, name)
    return client


def is_listed(client):
    answer = client.get(reverse("unplaced"))
    assert answer.status_code == 200
    return WINIFRED in answer.content.decode()


def register(client, world):
    answer = after_a_search(
        client,
        {
            "step": "register",
            "nhs_number": next(world.numbers),
            "given_name": "Winifred",
            "family_name": "Cole",
            "birth_date_day": "2",
            "birth_date_month": "5",
            "birth_date_year": "1938",
            "birth_date_status": "exact",
            "gender": "female",
            "on_caseload": "on",
        },
    )
    winifred = Resident.objects.get(family_name="Cole")
    assert answer.headers["Location"] == reverse("resident_record", args=[winifred.id])
    return winifred


def hand_over(client, world, winifred):
    answer = client.post(
        reverse("hand_over", args=[winifred.id]),
        {
            "made": str(new_id()),
            "from_team": str(world.place.front_door.id),
            "to_team": str(world.nursing.id),
            "kind": "team",
            "items": [],
            "then": "offer",
            **SBAR,
        },
    )
    assert answer.status_code == 302
    return Handover.objects.get(resident=winifred)


def lead_of(winifred):
    return CaseloadEntry.objects.get(resident=winifred, is_lead=True, ended_at=None).team


def sees(principal, winifred):
    with acting_as(principal):
        return Resident.objects.visible_to(principal).filter(id=winifred.id).exists()


def test_who_is_handed_to_a_team_stays_on_the_list_until_a_neighbourhood_is_named(world, front_door, nurse):
    winifred = register(front_door, world)
    assert winifred.neighbourhood is None
    assert is_listed(front_door)
    assert CaseloadEntry.objects.get(resident=winifred).team == world.place.front_door
    assert not sees(world.nurse, winifred)

    handover = hand_over(front_door, world, winifred)
    assert is_listed(front_door)
    assert lead_of(winifred) == world.place.front_door

    answer = nurse.post(reverse("handover_accept", args=[handover.id]), {"note": ""})
    assert answer.status_code == 302
    handover.refresh_from_db()
    assert handover.status == "closed"
    assert lead_of(winifred) == world.nursing
    assert sees(world.nurse, winifred)
    assert is_listed(front_door)

    where = {"neighbourhood": str(world.millbrook.id), "reason": "She has joined a practice there"}
    answer = front_door.post(reverse("place", args=[winifred.id]), where)
    assert answer.headers["Location"] == reverse("unplaced")
    assert not is_listed(front_door)
    winifred.refresh_from_db()
    assert winifred.neighbourhood == world.millbrook
    assert not sees(world.front_door, winifred)
    assert (sees(world.nurse, winifred), lead_of(winifred)) == (True, world.nursing)
