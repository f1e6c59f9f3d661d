from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from carecoord import clock
from carecoord.clock import Allowance, Deadline, Pause, Unit
from tests.clock.strategies import calendars, london, moments, unhurried

WEEK = clock.WEEKDAYS_8_TO_18
HOUR = timedelta(hours=1)
ONE_DAY, TWO_DAYS = Allowance(1, Unit.WORKING_DAYS), Allowance(2, Unit.WORKING_DAYS)
TWO_HOURS = Allowance(2, Unit.HOURS)

maybe_calendars = st.none() | calendars
allowances = st.builds(Allowance, st.integers(1, 12), st.sampled_from(Unit))
shares = st.sampled_from([0, 0.1, 0.25, 0.5, 0.75, 1, 1.0, 1.2, 1.5, 2]) | st.floats(0, 3)


@st.composite
def pauses_around(draw, start: datetime) -> list[Pause]:
    hours = st.integers(-24, 24 * 8)
    pairs = draw(st.lists(st.tuples(hours, hours), max_size=4))
    return [Pause(start + min(pair) * HOUR, start + max(pair) * HOUR) for pair in pairs]


@pytest.mark.parametrize(
    ("share", "moment"),
    [
        (0, london(2026, 11, 23, 9)),
        (0.5, london(2026, 11, 23, 18)),  # 18 working hours are allowed: nine of them end with the day
        (1.0, london(2026, 11, 24, 17)),
        (
            1.2,
            london(2026, 11, 25, 10, 36),
        ),  # 3 h 36 min: one hour is left that day, the rest is next morning's
    ],
)
def test_rungs_on_a_calendar_are_shares_of_working_time(share, moment):
    start = london(2026, 11, 23, 9)
    due = clock.due_at(ONE_DAY, start, WEEK)
    assert clock.rung_at(start, due, share, WEEK) == moment


def test_a_rung_after_a_friday_deadline_waits_for_monday():
    start, due = london(2026, 11, 19, 9), london(2026, 11, 20, 17)
    assert clock.rung_at(start, due, 1.2, WEEK) == london(2026, 11, 23, 10, 36)


@pytest.mark.parametrize(
    ("share", "moment"),
    [
        (0.5, london(2026, 12, 25, 4)),
        (1.0, london(2026, 12, 25, 5)),
        (1.2, london(2026, 12, 25, 5, 24)),
    ],
)
def test_rungs_by_the_clock_run_at_night_and_at_christmas(share, moment):
    start = london(2026, 12, 25, 3)
    assert clock.rung_at(start, clock.due_at(TWO_HOURS, start, WEEK), share) == moment


def test_rungs_of_a_time_without_any_opening_run_by_the_clock():
    assert clock.rung_at(london(2026, 11, 21, 10), london(2026, 11, 21, 14), 0.5, WEEK) == london(2026, 11, 21, 12)


@pytest.mark.parametrize(("due", "share"), [(london(2026, 11, 23, 9), -0.1), (london(2026, 11, 23, 7), 0.5)])
def test_a_rung_needs_a_share_of_a_time_that_ends_after_it_starts(due, share):
    with pytest.raises(ValueError):
        clock.rung_at(london(2026, 11, 23, 8), due, share, WEEK)


@given(moments, st.integers(0, 400), shares, shares, maybe_calendars)
@unhurried
def test_a_larger_share_is_never_earlier(start, hours, one, other, calendar):
    low, high = sorted([one, other])
    due = start + hours * HOUR
    assert clock.rung_at(start, due, low, calendar) <= clock.rung_at(start, due, high, calendar)


@given(moments, st.integers(0, 400), maybe_calendars)
@unhurried
def test_share_nought_is_the_start_and_share_one_the_deadline(start, hours, calendar):
    due = start + hours * HOUR
    assert clock.rung_at(start, due, 0, calendar) == start
    assert clock.rung_at(start, due, 1.0, calendar) == due


@given(moments, st.integers(1, 10), st.floats(0.01, 2), calendars)
@unhurried
def test_a_rung_falls_while_open_or_at_closing(start, days, share, calendar):
    due = clock.add_working_days(calendar, start, days)
    allowed = clock.working_time_between(calendar, start, due)
    assume(allowed and share != 1)
    rung = clock.rung_at(start, due, share, calendar)
    just_before = rung - timedelta(microseconds=1)
    assert clock.is_open(calendar, just_before) or rung == due


def test_without_pauses_the_deadline_is_the_due_time():
    start = london(2026, 11, 20, 16)
    assert clock.deadline(start, TWO_DAYS, WEEK) == Deadline(due_at=london(2026, 11, 24, 17))


@pytest.mark.parametrize(
    ("pause", "due"),
    [
        # Monday 10:00 to 12:00: two working hours, one of them left on Tuesday after 17:00
        (Pause(london(2026, 11, 23, 10), london(2026, 11, 23, 12)), london(2026, 11, 25, 9)),
        # over the weekend: nothing
        (Pause(london(2026, 11, 20, 18), london(2026, 11, 23, 8)), london(2026, 11, 24, 17)),
        # Monday 17:30 to Tuesday 08:30: an hour
        (Pause(london(2026, 11, 23, 17, 30), london(2026, 11, 24, 8, 30)), london(2026, 11, 24, 18)),
        # begun before the clock itself: counts from the start, two hours of Friday
        (Pause(london(2026, 11, 20, 9), london(2026, 11, 20, 18)), london(2026, 11, 25, 9)),
        # over before the clock began, and begun when it had run out
        (Pause(london(2026, 11, 19, 9), london(2026, 11, 19, 18)), london(2026, 11, 24, 17)),
        (Pause(london(2026, 11, 24, 17), london(2026, 11, 26, 17)), london(2026, 11, 24, 17)),
    ],
)
def test_a_pause_moves_the_deadline_by_the_working_time_it_covered(pause, due):
    start = london(2026, 11, 20, 16)
    assert clock.deadline(start, TWO_DAYS, WEEK, [pause]) == Deadline(due_at=due)


def test_a_pause_of_what_runs_by_the_clock_is_counted_by_the_clock():
    start = london(2026, 10, 24, 23)
    overnight = Pause(london(2026, 10, 25, 0, 30), london(2026, 10, 25, 6, 30))  # seven hours: the clocks go back
    moved = clock.deadline(start, TWO_HOURS, WEEK, [overnight])
    assert moved == Deadline(due_at=london(2026, 10, 25, 7))


def test_while_paused_there_is_the_time_that_is_left():
    start = london(2026, 11, 20, 16)
    paused = clock.deadline(start, TWO_DAYS, WEEK, [Pause(london(2026, 11, 23, 10))])
    assert paused == Deadline(due_at=None, remaining=17 * HOUR)
    assert paused.paused is True


def test_a_clock_that_ran_out_is_not_paused_any_more():
    start = london(2026, 11, 20, 16)
    late = clock.deadline(start, TWO_DAYS, WEEK, [Pause(london(2026, 11, 25, 10))])
    assert late == Deadline(due_at=london(2026, 11, 24, 17))
    assert late.paused is False


def test_overlapping_pauses_count_once_in_any_order():
    start = london(2026, 11, 20, 16)
    one = Pause(london(2026, 11, 23, 10), london(2026, 11, 23, 12))
    two = Pause(london(2026, 11, 23, 11), london(2026, 11, 23, 13))
    whole = Pause(london(2026, 11, 23, 10), london(2026, 11, 23, 13))
    expected = clock.deadline(start, TWO_DAYS, WEEK, [whole])
    assert clock.deadline(start, TWO_DAYS, WEEK, [two, one]) == expected


def test_the_second_pause_counts_when_the_first_made_room_for_it():
    start = london(2026, 11, 23, 9)
    first = Pause(london(2026, 11, 23, 10), london(2026, 11, 23, 11))
    second = Pause(london(2026, 11, 23, 11, 30), london(2026, 11, 23, 14))  # after the first due time, 11:00
    assert clock.deadline(start, TWO_HOURS, WEEK, [first, second]).due_at == london(2026, 11, 23, 14, 30)


def test_a_pause_cannot_end_before_it_began():
    with pytest.raises(ValueError, match="ends after"):
        Pause(london(2026, 11, 23, 10), london(2026, 11, 23, 9))


@given(st.data(), moments, allowances, calendars)
@unhurried
def test_pauses_only_move_later_and_in_any_order(data, start, allowance, calendar):
    pauses = data.draw(pauses_around(start))
    moved = clock.deadline(start, allowance, calendar, pauses)
    assert moved.due_at >= clock.due_at(allowance, start, calendar)
    assert clock.deadline(start, allowance, calendar, data.draw(st.permutations(pauses))) == moved


@given(st.data(), moments, allowances, calendars, st.integers(0, 24 * 8))
@unhurried
def test_one_pause_more_is_never_earlier(data, start, allowance, calendar, hours):
    pauses = data.draw(pauses_around(start))
    one_more = [*pauses, Pause(start + hours * HOUR, start + (hours + 5) * HOUR)]
    due, later = (clock.deadline(start, allowance, calendar, some).due_at for some in (pauses, one_more))
    assert due <= later


@given(moments, allowances, calendars, st.integers(0, 100), st.integers(0, 50), st.integers(0, 50))
@unhurried
def test_two_pauses_that_touch_are_one(start, allowance, calendar, hours, some, more):
    began = start + hours * HOUR
    middle, ended = began + some * HOUR, began + (some + more) * HOUR
    split = clock.deadline(start, allowance, calendar, [Pause(began, middle), Pause(middle, ended)])
    assert split == clock.deadline(start, allowance, calendar, [Pause(began, ended)])


@given(moments, st.integers(1, 10), st.integers(0, 200), st.integers(0, 200))
@unhurried
def test_what_was_left_runs_out_at_the_deadline_once_the_pause_has_ended(start, days, hours, length):
    began, ended = start + hours * HOUR, start + (hours + length) * HOUR
    allowance = Allowance(days, Unit.WORKING_DAYS)
    paused = clock.deadline(start, allowance, WEEK, [Pause(began)])
    assume(paused.paused)
    resumed = clock.deadline(start, allowance, WEEK, [Pause(began, ended)])
    assert resumed.due_at == clock.add_working_time(WEEK, ended, paused.remaining)


@given(st.data(), moments, allowances, calendars)
@unhurried
def test_rungs_moved_by_pauses_keep_their_order(data, start, allowance, calendar):
    pauses = data.draw(pauses_around(start))
    runs_on = None if allowance.by_the_clock else calendar
    due = clock.due_at(allowance, start, calendar)
    rungs = [
        clock.after_pauses(start, clock.rung_at(start, due, share, runs_on), pauses, runs_on).due_at
        for share in (0.5, 1.0, 1.2)
    ]
    assert rungs == sorted(rungs)
    assert rungs[1] == clock.deadline(start, allowance, calendar, pauses).due_at
