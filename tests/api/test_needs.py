"""Needs and strengths of a plan, and goals for a need, as partner systems read and write them."""

import pytest

from careplans.services import create_plan
from neighbourhoods.gate import acting_as
from tests.api.conftest import shown, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(world, sheila):
    with acting_as(world.nurse):
        return f"care-plans/{create_plan(by=world.nurse, resident_id=sheila.id).id}/"


def test_a_need_is_added_changed_and_holds_no_more(nursing, plan):
    answer = nursing.post(f"{plan}needs/", {"kind": "need", "title": "Company", "in_own_words": True})
    made = shown(answer, 201)
    assert (made["status"], made["written_by"]) == ("current", "nursing, Test Community Health")
    assert made["allowed_actions"] == ["end", "enter-in-error"]
    one = f"needs/{made['id']}/"
    assert shown(nursing.get(one)) == made
    assert shown(nursing.get(f"{plan}needs/"))["results"] == [made]
    changed = shown(nursing.patch(one, {"title": "A friend"}, If_Match=answer.headers["ETag"]))
    assert (changed["title"], changed["in_own_words"], changed["version"]) == ("A friend", True, 2)
    stale = nursing.patch(one, {"title": "x"}, If_Match=answer.headers["ETag"])
    assert (stale.status_code, stale.json()["current"]) == (412, changed)
    ended = shown(nursing.patch(one, {"status": "ended", "reason": "Karen comes"}, If_Match="*"))
    assert (ended["status"], ended["status_reason"]) == ("ended", "Karen comes")
    assert told(nursing.patch(one, {"title": "x"}, If_Match="*")) == (422, "need_ended")


def test_a_goal_names_the_need_that_it_is_for(nursing, plan):
    need = shown(nursing.post(f"{plan}needs/", {"kind": "need", "title": "Company"}), 201)["id"]
    goal = shown(nursing.post(f"{plan}goals/", {"title": "To sing", "need": need}), 201)
    assert goal["need"] == need
    assert shown(nursing.post(f"{plan}goals/", {"title": "To walk"}), 201)["need"] is None
    freed = shown(nursing.patch(f"goals/{goal['id']}/", {"need": None}, If_Match="*"))
    assert freed["need"] is None
    strength = shown(nursing.post(f"{plan}needs/", {"kind": "strength", "title": "Sings"}), 201)["id"]
    refused = nursing.patch(f"goals/{goal['id']}/", {"need": strength}, If_Match="*")
    assert (refused.status_code, "need" in refused.json()["errors"]) == (422, True)


def test_nobody_else_finds_it(nursing, stranger, plan):
    made = shown(nursing.post(f"{plan}needs/", {"kind": "need", "title": "Company"}), 201)
    assert [stranger.get(path).status_code for path in (f"{plan}needs/", f"needs/{made['id']}/")] == [404] * 2
    assert stranger.patch(f"needs/{made['id']}/", {"status": "ended"}, If_Match="*").status_code == 404
