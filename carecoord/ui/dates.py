"""Days, moments and ages as staff read them (UI-04, UI-05, UI-13). Pure: the caller gives the present."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.utils.timezone import get_default_timezone

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FULL_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


_in_full: ContextVar[bool] = ContextVar("dates_in_full", default=False)


@contextmanager
def in_full() -> Iterator[None]:
    """No day is called today: on a page of the past nobody could tell whose today it is."""
    token = _in_full.set(True)
    try:
        yield
    finally:
        _in_full.reset(token)


def local_day(when: date | datetime) -> date:
    """The day on the wall calendar of the place; a naive date is already one."""
    return _here(when).date() if isinstance(when, datetime) else when


def day(when: date | datetime) -> str:
    """``05-Jan-2026``: month names never depend on the locale."""
    on = local_day(when)
    return f"{on.day:02d}-{MONTHS[on.month - 1]}-{on.year:04d}"


def short_day(when: date | datetime) -> str:
    """``05-Jan``: only beside a time, in narrow columns where the year is plain."""
    return day(when)[:6]


def time_of_day(at: datetime) -> str:
    """``09:05``, in the place's own time zone."""
    here = _here(at)
    return f"{here.hour:02d}:{here.minute:02d}"


def moment(at: datetime, *, now: datetime) -> str:
    """``Today 12:15`` or ``26-Nov-2026 17:00``: 'Today' only ever together with the time."""
    return f"{due_day(at, now=now)} {time_of_day(at)}"


def until(at: datetime, start: datetime, *, now: datetime) -> str:
    """``20:00`` where it begins on the same day, else as `moment` has it."""
    return time_of_day(at) if local_day(at) == local_day(start) else moment(at, now=now)


def moment_inside(at: datetime, *, now: datetime) -> str:
    """``today 12:15``, inside a sentence."""
    return moment(at, now=now).replace("Today", "today")


def due_day(when: date | datetime, *, now: datetime) -> str:
    """``Today`` or ``26-Nov-2026``: for clocks whose limit is a whole day."""
    return "Today" if local_day(when) == local_day(now) and not _in_full.get() else day(when)


def weekday_moment(at: datetime) -> str:
    """``Tuesday 24-Nov-2026, 10:47``: under the title of pages about today."""
    return f"{WEEKDAYS[local_day(at).weekday()]} {day(at)}, {time_of_day(at)}"


def long_day(when: date | datetime) -> str:
    """``5 January 2026``: letters and pages for residents only (UI-13)."""
    on = local_day(when)
    return f"{on.day} {FULL_MONTHS[on.month - 1]} {on.year}"


def months_between(start: date, end: date) -> int:
    """Whole calendar months; a month is complete on the same day, or the next when that day is missing."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if end.day < start.day else months


def add_months(start: date, months: int) -> date:
    """The same day that many months on; 31 January plus one month is 1 March, not 28 February."""
    years, month = divmod(start.month - 1 + months, 12)
    first = date(start.year + years, month + 1, 1)
    moved = first + timedelta(days=start.day - 1)
    if moved.month == first.month:
        return moved
    return date(first.year + (first.month == 12), first.month % 12 + 1, 1)


def age(born: date | datetime, *, now: date | datetime) -> str:
    """The age in the units of UI-05: ``45min``, ``30hr``, ``12d``, ``4w 1d``, ``13m 8d``, ``4y 1m``, ``78y``.

    Minutes and hours need a moment of birth; with a day only, the first two days read ``0d`` and ``1d``.
    A birth in the future gives the empty string.
    """
    if isinstance(born, datetime) and isinstance(now, datetime) and now - born < timedelta(days=2):
        return _newborn_age(now - born)
    start, end = local_day(born), local_day(now)
    return "" if end < start else _calendar_age(start, end)


def _here(at: datetime) -> datetime:
    """A process has one time zone, that of the place: which one is nothing to ask for each date again."""
    if at.tzinfo is None:
        raise ValueError("A moment without a time zone is none.")
    return at.astimezone(get_default_timezone())


def _newborn_age(lived: timedelta) -> str:
    minutes = int(lived.total_seconds() // 60)
    if minutes < 0:
        return ""
    return f"{minutes}min" if minutes < 120 else f"{minutes // 60}hr"


def _calendar_age(start: date, end: date) -> str:
    days, months = (end - start).days, months_between(start, end)
    if days < 28:
        return f"{days}d"
    if months < 12:
        return f"{days // 7}w {days % 7}d"
    if months < 24:
        return f"{months}m {(end - add_months(start, months)).days}d"
    if months < 18 * 12:
        return f"{months // 12}y {months % 12}m"
    return f"{months // 12}y"
