"""What an alert needs to know of its cause."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class AlertFacts:
    """`kind` is one of `kinds.KINDS`. `due_at` None: there is no ladder, the team is told once.

    `by_the_clock`: rungs run day and night; otherwise on the working calendar of the team that is told.
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
