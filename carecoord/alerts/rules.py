"""Which news raises an alert, and which resolves one. Registered in `carecoord.wiring`, by topic."""

from collections.abc import Callable
from dataclasses import dataclass

from carecoord import outbox
from carecoord.alerts.facts import AlertFacts
from carecoord.alerts.services import raise_alert, resolve_alerts_about

__all__ = ["AlertFacts", "Facts", "alert_on", "resolve_on"]

Facts = Callable[[outbox.Event], AlertFacts | None]


@dataclass(frozen=True)
class _Raise:
    facts: Facts

    def __call__(self, event: outbox.Event) -> None:
        found = self.facts(event)
        if found is not None:
            raise_alert(facts=found, cause_id=event.message_id, said_at=event.at)


def alert_on(topic: str, facts: Facts) -> None:
    """Raise an alert for every message of `topic` for which `facts` gives any.

    `facts` reads the item as it is now, and gives None where the news no longer asks for anything.
    """
    outbox.subscribe(topic, _Raise(facts))


def resolve_on(topic: str, *, kind: str = "") -> None:
    """Messages of `topic` are an answer: every open alert about their item is resolved, or those of one `kind` alone.

    Register before `alert_on`.
    """
    outbox.subscribe(topic, _Resolve(kind))


@dataclass(frozen=True)
class _Resolve:
    kind: str

    def __call__(self, event: outbox.Event) -> None:
        about = (event.about_type, event.about_id)
        resolve_alerts_about(about, except_cause=event.message_id, kind=self.kind)
