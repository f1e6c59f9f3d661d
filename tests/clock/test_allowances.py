from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecoord import clock
from carecoord.clock import Allowance, Unit
from tests.clock.strategies import calendars, london, moments, unhurried

WEEK = clock.WEEKDAYS_8_TO_18

allowances = st.builds(Allowance, st.integers(1, 40), st.sampled_from(Unit))


@pytest.mark.parametrize(
    ("allowance", "calendar", "start", "due"),
    [
        (Allowance(30, Unit.MINUTES), WEEK, london(2026, 11, 21, 23, 45), london(2026, 11, 22, 0, 15)),
        (Allowance(2, Unit.HOURS), WEEK, london(2026, 12, 25, 3), london(2026, 12, 25, 5)),
        (Allowance(2, Unit.WORKING_DAYS), WEEK, london(2026, 11, 20, 16), london(2026, 11, 24, 17)),
        (Allowance(30, Unit.OPEN_MINUTES), WEEK, london(2026, 11, 20, 17, 45), london(2026, 11, 23, 8, 15)),
        (
            Allowance(120, Unit.OPEN_MINUTES),
            clock.DAILY_8_TO_8,
            london(2026, 11, 21, 19),
            london(2026, 11, 22, 9),
        ),
    ],
)
def test_time_allowed_runs_out_by_its_own_unit(allowance, calendar, start, due):
    assert clock.due_at(allowance, start, calendar) == due


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (london(2026, 3, 29, 0, 30), london(2026, 3, 29, 3, 30)),
        (london(2026, 10, 25, 0, 30), london(2026, 10, 25, 1, 30, fold=1)),
    ],
)
def test_two_hours_are_120_minutes_on_the_nights_the_clocks_change(start, due):
    assert clock.due_at(Allowance(2, Unit.HOURS), start, WEEK) == due.astimezone(UTC)


@pytest.mark.parametrize("amount", [0, -5])
def test_an_allowance_of_nothing_is_refused(amount):
    with pytest.raises(ValueError, match="at least one"):
        Allowance(amount, Unit.HOURS)


def test_minutes_and_hours_run_by_the_clock_and_the_rest_on_a_calendar():
    assert {unit for unit in Unit if Allowance(1, unit).by_the_clock} == {Unit.MINUTES, Unit.HOURS}


def test_units_are_stored_as_their_words():
    assert [str(unit) for unit in Unit] == ["minutes", "hours", "working_days", "open_minutes"]
    assert Allowance(2, Unit("working_days")) == Allowance(2, Unit.WORKING_DAYS)


@given(allowances, calendars, moments)
@unhurried
def test_due_comes_after_the_start(allowance, calendar, start):
    due = clock.due_at(allowance, start, calendar)
    assert due > start
    assert due.utcoffset() == timedelta(0)


@given(st.sampled_from(Unit), st.integers(1, 40), st.integers(1, 40), calendars, moments)
@unhurried
def test_a_larger_allowance_is_due_later(unit, amount, more, calendar, start):
    smaller, larger = Allowance(amount, unit), Allowance(amount + more, unit)
    assert clock.due_at(smaller, start, calendar) < clock.due_at(larger, start, calendar)
