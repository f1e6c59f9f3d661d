"""Whether and when a message goes to a person: quiet hours, digest, and what is one message. Pure; channels ask it.

It decides of messages only. Every alert stands on its team's page at once, whatever is decided here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.utils.timezone import localtime

COALESCED_WITHIN: Final = timedelta(minutes=30)
LATE_FROM: Final = timedelta(minutes=30)
"""What should have been said so long ago was missed: nothing was sent in the meantime, and much will be at once."""
COLLECTED_FOR: Final = timedelta(minutes=1)
CAUGHT_UP_WITHIN: Final = timedelta(minutes=10)


class Digest(StrEnum):
    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True)
class Hours:
    """What a person has said once for all channels: no message between two times of day, and how often otherwise."""

    quiet_from: time | None = None
    quiet_until: time | None = None
    digest: Digest = Digest.AT_ONCE
    digest_at: time = time(8)

    def is_quiet(self, moment: datetime) -> bool:
        """From `quiet_from` until before `quiet_until`, over midnight where that is earlier."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        at = localtime(moment).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until


AT_ANY_HOUR: Final = Hours()


def is_late(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and now - due_at >= LATE_FROM


def held_until(hours: Hours, now: datetime, *, is_urgent: bool, is_late: bool = False) -> datetime | None:
    """When a message of this moment goes; None where it goes at once, as everything urgent does.

    What is late waits a minute, urgent or not, for whatever else was missed: together they are one message.
    """
    at = now + COLLECTED_FOR if is_late else now
    if is_urgent:
        return at if is_late else None
    if hours.digest is Digest.HOURLY:
        at = localtime(now).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    elif hours.digest is Digest.DAILY:
        at = _next(hours.digest_at, after=now)
    if hours.quiet_until is not None and hours.is_quiet(at):
        at = _next(hours.quiet_until, after=at)
    return at if at > now else None


def is_said_already(last_at: datetime | None, now: datetime, *, is_urgent: bool) -> bool:
    """Whether the same of the same item was raised a moment ago, `last_at`: something that flaps is one message."""
    return not is_urgent and last_at is not None and now - last_at < COALESCED_WITHIN


@dataclass(frozen=True)
class Waiting:
    """A message that was held back. `is_over`: it was answered, or this person or another has seen to it meanwhile."""

    kind: str
    about_id: UUID
    is_over: bool = False
    is_urgent: bool = False


def digest_of(waiting: Iterable[Waiting]) -> list[Waiting]:
    """What a digest says, each thing once; where there is nothing left to say, there is no digest."""
    return list({(one.kind, one.about_id): one for one in waiting if not one.is_over}.values())


def _next(time_of_day: time, *, after: datetime) -> datetime:
    """The first moment later than `after` at which clocks on the wall say so."""
    local = localtime(after)
    at = local.replace(hour=time_of_day.hour, minute=time_of_day.minute, second=0, microsecond=0, fold=0)
    return at if at > local else at + timedelta(days=1)
