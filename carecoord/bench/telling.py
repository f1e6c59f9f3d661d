"""Says when an alert is there to be seen, so that nobody has to look for it meanwhile and take the cores from those who
work. Only the benchmark's own worker has this."""

import time
from functools import cache

from django.conf import settings
from django.db import transaction
from redis import Redis

from carecoord import outbox

RAISED = "bench:raised"


def say_when_raised(event: outbox.Event) -> None:
    connection = transaction.get_connection()
    transaction.on_commit(lambda: _say(str(event.message_id)))
    # Before all that others have asked for: a nudge takes its time, and the alert is there already.
    connection.run_on_commit.insert(0, connection.run_on_commit.pop())


def _say(message: str) -> None:
    moment = time.time()
    _broker().lpush(RAISED, f"{message} {moment}")


@cache
def _broker() -> Redis:
    return Redis.from_url(settings.CELERY_BROKER_URL)
