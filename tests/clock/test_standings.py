from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecoord import clock
from carecoord.clock import Standing
from tests.clock.strategies import calendars, london, moments, unhurried

START, DUE = london(2026, 11, 23, 9), london(2026, 11, 23, 13)
ORDER = [Standing.ON_TIME, Standing.DUE_SOON, Standing.OVERDUE]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (london(2026, 11, 23, 9), Standing.ON_TIME),
        (london(2026, 11, 23, 11, 59), Standing.ON_TIME),
        (london(2026, 11, 23, 12), Standing.DUE_SOON),
        (london(2026, 11, 23, 12, 59), Standing.DUE_SOON),
        (london(2026, 11, 23, 13), Standing.OVERDUE),
        (london(2026, 11, 30, 13), Standing.OVERDUE),
    ],
)
def test_due_soon_is_the_last_quarter_and_overdue_begins_at_the_deadline(now, expected):
    assert clock.standing(start=START, due=DUE, now=now) == expected


def test_due_soon_on_a_calendar_is_the_last_quarter_of_working_time():
    friday, monday = london(2026, 11, 20, 14), london(2026, 11, 23, 12)  # eight working hours

    def on_calendar(now):
        return clock.standing(start=friday, due=monday, now=now, calendar=clock.WEEKDAYS_8_TO_18)

    assert on_calendar(london(2026, 11, 22, 12)) == Standing.ON_TIME
    assert on_calendar(london(2026, 11, 23, 9, 59)) == Standing.ON_TIME
    assert on_calendar(london(2026, 11, 23, 10)) == Standing.DUE_SOON


def test_the_share_that_counts_as_soon_is_a_choice():
    now = london(2026, 11, 23, 11)
    assert clock.standing(start=START, due=DUE, now=now, soon_share=0.5) == Standing.DUE_SOON
    assert clock.standing(start=START, due=DUE, now=now, soon_share=0.25) == Standing.ON_TIME


def test_a_paused_clock_is_paused_with_or_without_a_deadline():
    after = DUE + timedelta(days=1)
    assert clock.standing(start=START, due=DUE, now=after, paused=True) == Standing.PAUSED
    assert clock.standing(start=START, due=None, now=after, paused=True) == Standing.PAUSED


def test_without_a_deadline_there_is_no_clock():
    assert clock.standing(start=START, due=None, now=START) == Standing.NO_CLOCK


def test_the_repeated_hour_is_overdue_only_the_second_time():
    due = london(2026, 10, 25, 1, 30, fold=1)
    first_pass = london(2026, 10, 25, 1, 45, fold=0)
    start = london(2026, 10, 25, 0, 0)
    assert clock.standing(start=start, due=due, now=first_pass) == Standing.ON_TIME
    assert clock.standing(start=start, due=due, now=london(2026, 10, 25, 1, 45, fold=1)) == Standing.OVERDUE


@given(moments, st.integers(1, 200), st.lists(st.integers(0, 300), min_size=2), st.none() | calendars)
@unhurried
def test_standing_only_worsens_as_time_passes(start, allowed, hours, calendar):
    due = start + timedelta(hours=allowed)
    seen = [
        clock.standing(start=start, due=due, now=start + timedelta(hours=hour), calendar=calendar)
        for hour in sorted(hours)
    ]
    assert seen == sorted(seen, key=ORDER.index)
