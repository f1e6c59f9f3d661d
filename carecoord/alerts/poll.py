"""What an open page asks every few seconds, in one statement, and what it has not heard of yet."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from carecoord import clock

# With the time a worker needs this keeps the promise of ten seconds (carecoord/alerts/README.md).
POLL_SECONDS = 4


@dataclass(frozen=True)
class Waiting:
    count: int
    newest_at: datetime | None

    def has_news_since(self, heard_at: datetime) -> bool:
        return self.newest_at is not None and self.newest_at > heard_at

    def heard_by_now(self, heard_at: datetime) -> datetime:
        """What the page sends with its next question, so that each alert is announced there once."""
        return max(heard_at, self.newest_at or heard_at)


def waiting_for(user_id: UUID, membership_id: UUID) -> Waiting | None:
    """Unacknowledged alerts of a membership's teams; None unless it is open and this user's. Opens no scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT waiting, newest FROM app.alerts_waiting(%s, %s, %s)", [membership_id, user_id, clock.overridden()]
        )
        row = cursor.fetchone()
    return Waiting(*row) if row and row[0] is not None else None
