"""What must still be told: written in the change's own transaction, relayed by Celery."""

from carecoord.outbox.publishing import collecting, publish, publish_each
from carecoord.outbox.subscriptions import Event, subscribe

__all__ = ["Event", "collecting", "publish", "publish_each", "subscribe"]
