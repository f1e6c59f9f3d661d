"""Where a changed file says something else than people here, the team that answers is told, once for each import."""

import json

import pytest
from django.urls import reverse

from carecoord.alerts.models import Alert
from carecoord.audit.models import AuditEntry
from carecoord.delivery.models import Delivery
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.tasks import relay
from careplans import services
from careplans.models import Action, Goal
from neighbourhoods.gate import acting_as
from tests.fhir.samples import activity, goal, patient, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(run_import, write):
    def import_them(*resources):
        return run_import(write("f.ndjson", *resources, lines=True))

    return import_them


def reworded(world, title="Walk to the lake"):
    """Somebody of the front door writes the goal anew."""
    one = Goal.objects.get()
    with acting_as(world.front_door) as by:
        services.change_goal(
            by=by, goal_id=one.id, version=one.version, title=title, importance=one.importance, confidence=None
        )
    return one


def sorted_to_nursing(world):
    action = Action.objects.get()
    with acting_as(world.front_door) as by:
        services.sort_action(by=by, action_id=action.id, team_id=world.nursing.id)
    return action


def told():
    relay()
    return list(Alert.objects.filter(kind="import.differed").order_by("created_at", "id"))


def test_one_notice_for_the_team_however_much_differs_and_it_leads_to_the_plan(world, take, signed_in):
    take(patient(), goal(text="Walk"))
    one = reworded(world)
    with acting_as(world.front_door) as by:
        services.move_goal(by=by, goal_id=one.id, verb="cancel", reason="She changed her mind")
    result = take(patient(), goal(text="Walk to the church", status="completed"))
    assert result.out.count("stays") == 2
    message = OutboxMessage.objects.get(topic="import.differed")
    assert message.payload == {"team_id": str(world.place.front_door_id), "count": 2}
    (alert,) = told()
    assert (alert.team_id, alert.resident_id, alert.due_at) == (world.place.front_door_id, None, None)
    client = signed_in("front_door")
    assert "An import says something else" in client.get(reverse("alerts")).content.decode()
    page = client.get(reverse("alert_open", args=[alert.id]))
    text = page.content.decode()
    assert "2 things about 1 person" in text
    assert "TEST, Ann" in text
    assert f'href="{reverse("care_plan", args=[one.resident_id])}"' in text
    looked = AuditEntry.objects.get(verb="alert.viewed")
    assert looked.detail == {"residents": [str(one.resident_id)]}


def test_nothing_is_told_where_nothing_differs_or_the_same_comes_again(world, take):
    take(patient(), goal(text="Walk"))
    take(patient(), goal(text="Walk to the shop"))
    reworded(world)
    take(patient(), goal(text="Walk to the shop"))
    assert told() == []
    for _ in range(2):
        take(patient(), goal(text="Walk to the church"))
    assert len(told()) == 1


def test_an_action_that_was_sorted_is_told_to_its_team_and_the_goal_to_the_lead(world, take, signed_in):
    take(patient(), goal(text="Walk"), plan(activity=[activity()]))
    action = sorted_to_nursing(world)
    reworded(world)
    lead = AuditEntry.objects.filter(verb="lead.moved").exists()
    result = take(patient(), goal(text="Swim"), plan(activity=[activity(status="completed")]))
    assert "Millbrook Community Nursing answers for the action here and is told" in result.out
    alerts = told()
    teams = {alert.team_id for alert in alerts}
    assert world.nursing.id in teams
    assert lead or world.place.front_door_id in teams
    assert len(alerts) == len(teams)
    assert len({alert.about_id for alert in alerts}) == 1
    mine = next(alert for alert in alerts if alert.team_id == world.nursing.id)
    text = signed_in("nurse").get(reverse("alert_open", args=[mine.id])).content.decode()
    assert reverse("care_plan", args=[action.resident_id]) in text


def test_another_team_does_not_open_it_and_no_name_leaves_the_place(world, take, signed_in):
    take(patient(), goal(text="Walk"))
    reworded(world)
    take(patient(), goal(text="Swim"))
    (alert,) = told()
    assert signed_in("outsider").get(reverse("alert_open", args=[alert.id])).status_code == 404
    email = Delivery.objects.get(about_id=alert.id)
    assert email.line == "1 thing is waiting for your team in CareCoord (import)."
    entry = AuditEntry.objects.get(verb="import.differed")
    assert entry.detail == {"team_id": str(world.place.front_door_id), "differences": 1}
    assert "lake" not in json.dumps(list(OutboxMessage.objects.values_list("payload", flat=True)))


def test_an_entry_that_is_refused_tells_nobody(world, take):
    take(patient(), plan(activity=[activity()], contained=[goal("inside")], goal=[{"reference": "#inside"}]))
    reworded(world)
    inside = goal("inside", text="Swim")
    bad = plan(activity=[{"detail": "no object"}], contained=[inside], goal=[{"reference": "#inside"}])
    assert take(patient(), bad).code == 1
    assert told() == []


@pytest.mark.parametrize(
    ("lifecycle", "achievement", "ours"),
    [
        ("active", "achieved", "completed"),
        ("on-hold", "achieved", "completed"),
        ("completed", "achieved", "completed"),
        ("completed", "not-achieved", "cancelled"),
        ("completed", "not-attainable", "cancelled"),
        ("active", "improving", "active"),
        ("active", "not-achieved", "active"),
        ("cancelled", "achieved", "cancelled"),
    ],
)
def test_how_far_a_goal_came_decides_whether_it_was_reached(world, take, lifecycle, achievement, ours):
    take(patient(), goal())
    take(patient(), goal(status=lifecycle, achievementStatus={"coding": [{"code": achievement}]}))
    assert Goal.objects.get().status == ours
    take(patient("p2"), goal("g2", status=lifecycle, achievementStatus={"coding": [{"code": achievement}]}))
    assert set(Goal.objects.values_list("status", flat=True)) == {ours}


def test_a_goal_that_was_not_reached_says_so(world, take):
    take(patient(), goal())
    take(patient(), goal(status="completed", achievementStatus={"coding": [{"code": "not-attainable"}]}))
    one = Goal.objects.get()
    assert (one.status, one.status_reason) == ("cancelled", "not attainable")


def test_a_goal_that_is_no_longer_achieved_stays_reached_and_its_team_is_told(world, take):
    take(patient(), goal(achievementStatus={"coding": [{"code": "achieved"}]}))
    result = take(patient(), goal(achievementStatus={"coding": [{"code": "in-progress"}]}))
    assert Goal.objects.get().status == "completed"
    assert "the goal is reached here and stays so, though it is in progress there" in result.out
    assert len(told()) == 1


def test_progress_that_has_no_place_here_is_told_once(world, take):
    for words in ("improving", "improving", "worsening"):
        result = take(patient(), goal(text="Walk", achievementStatus={"coding": [{"code": words}]}))
    assert "how far it is there (worsening) is not kept beside it" in result.out
    assert len(told()) == 2
    own = take(patient(), goal(text="Walk", achievementStatus={"text": "Half way there"}))
    assert "how far it is there (in words of its own)" in own.out
    assert "Half way" not in own.out


def linked(*goals):
    return [{"reference": f"Goal/{one}"} for one in goals]


def test_an_action_follows_the_goal_that_its_activity_names(world, take):
    goals = goal(), goal("g2", text="Swim")
    take(patient(), *goals, plan(activity=[activity(goal=linked("g1"))]))
    action = Action.objects.select_related("goal").get()
    assert action.goal.title == "Walk to the shop"
    take(patient(), *goals, plan(activity=[activity(goal=linked("g2"))]))
    action.refresh_from_db()
    assert action.goal.title == "Swim"
    entry = AuditEntry.objects.get(verb="action.changed")
    assert (entry.about_id, entry.detail["fields"], entry.actor_kind) == (action.id, ["goal"], "service")
    take(patient(), *goals, plan(activity=[activity()]))
    action.refresh_from_db()
    assert action.goal_id is None
    assert told() == []


def test_a_goal_that_is_not_known_here_changes_no_link(world, take):
    take(patient(), goal(), plan(activity=[activity(goal=linked("g1"))]))
    result = take(patient(), goal(), plan(activity=[activity(goal=linked("nowhere"))]))
    assert Action.objects.get().goal_id == Goal.objects.get().id
    assert "goal 1 leads to no goal that is known here" in result.out


def test_the_link_of_what_another_team_answers_for_stays_and_that_team_is_told(world, take):
    goals = goal(), goal("g2", text="Swim")
    take(patient(), *goals, plan(activity=[activity(goal=linked("g1"))]))
    action = sorted_to_nursing(world)
    relay()
    for _ in range(2):
        take(patient(), *goals, plan(activity=[activity(goal=linked("g2"))]))
    action.refresh_from_db()
    assert action.goal.title == "Walk to the shop"
    assert [alert.team_id for alert in told()] == [world.nursing.id]


def test_the_link_of_an_action_that_has_ended_here_stays(world, take):
    goals = goal(), goal("g2", text="Swim")
    take(patient(), *goals, plan(activity=[activity(goal=linked("g1"))]))
    action = Action.objects.get()
    with acting_as(world.front_door) as by:
        services.move_action(by=by, action_id=action.id, verb="complete")
    result = take(patient(), *goals, plan(activity=[activity(goal=linked("g2"))]))
    action.refresh_from_db()
    assert action.goal.title == "Walk to the shop"
    assert "the action has ended here, so its goal stays" in result.out
