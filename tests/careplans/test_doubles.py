"""Two organisations plan much the same: pointed out to both, and nothing is stopped."""

from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.outbox.tasks import relay
from careplans.doubles import doubles_of
from careplans.models import Action
from neighbourhoods.gate import acting_as
from tests.statements import statements_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheila(shared):
    return shared.resident


@pytest.fixture
def goal(shared):
    return shared.goal()


@pytest.fixture
def planned(shared):
    """`planned("nurse", "Ring her", days=3)`: by that person's team."""

    def plan(who, title, *, days=3, goal=None):
        due = clock.today() + timedelta(days=days) if days is not None else None
        return shared.action(who, title=title, due_on=due, goal_id=goal.id if goal else None)

    return plan


def pairs(world, sheila):
    with acting_as(world.nurse) as nurse:
        rows = Action.objects.visible_to(nurse).open().filter(resident=sheila).select_related("accountable_team")
        return [(one.first.title, one.second.title, one.because) for one in doubles_of(rows)]


def test_two_organisations_for_one_goal_within_two_weeks_are_a_pair(world, sheila, goal, planned):
    planned("nurse", "Ring her", goal=goal)
    planned("link_worker", "Befriending", days=17, goal=goal)
    planned("link_worker", "Tea dance", days=18, goal=goal)
    planned("second_nurse", "Visit", goal=goal)
    assert pairs(world, sheila) == [
        ("Ring her", "Befriending", "for the same goal"),
        ("Visit", "Befriending", "for the same goal"),
    ]


def test_the_same_words_are_a_pair_without_a_goal_and_a_day_is_needed(world, sheila, planned):
    planned("nurse", "Weigh Her", days=5)
    planned("link_worker", "weigh her", days=2)
    planned("link_worker", "Weigh her", days=None)
    assert pairs(world, sheila) == [("weigh her", "Weigh Her", "in the same words")]


def test_the_lead_is_told_how_many_of_the_teams_own_stand_beside_anothers(world, signed_in, goal, planned):
    lead = signed_in("lead")
    asked = reverse("caseload", args=[world.nursing.id])
    assert "<strong>0</strong> of your team" in lead.get(asked).content.decode()
    planned("nurse", "Ring her", goal=goal)
    planned("nurse", "weigh her", days=6)
    planned("nurse", "Something else")
    planned("link_worker", "Befriending", days=17, goal=goal)
    planned("link_worker", "Weigh her", days=1)
    planned("link_worker", "Something else", days=20)
    assert "<strong>2</strong> of your team" in lead.get(asked).content.decode()
    assert "of your team" not in signed_in("nurse").get(asked).content.decode()


def test_what_has_ended_is_no_pair(world, sheila, shared, planned):
    planned("nurse", "Weigh her")
    theirs = planned("link_worker", "Weigh her")
    shared.as_("link_worker", "move_action", action_id=theirs.id, verb="complete")
    assert pairs(world, sheila) == []


def test_both_read_it_in_the_plan_and_at_their_own_action(world, signed_in, sheila, planned):
    ours, theirs = planned("nurse", "Weigh her"), planned("link_worker", "Weigh her", days=4)
    sentences = {"nurse": (ours, world.carers.name), "link_worker": (theirs, world.nursing.name)}
    for who, (action, other) in sentences.items():
        client = signed_in(who)
        plan = client.get(reverse("care_plan", args=[sheila.id])).content.decode()
        assert "Two organisations plan much the same, in the same words." in plan
        page = client.get(reverse("action_detail", args=[action.id])).content.decode()
        assert f"{other} plans this too, in the same words:" in page.replace("&#x27;", "'")
        assert "You may be right to both go" in page


def test_each_team_is_told_once_of_its_own_when_the_second_is_added(world, sheila, goal, planned):
    ours = planned("nurse", "Ring her", goal=goal)
    planned("nurse", "Something else")
    relay()
    assert not Alert.objects.filter(kind="action.doubled").exists()
    theirs = planned("link_worker", "Befriending", goal=goal)
    relay()
    told = Alert.objects.filter(kind="action.doubled", resident_id=sheila.id)
    assert set(told.values_list("team_id", "about_id")) == {(world.nursing.id, ours.id), (world.carers.id, theirs.id)}
    relay()
    assert told.count() == 2


def test_of_many_the_plan_names_three_and_says_how_many_more(signed_in, sheila, planned):
    for _ in range(2):
        planned("nurse", "Weigh her")
        planned("link_worker", "Weigh her")
    planned("nurse", "Weigh her")
    plan = signed_in("nurse").get(reverse("care_plan", args=[sheila.id])).content.decode()
    assert plan.count("Two organisations plan much the same") == 3
    assert "3 more like these." in plan


def test_pairs_cost_no_statement(signed_in, sheila, planned):
    client = signed_in("nurse")
    for place in range(2):
        planned("nurse", f"Weigh her {place}")
    few = statements_of(lambda: client.get(reverse("care_plan", args=[sheila.id])))
    for place in range(2):
        planned("link_worker", f"Weigh her {place}")
    assert len(statements_of(lambda: client.get(reverse("care_plan", args=[sheila.id])))) <= len(few)
