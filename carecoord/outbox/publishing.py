"""The one way out."""

from uuid import UUID

from carecoord.outbox.broker import nudge_on_commit

RELAY = "outbox.relay"


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
    nudge_on_commit(RELAY)
    return message.id
