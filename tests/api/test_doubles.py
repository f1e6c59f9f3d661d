"""What two organisations plan much alike, and that both are right, as partner systems read and say it."""

import pytest

from neighbourhoods.gate import acting_as
from neighbourhoods.models import Level, Source
from neighbourhoods.services import open_relationship
from tests.api.conftest import shown, told

pytestmark = pytest.mark.django_db
REASON = "One dresses, one weighs"


@pytest.fixture
def carers(world, sheila, partner):
    with acting_as(world.nurse):
        also = {"level": Level.RECORD, "source": Source.REFERRAL, "source_id": sheila.id}
        open_relationship(resident_id=sheila.id, team_id=world.carers.id, **also)
    return partner("carers", world.carers)


@pytest.fixture
def pair(sheila, nursing, carers):
    """The ids of both, nursing's first."""
    facts = {"resident": str(sheila.id), "due_on": "2030-05-02"}
    return [shown(one.post("actions/", facts | {"title": "Weigh her"}), 201)["id"] for one in (nursing, carers)]


def test_both_are_right_is_said_read_by_the_other_and_withdrawn(world, nursing, carers, pair):
    ours, theirs = pair
    first = shown(nursing.get(f"actions/{ours}/doubles/"))
    beside = {
        "beside": theirs,
        "accountable_team": str(world.carers.id),
        "title": "Weigh her",
        "due_on": "2030-05-02",
        "because": "in the same words",
        "both_right": None,
    }
    assert first == {"action": ours, "doubles": [beside]}
    said = shown(nursing.post(f"actions/{ours}/doubles/", {"beside": theirs, "both_right": True, "reason": REASON}))
    assert said["doubles"][0]["both_right"]["reason"] == REASON
    read = shown(carers.get(f"actions/{theirs}/doubles/"))["doubles"][0]
    assert (read["beside"], read["both_right"]) == (ours, said["doubles"][0]["both_right"])
    assert read["both_right"]["said_by"] == "nursing, Test Community Health"
    again = carers.post(f"actions/{theirs}/doubles/", {"beside": ours, "both_right": True, "reason": "I lift"})
    assert told(again) == (422, "said_already")
    withdrawn = shown(carers.post(f"actions/{theirs}/doubles/", {"beside": ours, "both_right": False}))
    assert withdrawn["doubles"][0]["both_right"] is None


def test_another_day_withdraws_it_and_what_is_no_pair_is_refused(nursing, carers, pair):
    ours, theirs = pair
    said = {"beside": theirs, "both_right": True}
    assert told(nursing.post(f"actions/{ours}/doubles/", said))[0] == 422
    shown(nursing.post(f"actions/{ours}/doubles/", said | {"reason": REASON}))
    assert carers.patch(f"actions/{theirs}/", {"due_on": "2030-05-04"}, If_Match="*").status_code == 200
    assert shown(nursing.get(f"actions/{ours}/doubles/"))["doubles"][0]["both_right"] is None
    assert carers.patch(f"actions/{theirs}/", {"due_on": "2030-07-04"}, If_Match="*").status_code == 200
    assert shown(nursing.get(f"actions/{ours}/doubles/"))["doubles"] == []
    assert told(nursing.post(f"actions/{ours}/doubles/", said | {"reason": REASON})) == (422, "no_pair")


def test_nobody_else_finds_it(world, partner, pair):
    ours, theirs = pair
    stranger = partner("ward", world.ward)
    assert stranger.get(f"actions/{ours}/doubles/").status_code == 404
    said = {"beside": theirs, "both_right": True, "reason": REASON}
    assert stranger.post(f"actions/{ours}/doubles/", said).status_code == 404
