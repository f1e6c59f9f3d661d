"""Activities of a CarePlan: which is which, and nothing dropped or shortened in silence."""

from datetime import date
from itertools import permutations

import pytest
from django.utils import timezone

from carecoord import clock
from careplans.models import Action, AdditionalPlan, Goal
from tests.fhir.samples import activity, goal, patient, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(run_import, write):
    def import_them(*resources):
        return run_import(write("f.ndjson", *resources, lines=True))

    return import_them


def actions():
    return list(Action.objects.order_by("pk").values())


def test_another_order_of_the_list_changes_nothing(world, take):
    listed = [activity("Dress"), activity("Weigh", "completed"), activity("Dress", "in-progress"), activity("Dress")]
    take(patient(), plan(activity=listed))
    before = actions()
    for order in permutations(listed):
        assert take(patient(), plan(activity=order)).code == 0
    assert len(before) == 4
    assert actions() == before


def test_an_activity_is_known_by_its_id_whatever_it_says(world, take):
    take(patient(), plan(activity=[activity("Dress", identity="a"), activity("Weigh", identity="b")]))
    take(patient(), plan(activity=[activity("Weigh daily", identity="b"), activity("Dress", identity="a")]))
    assert set(Action.objects.values_list("title", "status")) == {
        ("Dress", "not_started"),
        ("Weigh daily", "not_started"),
    }


def test_of_twins_the_one_that_changed_is_moved(world, take):
    take(patient(), plan(activity=[activity(status="completed"), activity()]))
    done, waiting = Action.objects.get(status="completed"), Action.objects.get(status="not_started")
    result = take(patient(), plan(activity=[activity(status="cancelled"), activity(status="completed")]))
    done.refresh_from_db()
    waiting.refresh_from_db()
    assert (done.status, waiting.status) == ("completed", "cancelled")
    assert "stays so" not in result.out


def test_a_new_activity_at_the_head_of_the_list_is_the_only_new_action(world, take):
    take(patient(), plan(activity=[activity("Dress", "completed"), activity("Weigh")]))
    before = actions()
    take(patient(), plan(activity=[activity("Assess"), activity("Dress", "completed"), activity("Weigh")]))
    assert actions()[:2] == before
    assert [row["title"] for row in actions()[2:]] == ["Assess"]


def test_a_further_twin_is_a_further_action(world, take):
    take(patient(), plan(activity=[activity()]))
    take(patient(), plan(activity=[activity(), activity()]))
    assert Action.objects.count() == 2


def test_an_activity_that_has_gone_from_the_list_is_stopped_and_comes_back_as_another(world, take):
    take(patient(), plan(activity=[activity("Dress"), activity("Weigh")]))
    take(patient(), plan(activity=[activity("Weigh")]))
    dress = Action.objects.get(title="Dress")
    assert (dress.status, dress.ended_reason) == ("stopped", "No longer in the plan it came with")
    take(patient(), plan(activity=[activity("Weigh"), activity("Dress")]))
    assert set(Action.objects.values_list("title", "status")) == {
        ("Dress", "stopped"),
        ("Dress", "not_started"),
        ("Weigh", "not_started"),
    }


def test_activities_that_only_refer_to_something_are_counted(world, take):
    listed = [{"reference": {"reference": "ServiceRequest/s1"}}, {"progress": [{"text": "Better"}]}, activity()]
    result = take(patient(), plan(activity=listed))
    assert result.code == 0
    assert "1 CarePlan.activity by ServiceRequest, 1 CarePlan.activity without detail" in result.out
    assert Action.objects.count() == 1


def test_an_activity_of_the_wrong_shape_is_a_fault(world, take):
    result = take(patient(), plan(activity=[{"detail": "Dress"}]))
    assert "CarePlan/c1: activity 1: detail is not an object" in result.err
    assert AdditionalPlan.objects.count() == 0


def test_goals_and_teams_that_lead_to_nothing_are_said(world, take):
    result = take(
        patient(),
        goal(),
        plan(
            goal=[{"reference": "Goal/g1"}, {"reference": "Goal/nowhere"}, {"reference": "#nothing"}],
            careTeam=[{"reference": "CareTeam/nowhere"}],
            activity=[activity(goal=[{"reference": "Goal/nowhere"}])],
        ),
    )
    assert result.code == 0
    for what in ("goal 2 leads", "goal 3 leads", "careTeam 1 leads"):
        assert f"CarePlan/c1: {what} to nothing in these files and nothing imported before" in result.out
    assert "activity 1: goal 1 leads to no goal that is known here" in result.out
    assert "goal 1 leads to nothing" not in result.out


def test_a_plan_waits_for_the_goal_of_an_activity_that_could_not_be_imported(world, take):
    waiting = plan(activity=[activity(goal=[{"reference": "Goal/g1"}])])
    result = take(patient(), goal(lifecycleStatus="nonsense"), waiting)
    assert result.code == 1
    assert "CarePlan/c1: it needs Goal/g1, which could not be imported" in result.err
    assert not AdditionalPlan.objects.exists()
    assert take(goal(), waiting).code == 0
    assert Action.objects.get().goal == Goal.objects.get()


def test_an_action_stands_beside_the_goal_that_travels_with_it(world, take):
    inside = plan(
        contained=[goal("walk")],
        goal=[{"reference": "#walk"}],
        activity=[activity(goal=[{"reference": "#walk"}])],
    )
    take(patient(), inside)
    assert Action.objects.get().goal == Goal.objects.get()


def test_a_title_that_is_too_long_keeps_its_whole_text_in_the_detail(world, take):
    long = "Dress the wound " * 30
    take(patient(), plan(activity=[activity(long, description="Twice a week")]))
    action = Action.objects.get()
    assert len(action.title) <= 300
    assert action.title.endswith("…")
    assert action.detail == f"{long.strip()}\n\nTwice a week"


def test_a_name_or_category_that_is_too_long_keeps_its_whole_text_in_the_content(world, take):
    name, category = "Wound care " * 30, "Kind of plan " * 20
    take(patient(), plan(title=name, category=[{"text": category}], description="Twice a week"))
    one = AdditionalPlan.objects.get()
    assert (len(one.name) <= 200, len(one.categories[0]) <= 100) == (True, True)
    assert one.content == f"{name.strip()}\n\n{category.strip()}\n\nTwice a week"


def test_what_had_ended_before_it_came_ended_then(world, take):
    over = activity("Weigh", "completed")
    over["detail"]["scheduledPeriod"] = {"end": "2019-03-04"}
    ahead = activity("Assess", "completed")
    ahead["detail"]["scheduledPeriod"] = {"end": "2100-01-01"}
    listed = [over, activity("Dress", "completed"), ahead, activity("Ring")]
    take(patient(), plan(period={"start": "2018-01-01", "end": "2020-05-06"}, activity=listed))
    ended = {title: at and timezone.localdate(at) for title, at in Action.objects.values_list("title", "ended_at")}
    assert ended == {"Weigh": date(2019, 3, 4), "Dress": date(2020, 5, 6), "Assess": clock.today(), "Ring": None}
