"""Moments and calendars for property tests, leaning towards the days on which calendars go wrong."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st

from carecoord import clock

LONDON = ZoneInfo("Europe/London")
unhurried = settings(deadline=None)  # the cores are shared, and the first bank holiday of a year loads that year

AWKWARD_DAYS = [
    date(2026, 3, 29),  # clocks go forward
    date(2026, 10, 25),  # clocks go back
    date(2027, 3, 28),  # clocks go forward on Easter Sunday
    date(2026, 12, 25),
    date(2027, 12, 25),  # a Saturday: Monday and Tuesday are the substitute days
    date(2028, 1, 1),  # a Saturday
    date(2027, 3, 26),  # Good Friday
]

anywhen = st.datetimes(datetime(2025, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))
near_awkward_days = st.builds(
    lambda day, minutes: datetime.combine(day, time(), UTC) + timedelta(minutes=minutes),
    st.sampled_from(AWKWARD_DAYS),
    st.integers(-4 * 1440, 5 * 1440),
)
moments = anywhen | near_awkward_days

calendars = st.sampled_from(
    [
        clock.WEEKDAYS_8_TO_18,
        clock.DAILY_8_TO_8,
        clock.WorkingCalendar(weekdays=frozenset({1, 5}), opens_at=time(9, 30), closes_at=time(16)),
        clock.WorkingCalendar(opens_at=time(18), closes_at=time(22)),
        clock.WorkingCalendar(weekdays=frozenset(range(7)), opens_at=time(0, 30), closes_at=time(7)),
    ]
)
working_times = st.integers(0, 60 * 60).map(lambda minutes: timedelta(minutes=minutes))


def london(year: int, month: int, day: int, hour: int = 0, minute: int = 0, *, fold: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON, fold=fold)
