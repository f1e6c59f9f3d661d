"""Days, moments and ages as staff read them (UI-04, UI-05, UI-13)."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecoord.ui import dates

NOW = datetime(2026, 11, 24, 10, 47, tzinfo=UTC)
DAYS = st.dates(date(1880, 1, 1), date(2100, 12, 31))


def test_a_day_has_two_figures_a_short_month_and_four_figures():
    assert dates.day(date(2026, 1, 5)) == "05-Jan-2026"
    assert dates.short_day(date(2026, 1, 5)) == "05-Jan"
    assert dates.long_day(date(2026, 1, 5)) == "5 January 2026"


def test_the_time_is_that_of_the_place_on_a_24_hour_clock():
    summer = datetime(2026, 7, 1, 8, 5, tzinfo=UTC)
    assert dates.time_of_day(summer) == "09:05"
    assert dates.weekday_moment(NOW) == "Tuesday 24-Nov-2026, 10:47"


def test_today_is_said_only_together_with_the_time():
    assert dates.moment(NOW + timedelta(hours=1), now=NOW) == "Today 11:47"
    assert dates.moment(NOW + timedelta(days=2), now=NOW) == "26-Nov-2026 10:47"
    assert dates.due_day(date(2026, 11, 24), now=NOW) == "Today"


def test_today_ends_at_midnight_of_the_place_not_of_greenwich():
    late_evening = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    after_midnight = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert dates.moment(after_midnight, now=late_evening) == "02-Jul-2026 00:30"


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (NOW - timedelta(minutes=119), "119min"),
        (NOW - timedelta(hours=2), "2hr"),
        (NOW - timedelta(hours=47), "47hr"),
        (NOW - timedelta(days=2), "2d"),
        (date(2026, 11, 24), "0d"),
        (date(2026, 10, 28), "27d"),
        (date(2026, 10, 27), "4w 0d"),
        (date(2026, 10, 26), "4w 1d"),
        (date(2025, 11, 25), "52w 0d"),
        (date(2025, 11, 24), "12m 0d"),
        (date(2025, 10, 16), "13m 8d"),
        (date(2024, 11, 25), "23m 30d"),
        (date(2024, 11, 24), "2y 0m"),
        (date(2022, 10, 24), "4y 1m"),
        (date(2008, 11, 25), "17y 11m"),
        (date(2008, 11, 24), "18y"),
        (date(1948, 3, 14), "78y"),
    ],
)
def test_an_age_is_said_in_the_units_of_its_stage_of_life(born, words):
    assert dates.age(born, now=NOW) == words


def test_someone_born_on_29_february_is_a_year_older_on_1_march():
    born = date(2000, 2, 29)
    assert dates.age(born, now=date(2019, 2, 28)) == "18y"
    assert dates.age(born, now=date(2019, 3, 1)) == "19y"


def test_a_birth_in_the_future_has_no_age():
    assert dates.age(date(2026, 11, 25), now=NOW) == ""
    assert dates.age(NOW + timedelta(minutes=5), now=NOW) == ""


@given(DAYS, DAYS)
def test_every_birth_up_to_today_has_an_age_in_one_of_the_forms(born, on):
    words = dates.age(born, now=on)
    pattern = r"\d+d|\d+w \d+d|\d+m \d+d|\d+y \d+m|\d+y"
    assert (words == "") if on < born else re.fullmatch(pattern, words)


@given(DAYS, st.integers(1, 10_000))
def test_nobody_grows_younger(born, days):
    later = born + timedelta(days=days)
    assert dates.months_between(born, later) >= dates.months_between(born, later - timedelta(days=1))


@given(DAYS, st.integers(0, 1_200))
def test_adding_months_and_counting_them_agree(start, months):
    assert dates.months_between(start, dates.add_months(start, months)) == months


@given(DAYS)
def test_a_written_day_can_be_read_back_without_doubt(when):
    day, month, year = dates.day(when).split("-")
    assert date(int(year), dates.MONTHS.index(month) + 1, int(day)) == when
