"""The Celery application, the same in web and workers. Only the floor's outbox and delivery speak to the broker."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from celery import Celery
from celery.signals import before_task_publish
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


@before_task_publish.connect
def say_when_it_was_sent(headers: dict[str, Any], **_: object) -> None:
    """So that whoever watches the queue can tell how long a task has waited for a worker."""
    headers["sent_at"] = time.time()


def answers() -> bool:
    """Whether the broker can be reached within half a second."""
    try:
        with _asking() as broker:
            return bool(broker.ping())
    except (RedisError, OSError):
        return False


def queued() -> int | None:
    """How many tasks no worker has taken; None when the broker cannot be asked."""
    try:
        with _asking() as broker:
            return int(broker.llen(settings.CELERY_TASK_DEFAULT_QUEUE))
    except (RedisError, OSError):
        return None


def oldest_sent_at() -> float | None:
    """When the oldest of them was sent, in seconds since 1970; None when none waits or the broker cannot be asked."""
    try:
        with _asking() as broker:
            # Tasks come in at the head of the list and leave at its tail.
            oldest = broker.lindex(settings.CELERY_TASK_DEFAULT_QUEUE, -1)
    except (RedisError, OSError):
        return None
    return json.loads(oldest)["headers"].get("sent_at") if oldest else None


@contextmanager
def _asking() -> Iterator[Redis]:
    with Redis.from_url(
        settings.CELERY_BROKER_URL, socket_connect_timeout=0.5, socket_timeout=0.5, retry=NO_RETRY
    ) as client:
        yield client
