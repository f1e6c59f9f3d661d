"""The ladder of an alert that asks for an answer (domain.md 3.4, Rungs), as data, and which rung comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from carecoord import clock
from carecoord.clock import WorkingCalendar


class Audience(StrEnum):
    MEMBERS = "members"
    LEADS = "leads"
    SENDERS_LEADS = "senders_leads"
    GUARDIAN = "guardian"
    FRONT_DOOR = "front_door"


@dataclass(frozen=True)
class Rung:
    """At `share` of the time allowed, `audience` is told. An acknowledgement stops reminders, and nothing else."""

    level: int
    share: float
    audience: Audience
    is_reminder: bool = False


LADDER = (
    Rung(0, 0.0, Audience.MEMBERS),
    Rung(1, 0.5, Audience.MEMBERS, is_reminder=True),
    Rung(2, 1.0, Audience.LEADS),
    Rung(3, 1.2, Audience.SENDERS_LEADS),
    Rung(4, 1.5, Audience.FRONT_DOOR),
)
AT_ONCE = LADDER[0]
# Of a review: the leads of the privacy team are the deputy, and nobody waits for an answer but the place itself.
REVIEWS = (*LADDER[:3], Rung(3, 1.2, Audience.GUARDIAN), LADDER[4])


def next_rung(level: int, *, is_acknowledged: bool, ladder: Sequence[Rung] = LADDER) -> Rung | None:
    """The rung after `level`; None above the last."""
    left = (rung for rung in ladder if rung.level > level and not (rung.is_reminder and is_acknowledged))
    return next(left, None)


def moment_of(rung: Rung, *, started_at: datetime, due_at: datetime, calendar: WorkingCalendar | None) -> datetime:
    """When a rung fires. `calendar` None means by the clock. A deadline before the start counts from the deadline."""
    return clock.rung_at(min(started_at, due_at), due_at, rung.share, calendar)
