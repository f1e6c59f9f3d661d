"""Two organisations plan much the same: pointed out to both, and nothing is stopped."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.audit.models import PastRow
from carecoord.errors import NotYours, RuleError
from carecoord.outbox.tasks import relay
from careplans.doubles import doubles_of
from careplans.models import Action
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Level, Source
from neighbourhoods.services import open_relationship
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


def test_a_pair_that_a_later_change_makes_is_told_once(world, sheila, shared, planned, changed):
    ours, theirs = planned("nurse", "Weigh her", days=1), planned("link_worker", "Weigh her", days=40)
    planned("link_worker", "Ring her")
    relay()
    told = Alert.objects.filter(kind="action.doubled", resident_id=sheila.id)
    theirs = changed("link_worker", theirs, due_on=clock.today() + timedelta(days=9))
    relay()
    assert set(told.values_list("team_id", "about_id")) == {(world.nursing.id, ours.id), (world.carers.id, theirs.id)}
    theirs = changed("link_worker", theirs, due_on=clock.today() + timedelta(days=40))
    changed("link_worker", theirs, due_on=clock.today() + timedelta(days=8))
    relay()
    assert told.count() == 2


def test_each_team_is_told_once_of_one_change_however_many_pairs_it_makes(sheila, planned):
    for title in ("weigh her", "Weigh her"):
        planned("nurse", title)
    relay()
    planned("link_worker", "Weigh her")
    relay()
    assert Alert.objects.filter(kind="action.doubled", resident_id=sheila.id).count() == 2


@pytest.fixture
def pair(planned):
    return planned("nurse", "Weigh her"), planned("link_worker", "Weigh her", days=4)


@pytest.fixture
def changed(shared):
    """`changed("nurse", action, title="Ring him")`: the rest stays as it is."""

    def change(who, action, **facts):
        action.refresh_from_db()
        said = {name: getattr(action, name) for name in ("title", "due_on", "detail", "assigned_to_id")} | facts
        return shared.as_(who, "change_action", action_id=action.id, version=action.version, **said)

    return change


@pytest.fixture
def right(shared):
    """`right("nurse", ours, theirs)`: says that both are right."""

    def say(who, one, other, reason="One dresses, one weighs"):
        return shared.as_(who, "say_both_right", action_id=one.id, beside_id=other.id, reason=reason)

    return say


@pytest.fixture
def counted(world, signed_in):
    """How many the lead is told of."""
    lead, asked = signed_in("lead"), reverse("caseload", args=[world.nursing.id])

    def count():
        return int(re.search(r"<strong>(\d+)</strong> of your team", lead.get(asked).content.decode())[1])

    return count


@pytest.mark.parametrize("who", ["nurse", "link_worker"])
def test_either_says_that_both_are_right_and_it_is_quiet_and_counted_no_more(
    who, world, signed_in, sheila, pair, right, counted
):
    assert counted() == 1
    right(who, *pair)
    assert counted() == 0
    for reader, action in zip(("nurse", "link_worker"), pair, strict=True):
        client = signed_in(reader)
        plan = client.get(reverse("care_plan", args=[sheila.id])).content.decode()
        page = client.get(reverse("action_detail", args=[action.id])).content.decode()
        for found in (plan, page):
            assert "Both are right: One dresses, one weighs" in found
            assert "You may be right to both go" not in found


@pytest.mark.parametrize("what", ["title", "due_on"])
@pytest.mark.parametrize("who", ["nurse", "link_worker"])
def test_it_holds_until_either_has_another_day_or_other_words(pair, right, changed, counted, who, what):
    anew = {"title": "weigh her", "due_on": clock.today() + timedelta(days=5)}
    right("nurse", *pair)
    changed("nurse", pair[0], detail="After ten")
    assert counted() == 0
    changed(who, pair[who == "link_worker"], **{what: anew[what]})
    assert counted() == 1
    assert right("link_worker", *pair, reason="Still").reason == "Still"
    assert counted() == 0


def test_it_is_withdrawn_by_either_and_what_was_said_is_kept(shared, pair, right, counted):
    said = right("nurse", *pair)
    both = {"action_id": pair[1].id, "beside_id": pair[0].id}
    with clock.at(clock.now() + timedelta(minutes=1)):
        shared.as_("link_worker", "withdraw_both_right", **both)
    assert counted() == 1
    assert shared.as_("link_worker", "withdraw_both_right", **both).said_at is None
    with acting_as(shared.world.nurse):
        assert [one.row["reason"] for one in PastRow.objects.filter(row_id=said.id)] == ["One dresses, one weighs"]


def test_what_is_no_pair_what_was_said_and_what_is_nobody_elses_is_refused(world, sheila, shared, planned, pair, right):
    with pytest.raises(RuleError, match="Say why"):
        right("nurse", *pair, reason=" ")
    also = {"level": Level.RECORD, "source": Source.REFERRAL, "source_id": sheila.id}
    with acting_as(world.nurse):
        open_relationship(resident_id=sheila.id, team_id=world.surgery.id, **also)
    with pytest.raises(NotYours):
        right("gp", *pair)
    alone = planned("nurse", "Ring her")
    with pytest.raises(RuleError) as refused:
        right("nurse", alone, pair[1])
    assert refused.value.code == "no_pair"
    with pytest.raises(Action.DoesNotExist):
        shared.as_("outsider", "say_both_right", action_id=pair[0].id, beside_id=pair[1].id, reason="Mine")
    right("nurse", *pair)
    with pytest.raises(RuleError) as refused:
        right("link_worker", *pair)
    assert refused.value.code == "said_already"


def test_the_page_says_it_and_takes_it_back(signed_in, pair):
    nurse, at = signed_in("nurse"), reverse("both_right", args=[pair[0].id, pair[1].id])
    assert at in nurse.get(reverse("action_detail", args=[pair[0].id])).content.decode()
    assert nurse.post(at, {"reason": ""}).status_code == 422
    assert nurse.post(at, {"reason": "One lifts"}).status_code == 302
    page = nurse.get(at).content.decode()
    assert ("One lifts" in page, "Why are both right?" in page) == (True, False)
    late = signed_in("link_worker").post(at, {"reason": "I lift, too"})
    assert (late.status_code, b"I lift, too" in late.content) == (422, True)
    assert nurse.post(at, {"withdraw": "yes"}).status_code == 302
    assert "Why are both right?" in nurse.get(at).content.decode()
    assert signed_in("outsider").get(at).status_code == 404


def test_two_that_are_no_pair_any_more_lead_back_to_the_action(signed_in, pair, changed):
    changed("link_worker", pair[1], title="Ring her")
    at = reverse("both_right", args=[pair[0].id, pair[1].id])
    assert signed_in("nurse").get(at).headers["Location"] == reverse("action_detail", args=[pair[0].id])


def test_of_many_the_plan_names_three_and_says_how_many_more(signed_in, sheila, planned):
    for _ in range(2):
        planned("nurse", "Weigh her")
        planned("link_worker", "Weigh her")
    planned("nurse", "Weigh her")
    plan = signed_in("nurse").get(reverse("care_plan", args=[sheila.id])).content.decode()
    assert plan.count("Two organisations plan much the same") == 3
    assert "3 more like these." in plan


def test_pairs_cost_one_statement_however_many(signed_in, sheila, planned):
    client = signed_in("nurse")
    for place in range(2):
        planned("nurse", f"Weigh her {place}")
    few = statements_of(lambda: client.get(reverse("care_plan", args=[sheila.id])))
    for place in range(2):
        planned("link_worker", f"Weigh her {place}")
    assert len(statements_of(lambda: client.get(reverse("care_plan", args=[sheila.id])))) <= len(few) + 1
