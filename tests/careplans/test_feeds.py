"""What my day, the record and the caseload are given."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from carecoord import clock
from carecoord.ui import dates
from careplans import feeds
from careplans.display import action_clock, action_team, open_action_items
from careplans.models import Action
from neighbourhoods.gate import acting_as
from tests.shortening import thoroughly

LONDON = ZoneInfo("Europe/London")


def titles(rows):
    return [row.title for row in rows]


def test_actions_due_are_my_teams_open_ones_the_next_due_first(shared, world):
    shared.action(title="No day")
    shared.action(title="Later", due_on=clock.today() + timedelta(days=2))
    shared.action(title="Overdue", due_on=clock.today() - timedelta(days=1))
    shared.action(by="link_worker", title="The carers'")
    ended = shared.action(title="Ended")
    shared.as_("nurse", "move_action", action_id=ended.id, verb="complete")
    with acting_as(world.nurse):
        assert titles(feeds.actions_due_for(world.nurse, 9)) == ["Overdue", "Later", "No day"]
        assert titles(feeds.actions_due_for(world.nurse, 1)) == ["Overdue"]
        assert titles(feeds.overdue_actions_of_my_teams(world.nurse)) == ["Overdue"]
        assert len(feeds.open_actions_of(world.nurse, shared.resident.id)) == 4


def test_an_outsider_is_given_nothing(shared, world):
    shared.action()
    with acting_as(world.outsider):
        assert feeds.actions_due_for(world.outsider, 9) == []
        assert feeds.open_actions_of(world.outsider, shared.resident.id) == []
        assert feeds.current_plan_of(world.outsider, shared.resident.id) is None


@pytest.mark.parametrize(("days", "is_listed"), [(90, False), (15, False), (14, True), (1, True)])
def test_a_review_is_listed_for_its_owner_from_14_days_before(shared, world, days, is_listed):
    shared.agree(review_due_on=clock.today() + timedelta(days=days))
    shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="activate")
    with acting_as(world.nurse):
        assert [plan.id for plan in feeds.reviews_due_for(world.nurse, 9)] == ([shared.plan.id] if is_listed else [])
    with acting_as(world.link_worker):
        assert feeds.reviews_due_for(world.link_worker, 9) == []


def test_an_overdue_review_stays_listed_and_a_draft_s_is_not(shared, world):
    shared.agree(review_due_on=clock.today() + timedelta(days=1))
    with acting_as(world.nurse):
        assert feeds.reviews_due_for(world.nurse, 9) == []
    shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="activate")
    with clock.at(clock.now() + timedelta(days=30)), acting_as(world.nurse):
        assert len(feeds.reviews_due_for(world.nurse, 9)) == 1


def test_only_what_needs_sorting_is_on_the_list_to_sort(shared, world):
    shared.action(title="Sorted")
    shared.action(title="To sort", needs_sorting=True)
    with acting_as(world.nurse):
        assert titles(feeds.actions_to_sort(world.nurse)) == ["To sort"]


@pytest.mark.parametrize(("due_in", "state"), [(None, "no_clock"), (1, "on_time"), (0, "due_soon"), (-1, "overdue")])
def test_a_due_day_is_due_soon_while_it_lasts_and_overdue_once_it_has_ended(due_in, state):
    day = datetime(2026, 7, 15, tzinfo=LONDON).date()
    due_on = None if due_in is None else day + timedelta(days=due_in)
    for hour in (time(0, 0), time(23, 59)):
        with clock.at(datetime.combine(day, hour, LONDON)):
            assert action_clock(Action(due_on=due_on)).state == state


def test_a_clock_shows_the_day_and_a_paused_one_the_reason():
    due_on = clock.today() + timedelta(days=3)
    assert action_clock(Action(due_on=due_on)).at == dates.day(due_on)
    paused = action_clock(Action(due_on=due_on, status="on_hold", hold_reason="Unwell"))
    assert (paused.state, paused.at) == ("paused", "Unwell")


def test_rows_come_in_the_order_of_their_clocks(shared, world):
    today = clock.today()
    for title, due_on in (
        ("Later", today + timedelta(days=9)),
        ("None", None),
        ("Today", today),
        ("Late", today - timedelta(days=1)),
    ):
        shared.action(title=title, due_on=due_on)
    paused = shared.action(title="Paused", due_on=today)
    shared.as_("nurse", "move_action", action_id=paused.id, verb="hold", reason="Unwell")
    with acting_as(world.nurse):
        rows = open_action_items(world.nurse, feeds.open_actions_of(world.nurse, shared.resident.id))
    assert titles(rows) == ["Late", "Today", "Paused", "Later", "None"]


def test_a_chip_says_you_your_team_or_nothing(shared, world):
    mine = shared.action(assigned_to_id=world.nurse.membership_id)
    assert action_team(world.nurse, mine).mine == "you"
    assert action_team(world.second_nurse, mine).mine == "your_team"
    assert action_team(world.link_worker, mine).mine == ""


@pytest.mark.parametrize("rows", [3, *thoroughly(30)])
def test_feeds_ask_the_database_once_however_many_rows(shared, world, rows, django_assert_num_queries):
    for number in range(rows):
        shared.action(title=f"Action {number}", assigned_to_id=world.nurse.membership_id)
    with acting_as(world.nurse), django_assert_num_queries(1):
        actions = feeds.actions_due_for(world.nurse, 99)
        assert len(open_action_items(world.nurse, actions)) == rows
        assert {action.resident.family_name for action in actions} == {"Hartley"}
