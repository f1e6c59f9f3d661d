"""The time allowed for an answer, as data. Every number is from domain.md 3.1 (referrals) and 3.4 (handovers)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from carecoord.clock import DAILY_8_TO_8, Allowance, Unit, WorkingCalendar

UNDO_ACCEPTANCE_WITHIN: Final = timedelta(hours=24)
RECORD_STAYS_OPEN_FOR: Final = timedelta(days=30)
"""How long the receiver keeps the record once the sender has read the outcome (domain.md 3.6)."""


@dataclass(frozen=True)
class ReferralTimes:
    """How long a receiver has to answer and, where there is a limit, to start.

    `calendar` None means the receiving team's own working calendar.
    """

    respond: Allowance
    start: Allowance | None = None
    calendar: WorkingCalendar | None = None


REFERRAL_TIMES: Final = {
    "routine": ReferralTimes(Allowance(2, Unit.WORKING_DAYS)),
    "soon": ReferralTimes(Allowance(1, Unit.WORKING_DAYS)),
    "urgent": ReferralTimes(Allowance(2, Unit.HOURS)),
    "two_hour": ReferralTimes(
        Allowance(30, Unit.OPEN_MINUTES), start=Allowance(120, Unit.OPEN_MINUTES), calendar=DAILY_8_TO_8
    ),
}

URGENT: Final = frozenset({"urgent", "two_hour"})

HANDOVER_ACCEPT: Final = {
    "shift": Allowance(30, Unit.MINUTES),
    "discharge": Allowance(4, Unit.HOURS),
    "out_of_hours": Allowance(1, Unit.HOURS),
    "team": Allowance(1, Unit.WORKING_DAYS),
    "organisation": Allowance(1, Unit.WORKING_DAYS),
    "leave_cover": Allowance(1, Unit.WORKING_DAYS),
    "neighbourhood_move": Allowance(1, Unit.WORKING_DAYS),
}
"""By kind of handover; working days are those of the receiving team."""
