"""When something is due, as pure functions of what is recorded (domain.md 3.5 and 4).

What is due by a day is due at its end of working hours, in England's calendar with its bank holidays.
"""

from datetime import date, datetime, timedelta
from typing import Final

from carecoord.clock import WEEKDAYS_8_TO_18, add_working_days, end_of_day

PLAN_WORKING_DAYS: Final = 7
"""Assessment and plan of whoever has come, or come back, to a care home (domain.md 4)."""
SUSPENDED_DAYS: Final = 14
"""A care package that stands still for longer is to be decided on: restarted, changed or ended."""


def plan_due_at(came_at: datetime) -> datetime:
    """The end of the seventh working day after the one on which somebody came to the home."""
    return add_working_days(WEEKDAYS_8_TO_18, came_at, PLAN_WORKING_DAYS)


def package_due_at(status: str, starts_on: date | None, suspended_at: datetime | None) -> datetime | None:
    """When somebody has to look at a care package: it should run by then, or has stood still for too long."""
    if status == "suspended" and suspended_at:
        return suspended_at + timedelta(days=SUSPENDED_DAYS)
    if status in ("requested", "arranged") and starts_on:
        return end_of_day(WEEKDAYS_8_TO_18, starts_on)
    return None
