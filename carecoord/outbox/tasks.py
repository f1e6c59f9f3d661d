"""The relay: every waiting message to its handlers, once, each in its own transaction."""

import logging
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.db import transaction

from carecoord import clock
from carecoord.gathering import Gathering
from carecoord.outbox.models import Heartbeat, OutboxMessage
from carecoord.outbox.subscriptions import Event, handlers_of, heard_topics

log = logging.getLogger(__name__)

LONGEST_RUN_SECONDS = 30
BATCH = 500
MOST_ATTEMPTS = 12
LONGEST_PAUSE = timedelta(minutes=10)
_written_together: Gathering[OutboxMessage] = Gathering("outbox_written_together")
_MOST_AT_ONCE = 2000
# `OutboxQuerySet.deliverable`, what is urgent before the rest: taken and settled in one statement.
FIRST = """
      SELECT m.id FROM outbox_outboxmessage m
      WHERE m.delivered_at IS NULL AND m.failed_at IS NULL AND m.next_attempt_at <= %(now)s {only}
        AND NOT EXISTS (SELECT FROM outbox_outboxmessage earlier WHERE earlier.about_id = m.about_id
                        AND earlier.id < m.id AND earlier.delivered_at IS NULL AND earlier.failed_at IS NULL)
      ORDER BY m.next_attempt_at, m.id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
CLAIM = f"""
    UPDATE outbox_outboxmessage SET delivered_at = %(now)s
    WHERE id = coalesce(({FIRST.format(only="AND m.is_urgent")}), ({FIRST.format(only="")}))
    RETURNING *
"""


@shared_task(name="outbox.relay")
def relay() -> int:
    """Deliver what waits, what is urgent first and then the oldest; returns how many were delivered.

    Any number of these may run at once.
    """
    delivered, ends_at = 0, time.monotonic() + LONGEST_RUN_SECONDS
    while time.monotonic() < ends_at:
        # What nobody waits for comes last: until it is settled, it keeps back what came after it of the same item.
        outcome = _relay_next()
        settled = _settle_unheard() if outcome is None else 0
        delivered += settled + (outcome or 0)
        if outcome is None and not settled:
            break
    return delivered


@shared_task(name="outbox.heartbeat")
def heartbeat() -> None:
    Heartbeat.objects.bulk_create(
        [Heartbeat(name="worker", at=clock.now())], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )


def _settle_unheard() -> int:
    """News that no handler waits for, in one statement; what somebody else holds is left to them."""
    with transaction.atomic(savepoint=False):
        unheard = OutboxMessage.objects.deliverable().exclude(topic__in=heard_topics())
        free = unheard.select_for_update(skip_locked=True).order_by("next_attempt_at", "id").values("id")[:BATCH]
        return OutboxMessage.objects.filter(id__in=free).update(delivered_at=clock.now())


def _relay_next() -> bool | None:
    """Take one message that nobody else holds and deliver it; None when there is none."""
    message: OutboxMessage | None = None
    try:
        with transaction.atomic():
            message = _claimed()
            if message is None:
                return None
            _tell_handlers(message)
            return True
    except Exception as problem:
        if message is None:
            raise
        log.exception("message %s of %s was not delivered", message.id, message.topic)
        _put_back(message.id, type(problem).__name__)
        return False


def _claimed() -> OutboxMessage | None:
    """The next message, locked and written down as delivered; handed over or not, that is committed or taken back."""
    now = clock.now()
    return next(iter(OutboxMessage.objects.raw(CLAIM, {"now": now})), None)


def deliver(messages: Sequence[OutboxMessage]) -> None:
    """Hand over what was collected and write it down as delivered, in the caller's transaction."""
    for message in messages:
        _tell_handlers(message)
        message.delivered_at = clock.now()
    if not _written_together.takes(list(messages)):
        OutboxMessage.objects.bulk_create(messages)


def written_together() -> AbstractContextManager[None]:
    """What `deliver` has handed over within the block is written down at its end, in its transaction."""
    return _written_together.until_the_end(lambda messages: OutboxMessage.objects.bulk_create(messages, _MOST_AT_ONCE))


def _tell_handlers(message: OutboxMessage) -> None:
    event = Event(message.id, message.topic, message.about_type, message.about_id, message.created_at, message.payload)
    for handler in handlers_of(message.topic):
        handler(event)


def _put_back(message_id: UUID, failure: str) -> None:
    """Try again later, twice as late each time; after the last attempt it is a failure that people see on /status."""
    with transaction.atomic():
        message = OutboxMessage.objects.select_for_update().get(id=message_id)
        message.attempts += 1
        message.failure = failure
        message.next_attempt_at = clock.now() + min(timedelta(seconds=2**message.attempts), LONGEST_PAUSE)
        if message.attempts >= MOST_ATTEMPTS:
            message.failed_at = clock.now()
        message.save(update_fields=["attempts", "failure", "next_attempt_at", "failed_at"])
