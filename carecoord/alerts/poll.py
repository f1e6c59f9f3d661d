"""What an open page asks every ten seconds, in one statement."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from carecoord import clock


@dataclass(frozen=True)
class Waiting:
    count: int
    newest_at: datetime | None


def waiting_for(user_id: UUID, membership_id: UUID) -> Waiting | None:
    """Unacknowledged alerts of a membership's teams; None unless it is open and this user's. Opens no scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT waiting, newest FROM app.alerts_waiting(%s, %s, %s)", [membership_id, user_id, clock.overridden()]
        )
        row = cursor.fetchone()
    return Waiting(*row) if row and row[0] is not None else None
