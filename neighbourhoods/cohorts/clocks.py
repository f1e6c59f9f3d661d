"""When something is due, as pure functions of what is recorded (domain.md 3.5 and 4).

What is due by a day is due at its end of working hours, in England's calendar with its bank holidays.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from carecoord.clock import WEEKDAYS_8_TO_18, add_working_days, end_of_day, is_working_day

PLAN_WORKING_DAYS: Final = 7
"""Assessment and plan of whoever has come, or come back, to a care home (domain.md 4)."""
SUSPENDED_DAYS: Final = 14
"""A care package that stands still for longer is to be decided on: restarted, changed or ended."""


def plan_due_at(came_at: datetime) -> datetime:
    """The end of the seventh working day after the one on which somebody came to the home."""
    return add_working_days(WEEKDAYS_8_TO_18, came_at, PLAN_WORKING_DAYS)


def package_due_at(
    status: str, starts_on: date | None, suspended_at: datetime | None, home_on: date | None = None
) -> datetime | None:
    """When somebody has to look at a care package: it should run by then, or has stood still for too long, or it is the
    last working day before `home_on`, on which they are expected home."""
    if status == "suspended" and suspended_at:
        too_long = suspended_at + timedelta(days=SUSPENDED_DAYS)
        return min(too_long, _end_of_working_day_before(home_on)) if home_on else too_long
    if status in ("requested", "arranged") and starts_on:
        return end_of_day(WEEKDAYS_8_TO_18, starts_on)
    return None


def _end_of_working_day_before(day: date) -> datetime:
    day -= timedelta(days=1)
    while not is_working_day(WEEKDAYS_8_TO_18, day):
        day -= timedelta(days=1)
    return end_of_day(WEEKDAYS_8_TO_18, day)


@dataclass(frozen=True)
class Known:
    """What an entry of a group says: since when it holds, the answers as they are stored, and the day of birth."""

    since: date
    data: Mapping[str, Any] = field(default_factory=dict)
    born: date | None = None

    def day(self, key: str) -> date | None:
        value = self.data.get(key)
        return date.fromisoformat(value) if value else None

    def code(self, key: str) -> str:
        value = self.data.get(key)
        return str(value["code"]) if value else ""


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def yearly_check(known: Known) -> datetime:
    """A learning disability's health check: each year from 14 on, and at once where none is known (domain.md 4)."""
    last = known.day("last_check_on")
    due = months_after(last, 12) if last else known.since
    return _end_of(max(due, months_after(known.born, 14 * 12)) if known.born else due)


def yearly_review(known: Known) -> datetime:
    """A plan of somebody with dementia is reviewed within twelve months (NICE IND142)."""
    last = known.day("last_review_on") or known.day("diagnosed_on") or known.since
    return _end_of(months_after(last, 12))


def follow_up(known: Known) -> datetime | None:
    """Whoever comes out of a mental health ward is seen within 72 hours; else the day that was agreed."""
    left, seen = known.day("discharged_on"), known.day("seen_on")
    if left and (seen is None or seen < left):
        return _end_of(left + timedelta(days=3), by_the_clock=True)
    agreed = known.day("next_on")
    return _end_of(agreed) if agreed else None


def next_step(known: Known) -> datetime | None:
    """No law sets a day: the day that the team has set itself (domain.md 3.5)."""
    agreed = known.day("next_on")
    return _end_of(agreed) if agreed else None


EHCP_WEEKS: Final = 20
"""From the request to the final plan; whether to assess is decided by week 6, and not to issue one by week 16."""


def ehcp(known: Known) -> datetime | None:
    """What comes next of an education, health and care plan (SI 2014/1530, domain.md 3.5)."""
    asked, advice = known.day("requested_on") or known.since, known.day("advice_asked_on")
    match known.code("stage"):
        case "requested":
            return _end_of(asked + timedelta(weeks=6))
        case "assessing":
            decided = asked + timedelta(weeks=16)
            waits = advice + timedelta(weeks=6) if advice and not known.day("advice_given_on") else decided
            return _end_of(min(decided, waits))
        case "drafting":
            return _end_of(asked + timedelta(weeks=EHCP_WEEKS))
        case "final":
            last = known.day("last_review_on") or known.day("final_on") or known.since
            return _end_of(months_after(last, 12))
    return None


def ehcp_weeks_left(known: Known, today: date) -> int | None:
    """Whole weeks until the final plan has to be there, below zero when that is past; None where it is, or none
    was asked for."""
    if known.code("stage") not in ("requested", "assessing", "drafting"):
        return None
    due = (known.day("requested_on") or known.since) + timedelta(weeks=EHCP_WEEKS)
    return (due - today).days // 7


# Working days from the day on which a stage began (Working Together, domain.md 3.5).
CHILD_STAGES: Final[Mapping[str, int]] = {"referral": 1, "assessment": 45, "strategy": 15, "conference": 10}


def child(known: Known) -> datetime | None:
    """A child's referral, assessment, conference and core group; the plan's review after three months, then six."""
    began, stage = known.day("stage_on") or known.since, known.code("stage")
    if stage == "plan":
        last = known.day("last_review_on")
        return _end_of(months_after(last, 6) if last else months_after(began, 3))
    if stage in CHILD_STAGES:
        return add_working_days(WEEKDAYS_8_TO_18, _noon(began), CHILD_STAGES[stage])
    agreed = known.day("next_on")
    return _end_of(agreed) if agreed else None


COHORT_CLOCKS: Final[Mapping[str, Callable[[Known], datetime | None]]] = {
    "yearly_check": yearly_check,
    "yearly_review": yearly_review,
    "follow_up": follow_up,
    "next_step": next_step,
    "ehcp": ehcp,
    "child": child,
}
"""By the name that a definition gives (data/definitions)."""


def _end_of(day: date, *, by_the_clock: bool = False) -> datetime:
    return _noon(day) if by_the_clock else end_of_day(WEEKDAYS_8_TO_18, day)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=WEEKDAYS_8_TO_18.time_zone)
