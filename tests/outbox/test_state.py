"""What /status reads: numbers, through functions, because the web's role reads no message."""

from datetime import UTC, datetime

import pytest
from django.db import ProgrammingError, connection, transaction

from carecoord import clock, outbox
from carecoord.ids import new_id
from carecoord.outbox.models import Heartbeat, OutboxMessage
from carecoord.outbox.state import OutboxState, failed_messages, last_heartbeat, outbox_state
from carecoord.outbox.tasks import heartbeat

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def as_web():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE app_web")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")


@pytest.fixture
def messages():
    with clock.at(NOON):
        outbox.publish("test.happened", about=("thing", new_id()))
        failed = outbox.publish("test.failed", about=("thing", new_id()))
        done = outbox.publish("test.done", about=("thing", new_id()))
    OutboxMessage.objects.filter(id=failed).update(failed_at=NOON, failure="ValueError")
    OutboxMessage.objects.filter(id=done).update(delivered_at=NOON)


def test_the_web_reads_how_many_wait_and_how_many_failed(messages, as_web):
    assert outbox_state() == OutboxState(waiting=1, oldest_at=NOON, failed=1)
    assert [(row.topic, row.failure) for row in failed_messages(20)] == [("test.failed", "ValueError")]


def test_the_web_reads_no_message(messages, as_web):
    with pytest.raises(ProgrammingError), transaction.atomic():
        OutboxMessage.objects.first()


def test_a_heartbeat_is_one_row_that_moves(as_web):
    assert last_heartbeat() is None
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE app_system")
        with clock.at(NOON):
            heartbeat()
        heartbeat()
        cursor.execute("SET LOCAL ROLE app_web")
    assert (Heartbeat.objects.count(), last_heartbeat() == NOON) == (1, False)
