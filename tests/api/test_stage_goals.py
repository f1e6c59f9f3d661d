"""Steps towards a goal and how it went with it, and who does an action, as partner systems read and write them."""

import pytest

from carecoord import clock
from careplans.services import add_goal, create_plan
from neighbourhoods.gate import acting_as
from tests.api.conftest import shown, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal(world, sheila):
    with acting_as(world.nurse):
        plan = create_plan(by=world.nurse, resident_id=sheila.id)
        return add_goal(by=world.nurse, plan_id=plan.id, title="Walk", wanted="Alone")


def test_a_step_is_added_changed_and_moved_field_by_field(nursing, goal):
    answer = nursing.post(f"goals/{goal.id}/stage-goals/", {"title": "To the gate"})
    stage = shown(answer, 201)
    assert (stage["status"], stage["outcome"], stage["goal"]) == ("planned", "", str(goal.id))
    one = f"stage-goals/{stage['id']}/"
    assert shown(nursing.get(one)) == stage
    assert shown(nursing.get(f"goals/{goal.id}/stage-goals/"))["results"] == [stage]
    changed = shown(nursing.patch(one, {"outcome": "Twice"}, If_Match=answer.headers["ETag"]))
    assert (changed["title"], changed["outcome"], changed["version"]) == ("To the gate", "Twice", 2)
    stale = nursing.patch(one, {"title": "x"}, If_Match=answer.headers["ETag"])
    assert (stale.status_code, stale.json()["current"]["outcome"]) == (412, "Twice")
    assert nursing.patch(one, {"title": "x"}).status_code == 428
    moved = shown(nursing.patch(one, {"status": "completed"}, If_Match="*"))
    assert moved["status"] == "completed"
    assert told(nursing.patch(one, {"status": "planned"}, If_Match="*")) == (422, "illegal_transition")


def test_how_it_went_is_only_ever_added(nursing, goal):
    said = shown(nursing.post(f"goals/{goal.id}/outcomes/", {"extent": "closer", "words": "To the gate"}), 201)
    assert (said["wanted"], said["reported_on"]) == ("Alone", str(clock.today()))
    assert shown(nursing.get(f"goals/{goal.id}/outcomes/"))["results"] == [said]
    assert shown(nursing.get(f"goal-outcomes/{said['id']}/")) == said
    assert nursing.patch(f"goal-outcomes/{said['id']}/", {"words": "x"}).status_code == 405


def test_nobody_elses_step_or_report_is_found(nursing, stranger, goal):
    stage = shown(nursing.post(f"goals/{goal.id}/stage-goals/", {"title": "To the gate"}), 201)
    said = shown(nursing.post(f"goals/{goal.id}/outcomes/", {"extent": "same"}), 201)
    hidden = (
        f"goals/{goal.id}/stage-goals/", f"goals/{goal.id}/outcomes/",
        f"stage-goals/{stage['id']}/", f"goal-outcomes/{said['id']}/",
    )  # fmt: skip
    assert [stranger.get(path).status_code for path in hidden] == [404] * 4
    assert stranger.post(f"goals/{goal.id}/stage-goals/", {"title": "x"}).status_code == 404
    assert stranger.patch(f"stage-goals/{stage['id']}/", {"title": "x"}, If_Match="*").status_code == 404


def test_an_action_says_who_does_it(nursing, sheila):
    asked = {"resident": str(sheila.id), "title": "Walk daily", "done_by": "resident", "confidence": 7}
    action = shown(nursing.post("actions/", asked), 201)
    assert (action["done_by"], action["confidence"], action["strategies"]) == ("resident", 7, "")
    one = f"actions/{action['id']}/"
    changed = shown(nursing.patch(one, {"strategies": "After lunch", "done_by": ""}, If_Match="*"))
    assert (changed["done_by"], changed["strategies"], changed["confidence"]) == ("", "After lunch", 7)
    wrong = nursing.patch(one, {"done_by": "contact:nobody"}, If_Match="*")
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["done_by"])
