"""What waits and what failed, as numbers: the web's role reads no message."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from carecoord.outbox.models import Heartbeat


@dataclass(frozen=True)
class OutboxState:
    waiting: int
    oldest_at: datetime | None
    failed: int


@dataclass(frozen=True)
class FailedMessage:
    """`failure` is the kind of error, never its words: they could hold a resident's."""

    topic: str
    created_at: datetime
    failed_at: datetime
    failure: str


def outbox_state() -> OutboxState:
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting, oldest_at, failed FROM app.outbox_state()")
        row = cursor.fetchone()
    return OutboxState(*row) if row else OutboxState(0, None, 0)


def failed_messages(most: int) -> list[FailedMessage]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT topic, created_at, failed_at, failure FROM app.failed_messages(%s)", [most])
        return [FailedMessage(*row) for row in cursor.fetchall()]


def last_heartbeat() -> datetime | None:
    return Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
