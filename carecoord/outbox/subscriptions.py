"""Who wants to know what. Handlers are registered by `carecoord.wiring` when the process starts."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Event:
    """One thing that happened, as a handler gets it. `message_id` is stable over every repetition."""

    message_id: UUID
    topic: str
    about_type: str
    about_id: UUID
    at: datetime
    ids: Mapping[str, Any] = field(default_factory=dict)

    def id_of(self, name: str) -> UUID | None:
        value = self.ids.get(name)
        return UUID(str(value)) if value else None


Handler = Callable[[Event], None]
_handlers: dict[str, list[Handler]] = defaultdict(list)


def subscribe(topic: str, handler: Handler) -> None:
    """Have `handler` called for every message of `topic`. Handlers are repeatable; registering twice is one."""
    if handler not in _handlers[topic]:
        _handlers[topic].append(handler)


def handlers_of(topic: str) -> tuple[Handler, ...]:
    return tuple(_handlers.get(topic, ()))


def heard_topics() -> list[str]:
    """Topics that somebody wants to know of."""
    return sorted(topic for topic, handlers in _handlers.items() if handlers)
