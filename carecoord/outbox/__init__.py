"""What must still be told: written in the change's own transaction, relayed by Celery."""

from carecoord.outbox.publishing import publish
from carecoord.outbox.subscriptions import Event, subscribe

__all__ = ["Event", "publish", "subscribe"]
