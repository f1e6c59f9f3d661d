"""Time: the present, working calendars, bank holidays, and due times as pure functions. See README.md."""

from carecoord.clock.allowances import Allowance, Unit, due_at
from carecoord.clock.bank_holidays import ENGLAND_BANK_HOLIDAYS, NO_BANK_HOLIDAYS
from carecoord.clock.calendars import (
    DAILY_8_TO_8,
    WEEKDAYS_8_TO_18,
    WorkingCalendar,
    add_working_days,
    add_working_time,
    end_of_day,
    is_open,
    is_working_day,
    next_opening,
    working_time_between,
)
from carecoord.clock.deadlines import Deadline, Pause, after_pauses, deadline, rung_at
from carecoord.clock.present import at, goes_wrong, now, overridden, today
from carecoord.clock.standings import DUE_SOON_SHARE, Standing, standing

__all__ = [
    "DAILY_8_TO_8",
    "DUE_SOON_SHARE",
    "ENGLAND_BANK_HOLIDAYS",
    "NO_BANK_HOLIDAYS",
    "WEEKDAYS_8_TO_18",
    "Allowance",
    "Deadline",
    "Pause",
    "Standing",
    "Unit",
    "WorkingCalendar",
    "add_working_days",
    "add_working_time",
    "after_pauses",
    "at",
    "deadline",
    "due_at",
    "end_of_day",
    "goes_wrong",
    "is_open",
    "is_working_day",
    "next_opening",
    "now",
    "overridden",
    "rung_at",
    "standing",
    "today",
    "working_time_between",
]
