"""The one way out."""

import logging
from uuid import UUID

from django.db import transaction

log = logging.getLogger(__name__)


def publish(topic: str, *, about: tuple[str, UUID], **ids: UUID | str | int | bool | None) -> UUID:
    """Write that `topic` happened to `about`, in the current transaction, and nudge the relay once it commits.

    Returns the message's id, which stays the same however often it is delivered.
    """
    from carecoord.outbox.models import OutboxMessage

    about_type, about_id = about
    payload = {key: str(value) if isinstance(value, UUID) else value for key, value in ids.items()}
    message = OutboxMessage(topic=topic, about_type=about_type, about_id=about_id, payload=payload)
    # One INSERT without RETURNING: the web's role may add messages and read none.
    OutboxMessage.objects.bulk_create([message])
    _nudge_on_commit()
    return message.id


def _nudge_on_commit() -> None:
    connection = transaction.get_connection()
    waiting = [entry[1] for entry in connection.run_on_commit]
    if nudge not in waiting:
        transaction.on_commit(nudge, robust=True)


def nudge() -> None:
    """Ask a worker to look now. Without a broker the sweep finds the message within seconds of its return."""
    from carecoord.outbox.tasks import relay

    try:
        relay.apply_async(retry=False, ignore_result=True, expires=30)
    except Exception as problem:  # noqa: BLE001  whatever the broker's trouble, the change itself is safe
        log.warning("broker out of reach, the sweep will relay: %s", type(problem).__name__)
