from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from carecoord.clock.calendars import WorkingCalendar, add_working_days, add_working_time
from carecoord.clock.moments import in_utc


class Unit(StrEnum):
    """What time allowed is counted in: the clock on the wall, working days, or minutes while open."""

    MINUTES = "minutes"
    HOURS = "hours"
    WORKING_DAYS = "working_days"
    OPEN_MINUTES = "open_minutes"


@dataclass(frozen=True)
class Allowance:
    """Time allowed for something, as data: a whole number above zero, and what it counts."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("an allowance is at least one of its unit")

    @property
    def by_the_clock(self) -> bool:
        """Runs day and night, whatever the calendar says."""
        return self.unit in {Unit.MINUTES, Unit.HOURS}


def due_at(allowance: Allowance, start: datetime, calendar: WorkingCalendar) -> datetime:
    """When the time allowed runs out; the calendar matters only to what does not run by the clock."""
    match allowance.unit:
        case Unit.MINUTES:
            return in_utc(start) + timedelta(minutes=allowance.amount)
        case Unit.HOURS:
            return in_utc(start) + timedelta(hours=allowance.amount)
        case Unit.WORKING_DAYS:
            return add_working_days(calendar, start, allowance.amount)
        case Unit.OPEN_MINUTES:
            return add_working_time(calendar, start, timedelta(minutes=allowance.amount))
