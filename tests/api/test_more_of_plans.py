"""Reviews, additional plans, earlier wordings and errors of the plan, as partner systems read and write them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from careplans.models import AdditionalPlan, CarePlan, PlanReview, SectionVersion
from careplans.services import (
    Answer,
    add_additional_plan,
    add_goal,
    agree_plan,
    create_plan,
    hold_review,
    move_plan,
    report_outcome,
    set_aside,
    write_section,
)
from neighbourhoods.gate import acting_as
from tests.api.conftest import shown, told

pytestmark = pytest.mark.django_db
NOBODY = "0190a000-0000-7000-8000-000000000000"


def days(number):
    return clock.today() + timedelta(days=number)


@pytest.fixture
def plan(world, sheila):
    nurse = world.nurse
    with acting_as(nurse):
        plan = create_plan(by=nurse, resident_id=sheila.id)
        plan = agree_plan(
            by=nurse,
            plan_id=plan.id,
            version=plan.version,
            agreed_with_resident=True,
            agreed_with="",
            agreed_on=clock.today(),
            review_due_on=days(30),
            review_team_id=world.nursing.id,
        )
        return move_plan(by=nurse, plan_id=plan.id, verb="activate")


@pytest.fixture
def goal(world, plan):
    with acting_as(world.nurse):
        return add_goal(by=world.nurse, plan_id=plan.id, title="Walk", wanted="Alone")


def held(goal, **more):
    points = [{"section": "needs", "answer": "right"}, {"goal": str(goal.id), "answer": "change", "note": "Slower"}]
    return {"took_part": "Sheila and Rose", "points": points, "review_due_on": str(days(90))} | more


def test_a_review_is_written_down_and_sets_the_next(world, nursing, plan, goal, signed_in):
    answer = nursing.post(f"care-plans/{plan.id}/reviews/", held(goal))
    review = shown(answer, 201)
    assert [(one["section"], one["goal"], one["title"], one["answer"], one["note"]) for one in review["points"]] == [
        ("needs", None, "Needs", "right", ""),
        ("", str(goal.id), "Goal: Walk", "change", "Slower"),
    ]
    assert (review["held_on"], review["next_due_on"]) == (str(clock.today()), str(days(90)))
    assert review["written_by"] == "nursing, Test Community Health"
    assert shown(nursing.get(answer.headers["Location"])) == review
    assert shown(nursing.get(f"care-plans/{plan.id}/reviews/"))["results"] == [review]
    after = shown(nursing.get(f"care-plans/{plan.id}/"))
    assert (after["review_due_on"], after["review_team"]) == (str(days(90)), str(world.nursing.id))
    page = signed_in("nurse").get(f"/residents/{plan.resident_id}/plan/").content.decode()
    assert "nursing, Test Community Health" in page
    assert "Sheila and Rose" in page


@pytest.mark.parametrize(
    ("more", "status", "field"),
    [
        ({"points": []}, 400, "points"),
        ({"points": [{"answer": "right"}]}, 400, "points"),
        ({"points": [{"section": "needs", "goal": NOBODY, "answer": "right"}]}, 400, "points"),
        ({"points": [{"section": "needs", "answer": "wrong"}]}, 400, "points"),
        ({"points": [{"section": "hobbies", "answer": "right"}]}, 422, "points"),
        ({"points": [{"goal": NOBODY, "answer": "right"}]}, 422, "points"),
        ({"points": [{"section": "needs", "answer": "right"}] * 2}, 422, "points"),
        ({"held_on": "2099-01-01"}, 422, "held_on"),
        ({"review_due_on": "2099-01-01"}, 422, "review_due_on"),
        ({"took_part": " "}, 400, "took_part"),
    ],
)
def test_what_is_said_of_a_review_is_checked(nursing, plan, goal, more, status, field):
    answer = nursing.post(f"care-plans/{plan.id}/reviews/", held(goal, **more))
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field]), answer.content
    assert PlanReview.objects.count() == 0


def test_a_draft_is_not_reviewed_and_a_stranger_finds_nothing(nursing, stranger, plan, goal):
    CarePlan.objects.filter(id=plan.id).update(status="draft")
    assert told(nursing.post(f"care-plans/{plan.id}/reviews/", held(goal))) == (422, "plan_not_active")
    assert stranger.post(f"care-plans/{plan.id}/reviews/", held(goal)).status_code == 404


def test_an_additional_plan_is_added_changed_field_by_field_and_ended(nursing, plan):
    path = f"care-plans/{plan.id}/additional-plans/"
    answer = nursing.post(path, {"name": "Wound plan", "content": "Foam", "reviewed_by": "Tissue viability"})
    made = shown(answer, 201)
    assert (made["reviewed_by"], made["ends_on"], made["written_by"]) == (
        "Tissue viability",
        None,
        "nursing, Test Community Health",
    )
    assert made["allowed_actions"] == ["enter-in-error"]
    one = f"additional-plans/{made['id']}/"
    assert shown(nursing.get(one)) == made
    assert shown(nursing.get(path))["results"] == [made]
    ended = shown(nursing.patch(one, {"ends_on": str(clock.today())}, If_Match=answer.headers["ETag"]))
    assert (ended["content"], ended["ends_on"], ended["version"]) == ("Foam", str(clock.today()), 2)
    stale = nursing.patch(one, {"name": "x"}, If_Match=answer.headers["ETag"])
    assert (told(stale), stale.json()["current"]) == ((412, "stale"), ended)
    assert nursing.patch(one, {"name": "x"}).status_code == 428


def test_an_additional_plan_that_was_an_error_is_struck_out_by_whoever_wrote_it(world, nursing, onlooker, plan):
    made = shown(nursing.post(f"care-plans/{plan.id}/additional-plans/", {"name": "Wound", "content": "Foam"}), 201)
    path = f"additional-plans/{made['id']}/enter-in-error/"
    assert told(onlooker.post(path, {"reason": "Not hers"})) == (403, "not_yours")
    assert AdditionalPlan.objects.get().error_at is None
    assert told(nursing.post(path, {"reason": "x"}, If_Match='"x"')) == (412, "stale")
    struck = shown(nursing.post(path, {"reason": "Not hers"}))
    assert (struck["error_reason"], struck["allowed_actions"]) == ("Not hers", [])
    assert told(nursing.post(path, {"reason": "Not hers"})) == (422, "error_already")
    late = nursing.patch(f"additional-plans/{made['id']}/", {"name": "x"}, If_Match="*")
    assert told(late) == (422, "additional_plan_in_error")


def test_every_wording_is_read_and_one_that_was_an_error_says_so(nursing, onlooker, plan):
    path = f"care-plans/{plan.id}/sections/most_important/"
    for body in ("My garden", "My dog"):
        shown(nursing.patch(path, {"body": body}, If_Match="*"))
    newest, first = shown(nursing.get(f"{path}versions/"))["results"]
    assert [(one["number"], one["body"]) for one in (newest, first)] == [(2, "My dog"), (1, "My garden")]
    assert shown(nursing.get(f"section-versions/{first['id']}/")) == first
    wrong = f"section-versions/{newest['id']}/enter-in-error/"
    assert told(onlooker.post(wrong, {"reason": "Not hers"})) == (403, "not_yours")
    struck = shown(nursing.post(wrong, {"reason": "Not hers"}))
    assert (struck["error_reason"], struck["allowed_actions"]) == ("Not hers", [])
    assert shown(nursing.get(path))["body"] == "My garden"
    assert nursing.get(f"care-plans/{plan.id}/sections/hobbies/versions/").status_code == 404


def test_a_wording_of_a_colleague_is_marked_by_their_own_organisation(world, nursing, onlooker, plan):
    nurse = world.nurse
    with acting_as(nurse):
        write_section(by=nurse, plan_id=plan.id, key="people", body="Ken", in_own_words=True, version=0)
    wording = SectionVersion.objects.get()
    path = f"section-versions/{wording.id}/"
    assert shown(onlooker.get(path))["allowed_actions"] == []
    assert shown(nursing.get(path))["allowed_actions"] == ["enter-in-error"]
    assert shown(nursing.post(f"{path}enter-in-error/", {"reason": "Not hers"}))["error_reason"] == "Not hers"


def test_a_report_that_was_an_error_says_so(world, nursing, onlooker, goal):
    mine = shown(nursing.post(f"goals/{goal.id}/outcomes/", {"extent": "closer"}), 201)
    assert (mine["written_by"], mine["allowed_actions"]) == ("nursing, Test Community Health", ["enter-in-error"])
    path = f"goal-outcomes/{mine['id']}/enter-in-error/"
    assert told(onlooker.post(path, {"reason": "Not hers"})) == (403, "not_yours")
    assert shown(nursing.post(path, {"reason": "Not hers"}))["error_reason"] == "Not hers"
    with acting_as(world.nurse):
        theirs = report_outcome(by=world.nurse, goal_id=goal.id, extent="same", reported_on=clock.today())
    assert shown(nursing.get(f"goal-outcomes/{theirs.id}/"))["written_by"] == "Nurse"


def test_what_was_typed_and_not_chosen_is_read(world, nursing, plan, goal):
    nurse = world.nurse
    with acting_as(nurse):
        additional = add_additional_plan(by=nurse, plan_id=plan.id, name="Wound", content="Foam")
        set_aside(by=nurse, beside=goal, words={"The goal": "The sea"})
        set_aside(by=nurse, beside=additional, words={"What it says": "Gauze"})
    newest, first = shown(nursing.get(f"care-plans/{plan.id}/set-aside/"))["results"]
    assert (first["goal"], first["fields_typed"]) == (str(goal.id), [{"field": "The goal", "words": "The sea"}])
    assert (newest["additional_plan"], newest["goal"]) == (str(additional.id), None)


def test_reviews_and_additional_plans_stand_in_the_whole_record(world, plan, signed_in):
    nurse = world.nurse
    with acting_as(nurse):
        add_additional_plan(by=nurse, plan_id=plan.id, name="Wound plan", content="Foam", reviewed_by="Tissue nurse")
        hold_review(
            by=nurse,
            plan_id=plan.id,
            version=plan.version,
            held_on=clock.today(),
            took_part="Sheila and Rose",
            answers={"s-needs": Answer("Needs", "change", "The stairs")},
            review_due_on=days(90),
            review_team_id=world.nursing.id,
        )
    page = signed_in("nurse").get(reverse("whole_record", args=[plan.resident_id])).content.decode()
    for words in ("Tissue nurse", "Took part: Sheila and Rose", "Needs changing. The stairs"):
        assert words in page
    timeline = signed_in("nurse").get(f"/residents/{plan.resident_id}/timeline/").content.decode()
    assert "Plan reviewed" in timeline
