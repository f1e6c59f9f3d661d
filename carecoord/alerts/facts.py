"""What an alert needs to know of its cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from carecoord.outbox import Event


@dataclass(frozen=True)
class Together:
    """What is told of as one list: each has an alert of its own, and a receiver gets one email for all `count`."""

    id: UUID
    count: int

    @classmethod
    def of(cls, payload: Mapping[str, Any] | None) -> Self | None:
        """As the message says that caused it; None for what was sent by itself."""
        told = payload or {}
        count = int(told.get("list_size") or 1)
        return cls(UUID(str(told["list_id"])), count) if told.get("list_id") and count > 1 else None


@dataclass(frozen=True)
class AlertFacts:
    """`kind` is one of `kinds.KINDS`. `due_at` None: there is no ladder, the team is told once.

    `by_the_clock`: rungs run day and night; otherwise on the working calendar of the team that is told. `named_id` is
    the membership of the person whom the item names. Of a list `doers` are those who have something of it each;
    `is_partly_nobodys`: of some of it nobody has said that they do it.
    """

    kind: str
    about: tuple[str, UUID]
    resident_id: UUID | None
    team_id: UUID
    sending_team_id: UUID | None
    is_urgent: bool
    started_at: datetime
    due_at: datetime | None
    by_the_clock: bool
    together: Together | None = None
    named_id: UUID | None = None
    doers: tuple[UUID, ...] = ()
    is_partly_nobodys: bool = False


def notice_of(event: Event, *, kind: str, team_id: UUID) -> AlertFacts:
    """A team is told once of something that names no resident, and nobody waits for its answer."""
    return AlertFacts(
        kind=kind,
        about=(event.about_type, event.about_id),
        resident_id=None,
        team_id=team_id,
        sending_team_id=None,
        is_urgent=False,
        started_at=event.at,
        due_at=None,
        by_the_clock=True,
    )
