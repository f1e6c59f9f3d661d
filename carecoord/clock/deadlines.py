"""Moments between a start and a deadline, and deadlines that pauses have moved.

Where a calendar is given, time is its working time; without one (None) it is time by the clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from carecoord.clock.allowances import Allowance, due_at
from carecoord.clock.calendars import WorkingCalendar, add_working_time, working_time_between
from carecoord.clock.moments import in_utc


@dataclass(frozen=True)
class Pause:
    """A recorded stretch in which a clock stood still; without `ended_at` it still does."""

    began_at: datetime
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.ended_at is not None and in_utc(self.ended_at) < in_utc(self.began_at):
            raise ValueError("a pause ends after it began")


@dataclass(frozen=True)
class Deadline:
    """Either a moment, or, while paused, the time that was left when the pause began."""

    due_at: datetime | None
    remaining: timedelta | None = None

    @property
    def paused(self) -> bool:
        return self.due_at is None


def rung_at(start: datetime, due: datetime, share: float, calendar: WorkingCalendar | None = None) -> datetime:
    """The moment when a share of the time allowed has passed: 0 is the start, 1 the deadline, 1.2 is later.

    Never earlier for a larger share. Where the calendar is closed from start to deadline, shares are by
    the clock. Raises ValueError for a negative share or a deadline before the start.
    """
    begins, ends = in_utc(start), in_utc(due)
    if share < 0 or ends < begins:
        raise ValueError("a share is zero or more, of a time that ends after it starts")
    allowed = _time_between(calendar, begins, ends)
    if not allowed:
        calendar, allowed = None, ends - begins
    if share >= 1:
        return _add_time(calendar, ends, allowed * (share - 1))
    return _add_time(calendar, begins, allowed * share)


def deadline(
    start: datetime, allowance: Allowance, calendar: WorkingCalendar, pauses: Iterable[Pause] = ()
) -> Deadline:
    """When an allowance runs out, given the pauses on record: the same events always give the same answer."""
    due = due_at(allowance, start, calendar)
    return after_pauses(start, due, pauses, None if allowance.by_the_clock else calendar)


def after_pauses(
    start: datetime, moment: datetime, pauses: Iterable[Pause], calendar: WorkingCalendar | None = None
) -> Deadline:
    """A deadline or rung moved later by exactly the time for which its clock stood still.

    Pauses may come in any order and overlap. What lies before the start, or begins once the moment has
    come, moves nothing: a clock that has run out is not saved by a later pause.
    """
    running_from, due = in_utc(start), in_utc(moment)
    for pause in sorted(pauses, key=lambda pause: in_utc(pause.began_at)):
        began = max(in_utc(pause.began_at), running_from)
        if began >= due:
            break
        if pause.ended_at is None:
            return Deadline(due_at=None, remaining=_time_between(calendar, began, due))
        ended = in_utc(pause.ended_at)
        if ended > began:
            due = _add_time(calendar, due, _time_between(calendar, began, ended))
            running_from = ended
    return Deadline(due_at=due)


def _time_between(calendar: WorkingCalendar | None, start: datetime, end: datetime) -> timedelta:
    return working_time_between(calendar, start, end) if calendar else end - start


def _add_time(calendar: WorkingCalendar | None, start: datetime, amount: timedelta) -> datetime:
    return add_working_time(calendar, start, amount) if calendar else start + amount
