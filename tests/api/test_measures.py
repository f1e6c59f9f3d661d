"""What was measured of a resident, as partner systems read it."""

from datetime import timedelta

import pytest

from carecoord import clock
from neighbourhoods.gate import acting_as
from neighbourhoods.services import EntryFacts, record_entry
from tests.api.conftest import shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def measured(world, sheila):
    with acting_as(world.nurse) as nurse:
        for days, kind, data, text in (
            (9, "assessment.loneliness", {"score": 7}, ""),
            (2, "assessment", {"name": "Grip", "score": "12/30", "professional": "Ravi, therapist"}, "Weak"),
            (1, "assessment.loneliness", {"score": 5}, ""),
            (1, "adjustment", {"category": "004"}, "Large print"),
        ):
            facts = EntryFacts(kind, text, data, clock.today() - timedelta(days=days))
            record_entry(by=nurse, resident_id=sheila.id, facts=facts)


@pytest.mark.usefixtures("measured")
def test_the_latest_first_with_the_ends_of_the_scale_and_which_way_is_better(nursing, sheila):
    found = shown(nursing.get(f"residents/{sheila.id}/measures/"))["results"]
    assert [(one["kind"], one["name"], one["score"]) for one in found] == [
        ("assessment.loneliness", "Loneliness (UCLA-3)", ""),
        ("assessment", "Grip", "12/30"),
        ("assessment.loneliness", "Loneliness (UCLA-3)", ""),
    ]
    assert found[0]["values"] == [
        {"key": "score", "title": "Loneliness", "value": 5, "least": 3, "most": 9, "better": "down"}
    ]
    assert (found[0]["measured_on"], found[1]["values"]) == (str(clock.today() - timedelta(days=1)), [])
    assert [one["measured_by"] for one in found] == ["Nurse", "Ravi, therapist", "Nurse"]


@pytest.mark.usefixtures("measured")
def test_nobody_else_finds_them(stranger, sheila):
    assert stranger.get(f"residents/{sheila.id}/measures/").status_code == 404
