"""What was changed and who looked. One way to write it: `audit.record(...)`."""

from carecoord.audit.entries import Actor, ActorKind, looked, looked_each, record, record_each, together

__all__ = ["Actor", "ActorKind", "looked", "looked_each", "record", "record_each", "together"]
