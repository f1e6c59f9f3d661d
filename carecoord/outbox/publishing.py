"""The one way out."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING
from uuid import UUID

from carecoord.outbox.broker import nudge_on_commit
from carecoord.prepared import add

if TYPE_CHECKING:
    from carecoord.outbox.models import OutboxMessage

RELAY = "outbox.relay"
_collected: "ContextVar[list[OutboxMessage] | None]" = ContextVar("outbox_collected", default=None)


def publish(topic: str, *, about: tuple[str, UUID], **ids: UUID | str | int | bool | None) -> UUID:
    """Write that `topic` happened to `about`, in the current transaction, and nudge the relay once it commits.

    Returns the message's id, which stays the same however often it is delivered. With `is_urgent` among
    the ids it is relayed before what is not.
    """
    about_type, about_id = about
    return publish_each(topic, about_type=about_type, about_ids=[about_id], **ids)[0]


def publish_each(
    topic: str, *, about_type: str, about_ids: Iterable[UUID], **ids: UUID | str | int | bool | None
) -> list[UUID]:
    """The same of many, one message for each, in one statement."""
    from carecoord.outbox.models import OutboxMessage

    is_urgent = bool(ids.pop("is_urgent", False))
    payload = {key: str(value) if isinstance(value, UUID) else value for key, value in ids.items()}
    messages = [
        OutboxMessage(topic=topic, about_type=about_type, about_id=about_id, payload=payload, is_urgent=is_urgent)
        for about_id in about_ids
    ]
    collected = _collected.get()
    if collected is not None:
        collected += messages
    else:
        # Without RETURNING: the web's role may add messages and read none.
        add(messages)
        nudge_on_commit(RELAY)
    return [message.id for message in messages]


@contextmanager
def collecting() -> "Iterator[list[OutboxMessage]]":
    """Gives the messages of the block to the caller, who delivers them in the same transaction (`tasks.deliver`).

    For work that goes through years in seconds, and whose news must not reach a worker in the meantime.
    """
    messages: list[OutboxMessage] = []
    token = _collected.set(messages)
    try:
        yield messages
    finally:
        _collected.reset(token)
