from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecoord import clock
from tests.clock.strategies import LONDON, calendars, london, moments, unhurried, working_times

WEEK = clock.WEEKDAYS_8_TO_18
DAILY = clock.DAILY_8_TO_8
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),
        (date(2026, 12, 26), False),  # Boxing Day, and a Saturday
        (date(2026, 12, 28), False),  # its substitute day
        (date(2026, 12, 29), True),
        (date(2027, 1, 1), False),
        (date(2027, 3, 26), False),  # Good Friday
        (date(2027, 3, 29), False),  # Easter Monday
        (date(2027, 3, 30), True),
        (date(2027, 12, 27), False),  # substitute for Christmas Day, a Saturday
        (date(2027, 12, 28), False),  # substitute for Boxing Day, a Sunday
        (date(2028, 1, 3), False),  # substitute for New Year's Day, a Saturday
        (date(2026, 8, 31), False),
        (date(2026, 11, 30), True),  # St Andrew's Day: not in England
    ],
)
def test_bank_holidays_are_those_of_england(day, works):
    assert clock.is_working_day(WEEK, day) is works


def test_the_daily_calendar_works_at_christmas():
    assert clock.is_working_day(DAILY, date(2026, 12, 25))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (london(2026, 11, 23, 7, 59), False),
        (london(2026, 11, 23, 8), True),
        (london(2026, 11, 23, 17, 59), True),
        (london(2026, 11, 23, 18), False),
        (london(2026, 11, 21, 12), False),  # Saturday
        (london(2026, 12, 25, 12), False),
        (datetime(2026, 7, 1, 7, tzinfo=UTC), True),  # 08:00 in summer
        (datetime(2026, 7, 1, 17, tzinfo=UTC), False),
        (datetime(2026, 1, 14, 7, tzinfo=UTC), False),
    ],
)
def test_open_from_opening_up_to_not_including_closing(moment, is_open):
    assert clock.is_open(WEEK, moment) is is_open


@pytest.mark.parametrize("fold", [0, 1])
def test_both_passes_of_the_repeated_hour_are_open_to_a_night_calendar(fold):
    night = clock.WorkingCalendar(weekdays=frozenset(range(7)), opens_at=time(0, 30), closes_at=time(7))
    assert clock.is_open(night, london(2026, 10, 25, 1, 30, fold=fold))


def test_the_next_opening_is_the_moment_itself_while_open():
    assert clock.next_opening(WEEK, london(2026, 11, 23, 9, 5)) == london(2026, 11, 23, 9, 5)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        (london(2026, 11, 23, 5), london(2026, 11, 23, 8)),
        (london(2026, 11, 23, 18), london(2026, 11, 24, 8)),
        (london(2026, 12, 24, 18), london(2026, 12, 29, 8)),
        (london(2026, 3, 27, 19), london(2026, 3, 30, 8)),  # over the change to summer time
    ],
)
def test_the_next_opening_passes_over_nights_weekends_and_holidays(moment, opening):
    assert clock.next_opening(WEEK, moment) == opening


@pytest.mark.parametrize(
    ("start", "days", "ends"),
    [
        (london(2026, 11, 23, 9), 1, london(2026, 11, 24, 17)),
        (london(2026, 11, 23, 9), 2, london(2026, 11, 25, 17)),
        (
            london(2026, 11, 23, 6),
            1,
            london(2026, 11, 24, 17),
        ),  # before opening: the date still does not count
        (london(2026, 11, 20, 9), 1, london(2026, 11, 23, 17)),  # Friday
        (london(2026, 11, 20, 22), 1, london(2026, 11, 23, 17)),  # Friday evening
        (london(2026, 11, 21, 9), 1, london(2026, 11, 23, 17)),  # Saturday
        (london(2026, 11, 22, 23, 59), 1, london(2026, 11, 23, 17)),  # Sunday
        (london(2026, 11, 22, 9), 2, london(2026, 11, 24, 17)),
        (london(2026, 12, 23, 10), 2, london(2026, 12, 29, 17)),  # Christmas on Friday, Monday off as well
        (london(2026, 12, 24, 10), 1, london(2026, 12, 29, 17)),
        (london(2026, 12, 25, 10), 1, london(2026, 12, 29, 17)),
        (london(2026, 12, 31, 10), 1, london(2027, 1, 4, 17)),
        (london(2027, 3, 25, 10), 1, london(2027, 3, 30, 17)),  # the Thursday before Easter
        (london(2027, 3, 24, 10), 2, london(2027, 3, 30, 17)),
        (london(2026, 3, 27, 10), 1, london(2026, 3, 30, 17)),  # 16:00 UTC: summer time has begun
        (london(2026, 10, 23, 10), 1, london(2026, 10, 26, 17)),  # 17:00 UTC: summer time is over
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), 1, london(2026, 7, 2, 17)),  # 1 July already, in London
    ],
)
def test_working_days_end_at_five_on_the_nth_working_day_after(start, days, ends):
    assert clock.add_working_days(WEEK, start, days) == ends


def test_due_times_come_back_in_utc():
    assert clock.add_working_days(WEEK, london(2026, 3, 27, 10), 1).isoformat() == "2026-03-30T16:00:00+00:00"


@pytest.mark.parametrize("days", [0, -1])
def test_fewer_than_one_working_day_is_refused(days):
    with pytest.raises(ValueError, match="at least one"):
        clock.add_working_days(WEEK, london(2026, 11, 23, 9), days)


@pytest.mark.parametrize(
    ("calendar", "start", "amount", "ends"),
    [
        (WEEK, london(2026, 11, 23, 9), 2 * HOUR, london(2026, 11, 23, 11)),
        (
            WEEK,
            london(2026, 11, 23, 16),
            2 * HOUR,
            london(2026, 11, 23, 18),
        ),  # with the day, not the next morning
        (WEEK, london(2026, 11, 20, 17), 2 * HOUR, london(2026, 11, 23, 9)),
        (WEEK, london(2026, 11, 21, 12), HOUR, london(2026, 11, 23, 9)),
        (WEEK, london(2026, 12, 24, 17, 30), HOUR, london(2026, 12, 29, 8, 30)),
        (WEEK, london(2026, 3, 27, 17), 11 * HOUR, london(2026, 3, 30, 18)),
        (DAILY, london(2026, 11, 21, 19, 45), HOUR / 2, london(2026, 11, 22, 8, 15)),
        (DAILY, london(2026, 10, 24, 19, 45), HOUR / 2, london(2026, 10, 25, 8, 15)),
        (DAILY, london(2026, 12, 25, 3), 2 * HOUR, london(2026, 12, 25, 10)),
    ],
)
def test_working_time_runs_only_while_open(calendar, start, amount, ends):
    assert clock.add_working_time(calendar, start, amount) == ends


def test_no_working_time_added_is_the_start_even_while_closed():
    assert clock.add_working_time(WEEK, london(2026, 11, 21, 12), timedelta(0)) == london(2026, 11, 21, 12)


def test_working_time_is_never_taken_away():
    with pytest.raises(ValueError, match="never taken away"):
        clock.add_working_time(WEEK, london(2026, 11, 23, 9), -HOUR)


@pytest.mark.parametrize(
    ("start", "end", "worked"),
    [
        (london(2026, 11, 23, 9), london(2026, 11, 23, 11), 2 * HOUR),
        (london(2026, 11, 20, 17), london(2026, 11, 23, 9), 2 * HOUR),
        (london(2026, 11, 21), london(2026, 11, 23), timedelta(0)),
        (
            london(2026, 12, 21),
            london(2027, 1, 4),
            70 * HOUR,
        ),  # two weeks less Christmas, Boxing Day, New Year
        (london(2026, 3, 27), london(2026, 3, 31), 20 * HOUR),
        (london(2026, 11, 23, 11), london(2026, 11, 23, 9), timedelta(0)),
    ],
)
def test_working_time_between_counts_open_time_alone(start, end, worked):
    assert clock.working_time_between(WEEK, start, end) == worked


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 5.5), (date(2026, 10, 25), 7.5)])
def test_a_night_calendar_loses_an_hour_in_spring_and_gains_one_in_autumn(day, hours):
    night = clock.WorkingCalendar(weekdays=frozenset(range(7)), opens_at=time(0, 30), closes_at=time(7))
    midnight = datetime.combine(day, time(), LONDON)
    assert clock.working_time_between(night, midnight, midnight + timedelta(days=1)) == hours * HOUR


def test_an_opening_that_the_skipped_hour_swallows_does_not_happen():
    brief = clock.WorkingCalendar(weekdays=frozenset({6}), opens_at=time(1, 30), closes_at=time(2, 10))
    assert clock.next_opening(brief, london(2026, 3, 28, 12)) == london(2026, 4, 5, 1, 30)


def test_a_set_of_dates_serves_as_bank_holidays():
    calendar = clock.WorkingCalendar(bank_holidays=frozenset({date(2026, 11, 24)}))
    assert clock.add_working_days(calendar, london(2026, 11, 23, 9), 1) == london(2026, 11, 25, 17)
    assert clock.is_working_day(calendar, date(2026, 12, 25))


@pytest.mark.parametrize(
    ("opens", "closes", "hour"), [(8, 16, 16), (18, 22, 22), (17, 21, 21), (8, 17, 17), (9, 18, 17)]
)
def test_a_team_that_is_shut_at_five_has_until_it_closes(opens, closes, hour):
    team = clock.WorkingCalendar(opens_at=time(opens), closes_at=time(closes))
    assert clock.add_working_days(team, london(2026, 11, 23, 9), 1) == london(2026, 11, 24, hour)


def test_another_time_zone_has_its_own_five_o_clock():
    paris = clock.WorkingCalendar(time_zone=ZoneInfo("Europe/Paris"))
    assert clock.add_working_days(paris, london(2026, 11, 23, 9), 1) == london(2026, 11, 24, 16)


@pytest.mark.parametrize(
    "fields",
    [
        {"weekdays": frozenset()},
        {"weekdays": frozenset({7})},
        {"opens_at": time(18), "closes_at": time(18)},
        {"opens_at": time(20), "closes_at": time(8)},
    ],
)
def test_a_calendar_that_is_never_open_is_refused(fields):
    with pytest.raises(ValueError):
        clock.WorkingCalendar(**fields)


@pytest.mark.parametrize("ask", [clock.is_open, clock.next_opening])
def test_a_moment_without_a_time_zone_is_refused(ask):
    with pytest.raises(ValueError, match="no time zone"):
        ask(WEEK, datetime(2026, 11, 23, 9))


@given(calendars, moments, st.integers(1, 30))
@unhurried
def test_working_days_end_at_five_or_at_closing_on_a_working_day_after_the_start(calendar, start, days):
    ends = clock.add_working_days(calendar, start, days).astimezone(calendar.time_zone)
    assert ends.time() == (time(17) if calendar.closes_at in {time(18), time(20)} else calendar.closes_at)
    assert clock.is_open(calendar, ends - timedelta(microseconds=1))
    assert clock.is_working_day(calendar, ends.date())
    assert ends > start


@given(calendars, moments, st.integers(1, 30))
@unhurried
def test_exactly_n_working_days_lie_after_the_start_up_to_the_end(calendar, start, days):
    first = start.astimezone(LONDON).date()
    last = clock.add_working_days(calendar, start, days).astimezone(LONDON).date()
    after = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    assert sum(clock.is_working_day(calendar, day) for day in after) == days


@given(moments, st.integers(1, 30))
@unhurried
def test_working_days_never_end_on_an_english_bank_holiday(start, days):
    assert clock.add_working_days(WEEK, start, days).date() not in clock.ENGLAND_BANK_HOLIDAYS


@given(calendars, moments, st.integers(1, 15), st.integers(1, 15))
@unhurried
def test_working_days_add_up(calendar, start, some, more):
    halfway = clock.add_working_days(calendar, start, some)
    assert clock.add_working_days(calendar, halfway, more) == clock.add_working_days(calendar, start, some + more)


@given(calendars, moments, moments, st.integers(1, 15))
@unhurried
def test_a_later_start_is_never_due_earlier(calendar, one, other, days):
    early, late = sorted([one, other])
    assert clock.add_working_days(calendar, early, days) <= clock.add_working_days(calendar, late, days)


@given(calendars, moments, working_times, working_times)
@unhurried
def test_working_time_adds_up(calendar, start, some, more):
    halfway = clock.add_working_time(calendar, start, some)
    assert clock.add_working_time(calendar, halfway, more) == clock.add_working_time(calendar, start, some + more)


@given(calendars, moments, working_times)
@unhurried
def test_working_time_added_is_the_working_time_between(calendar, start, amount):
    ends = clock.add_working_time(calendar, start, amount)
    assert ends >= start
    assert clock.working_time_between(calendar, start, ends) == amount


@given(calendars, moments, moments, moments)
@unhurried
def test_working_time_between_splits_anywhere(calendar, one, two, three):
    first, middle, last = sorted([one, two, three])
    whole = clock.working_time_between(calendar, first, last)
    parts = [clock.working_time_between(calendar, *pair) for pair in ((first, middle), (middle, last))]
    assert sum(parts, timedelta(0)) == whole


@given(calendars, moments)
@unhurried
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar, moment):
    opening = clock.next_opening(calendar, moment)
    assert opening >= moment
    assert clock.is_open(calendar, opening)
    assert clock.working_time_between(calendar, moment, opening) == timedelta(0)


@given(moments)
@unhurried
def test_opening_hours_are_wall_time_all_year(moment):
    local = clock.next_opening(WEEK, moment).astimezone(LONDON)
    assert time(8) <= local.time() < time(18)
    assert clock.is_open(WEEK, local) is True


def test_what_is_due_on_a_day_is_due_at_17_00_or_when_they_close():
    assert clock.end_of_day(WEEK, date(2026, 12, 4)) == london(2026, 12, 4, 17)
    assert clock.end_of_day(WEEK, date(2026, 7, 4)) == london(2026, 7, 4, 17)  # a Saturday, named all the same
    early = replace(WEEK, closes_at=time(16, 30))
    assert clock.end_of_day(early, date(2026, 12, 4)) == london(2026, 12, 4, 16, 30)
