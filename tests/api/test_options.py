"""What was offered in a plan and what became of it, as partner systems read and write it."""

import pytest

from carecoord import clock
from careplans.services import create_plan
from neighbourhoods.gate import acting_as
from tests.api.conftest import shown, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def options(world, sheila):
    with acting_as(world.nurse):
        return f"care-plans/{create_plan(by=world.nurse, resident_id=sheila.id).id}/options/"


def test_an_option_is_offered_and_declined(nursing, options):
    answer = nursing.post(options, {"title": "A choir", "need": "Company"})
    made = shown(answer, 201)
    assert (made["status"], made["goal"], made["decided_on"]) == ("offered", None, None)
    one = f"options/{made['id']}/"
    assert shown(nursing.get(one)) == made
    assert shown(nursing.get(options))["results"] == [made]
    assert nursing.patch(one, {"status": "chosen"}).status_code == 428
    assert told(nursing.patch(one, {"status": "declined"}, If_Match="*"))[0] == 422
    declined = shown(nursing.patch(one, {"status": "declined", "why": "Too far"}, If_Match=answer.headers["ETag"]))
    assert (declined["why"], declined["decided_on"], declined["version"]) == ("Too far", str(clock.today()), 2)
    stale = nursing.patch(one, {"status": "chosen"}, If_Match=answer.headers["ETag"])
    assert (stale.status_code, stale.json()["current"]["status"]) == (412, "declined")
    assert told(nursing.patch(one, {"status": "offered"}, If_Match="*")) == (422, "illegal_transition")


def test_nobody_else_finds_it(nursing, stranger, options):
    made = shown(nursing.post(options, {"title": "A choir", "need": "Company"}), 201)
    assert [stranger.get(path).status_code for path in (options, f"options/{made['id']}/")] == [404] * 2
    assert stranger.patch(f"options/{made['id']}/", {"status": "chosen"}, If_Match="*").status_code == 404
