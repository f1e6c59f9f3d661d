"""Tasks that do as little as a task can: the floor of everything that a worker does. Only the benchmark's own worker
has them."""

import secrets
import time

from celery import shared_task
from django.conf import settings
from redis import Redis

from carecoord import clock
from carecoord.outbox.models import Heartbeat

STARTED, NAME = "bench:started", "bench"


@shared_task(name="bench.start")
def start() -> None:
    """Says when it began."""
    with Redis.from_url(settings.CELERY_BROKER_URL) as broker:
        broker.lpush(STARTED, time.time())


@shared_task(name="bench.insert")
def insert() -> None:
    Heartbeat.objects.bulk_create([Heartbeat(name=f"{NAME} {secrets.token_hex(7)}", at=clock.now())])
