from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from carecoord.clock.bank_holidays import ENGLAND_BANK_HOLIDAYS, NO_BANK_HOLIDAYS
from carecoord.clock.moments import in_utc

MONDAY_TO_FRIDAY = frozenset(range(5))
EVERY_DAY = frozenset(range(7))
LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class WorkingCalendar:
    """When a team works. Times are wall time in `time_zone`, so 08:00 stays 08:00 when the clocks change.

    Weekdays are numbered as `date.weekday()` does, Monday 0. Open from `opens_at` up to, not including,
    `closes_at`. A deadline counted in working days falls at `day_ends_at` (domain.md 3.1: 17:00), or at
    closing where the calendar is shut then, so that it always ends working time.
    Raises ValueError where no day could ever be open.
    """

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    opens_at: time = time(8)
    closes_at: time = time(18)
    time_zone: ZoneInfo = LONDON
    bank_holidays: Container[date] = ENGLAND_BANK_HOLIDAYS
    day_ends_at: time = time(17)

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= EVERY_DAY:
            raise ValueError("weekdays must name at least one day, Monday 0 to Sunday 6")
        if self.opens_at >= self.closes_at:
            raise ValueError("opens_at must be before closes_at, on the same day")


WEEKDAYS_8_TO_18 = WorkingCalendar()
DAILY_8_TO_8 = WorkingCalendar(weekdays=EVERY_DAY, closes_at=time(20), bank_holidays=NO_BANK_HOLIDAYS)


def is_working_day(calendar: WorkingCalendar, day: date) -> bool:
    return day.weekday() in calendar.weekdays and day not in calendar.bank_holidays


def is_open(calendar: WorkingCalendar, moment: datetime) -> bool:
    return next_opening(calendar, moment) == in_utc(moment)


def next_opening(calendar: WorkingCalendar, moment: datetime) -> datetime:
    """The first open moment from here on: the moment itself where the calendar is open."""
    opens, _ = next(_openings(calendar, moment))
    return max(opens, in_utc(moment))


def add_working_days(calendar: WorkingCalendar, start: datetime, days: int) -> datetime:
    """The end of the nth working day after the local date of the start: 17:00 (domain.md 3.1, Clocks).

    The date of the start is never counted and its hour never matters: from a Friday at 09:00 or at 22:00,
    and from the Saturday, one working day ends on Monday. Anyone can check it on a wall calendar.
    Raises ValueError below one day.
    """
    if days < 1:
        raise ValueError("count at least one working day")
    day = _local_date(calendar, start)
    for _ in range(days):
        day = _working_day_after(calendar, day)
    return end_of_day(calendar, day)


def add_working_time(calendar: WorkingCalendar, start: datetime, amount: timedelta) -> datetime:
    """The earliest moment by which the calendar has been open for the amount since the start.

    Nothing added is the start itself, open or not; what runs out with the day ends at closing, not at the
    next opening. Raises ValueError for a negative amount.
    """
    if amount < timedelta(0):
        raise ValueError("working time is added, never taken away")
    moment, left = in_utc(start), amount
    if not left:
        return moment
    openings = _openings(calendar, moment)
    while True:
        opens, closes = next(openings)
        worked_from = max(opens, moment)
        if left <= closes - worked_from:
            return worked_from + left
        left -= closes - worked_from


def working_time_between(calendar: WorkingCalendar, start: datetime, end: datetime) -> timedelta:
    """How long the calendar is open from start to end; nothing where the end is not after the start."""
    since, until, worked = in_utc(start), in_utc(end), timedelta(0)
    if until <= since:
        return worked
    for opens, closes in _openings(calendar, since):
        if opens >= until:
            break
        worked += min(closes, until) - max(opens, since)
    return worked


def _openings(calendar: WorkingCalendar, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Opening and closing, day after day without end, from the first that closes after the moment."""
    since = in_utc(moment)
    day = _local_date(calendar, since)
    while True:
        if is_working_day(calendar, day):
            opens = _at_wall_time(calendar, day, calendar.opens_at)
            closes = _at_wall_time(calendar, day, calendar.closes_at)
            # The hour that spring skips can turn a short night opening inside out: then that day has none.
            if closes > max(opens, since):
                yield opens, closes
        day += timedelta(days=1)


def _working_day_after(calendar: WorkingCalendar, day: date) -> date:
    day += timedelta(days=1)
    while not is_working_day(calendar, day):
        day += timedelta(days=1)
    return day


def end_of_day(calendar: WorkingCalendar, day: date) -> datetime:
    """When what is due on a day is due: 17:00, or earlier where they close before (domain.md 3.1, Clocks)."""
    return _at_wall_time(calendar, day, _last_hour(calendar))


def _last_hour(calendar: WorkingCalendar) -> time:
    open_then = calendar.opens_at < calendar.day_ends_at <= calendar.closes_at
    return calendar.day_ends_at if open_then else calendar.closes_at


def _local_date(calendar: WorkingCalendar, moment: datetime) -> date:
    return in_utc(moment).astimezone(calendar.time_zone).date()


def _at_wall_time(calendar: WorkingCalendar, day: date, wall_time: time) -> datetime:
    return datetime.combine(day, wall_time, tzinfo=calendar.time_zone).astimezone(UTC)
