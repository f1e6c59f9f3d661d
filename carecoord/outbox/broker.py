"""The Celery application, the same in web and workers. Only the floor's outbox and delivery speak to the broker."""

import logging
import time
from collections.abc import Callable
from functools import cache

from celery import Celery
from django.conf import settings
from django.db import transaction
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)

app = Celery("carecoord")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# The current application belongs to a thread; every thread of the web server needs this one.
app.set_default()

SILENCE_SECONDS = 15
# The client's own default goes on trying for seconds.
NO_RETRY = Retry(NoBackoff(), 0)
_silent_until = 0.0


def nudge_on_commit(task: str) -> None:
    """Have a worker run `task` as soon as the current transaction commits; asked twice is once."""
    nudging = _nudging(task)
    if nudging not in [entry[1] for entry in transaction.get_connection().run_on_commit]:
        transaction.on_commit(nudging, robust=True)


def nudge(task: str) -> None:
    """Ask a worker to run `task` now. Without a broker the sweep does it within seconds of its return.

    After a failure this process leaves the broker alone for a while: no request waits for it twice.
    """
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        app.send_task(task, retry=False, ignore_result=True, expires=30)
    except Exception as problem:  # noqa: BLE001  whatever the broker's trouble, the change itself is safe
        _silent_until = time.monotonic() + SILENCE_SECONDS
        log.warning("broker out of reach, the sweep will run %s: %s", task, type(problem).__name__)


@cache
def _nudging(task: str) -> Callable[[], None]:
    return lambda: nudge(task)


def answers() -> bool:
    """Whether the broker can be reached within half a second."""
    try:
        with Redis.from_url(
            settings.CELERY_BROKER_URL, socket_connect_timeout=0.5, socket_timeout=0.5, retry=NO_RETRY
        ) as it:
            return bool(it.ping())
    except (RedisError, OSError):
        return False
