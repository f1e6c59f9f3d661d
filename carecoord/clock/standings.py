from datetime import datetime
from enum import StrEnum

from carecoord.clock.calendars import WorkingCalendar
from carecoord.clock.deadlines import rung_at
from carecoord.clock.moments import in_utc

DUE_SOON_SHARE = 0.25


class Standing(StrEnum):
    ON_TIME = "on_time"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    PAUSED = "paused"
    NO_CLOCK = "no_clock"


def standing(
    *,
    start: datetime,
    due: datetime | None,
    now: datetime,
    paused: bool = False,
    calendar: WorkingCalendar | None = None,
    soon_share: float = DUE_SOON_SHARE,
) -> Standing:
    """How something stands against its clock. Overdue begins at the deadline itself, with the rung of 100 %.

    Due soon is the last `soon_share` of the time allowed (design.md 5), counted as its rungs are: in the
    calendar's working time, or by the clock without one.
    """
    if paused:
        return Standing.PAUSED
    if due is None:
        return Standing.NO_CLOCK
    if in_utc(now) >= in_utc(due):
        return Standing.OVERDUE
    if in_utc(now) >= rung_at(start, due, 1 - soon_share, calendar):
        return Standing.DUE_SOON
    return Standing.ON_TIME
