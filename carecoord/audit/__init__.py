"""What was changed and who looked. One way to write it: `audit.record(...)`."""

from carecoord.audit.entries import Actor, ActorKind, happened, looked, looked_each, record, record_each, together
from carecoord.audit.purposes import Purpose

__all__ = ["Actor", "ActorKind", "Purpose", "happened", "looked", "looked_each", "record", "record_each", "together"]
