"""`/metrics` for Prometheus, with the monitor's token: how requests, messages, tasks and alerts are doing."""

import time
from collections.abc import Iterable
from datetime import datetime

from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, values
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from carecoord import clock
from carecoord.audit.state import audit_state
from carecoord.health import free_mb, has_token
from carecoord.outbox.broker import oldest_sent_at, queued
from carecoord.outbox.state import last_heartbeat, outbox_state


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not has_token(request):
        raise Http404("For monitors")
    registry = CollectorRegistry()
    registry.register(Waiting())
    return HttpResponse(_requests() + generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Waiting:
    """What waits at this moment. Where nothing waits an age is 0; what cannot be asked is left out."""

    def collect(self) -> Iterable[Metric]:
        try:
            found = [*_in_the_database(clock.now())]
        except Error:
            found = []
        yield _gauge("database_reachable", "1 when the database answers, else 0", int(bool(found)))
        yield from found
        room = free_mb()
        if room is not None:
            yield _gauge("disk_free_bytes", "Room on the disk of the data folder", room * 1_000_000)
        tasks = queued()
        if tasks is not None:
            yield _gauge("queue_tasks", "Tasks that no worker has taken", tasks)
            sent_at = oldest_sent_at()
            yield _gauge("queue_oldest_seconds", "Age of the oldest of them", time.time() - sent_at if sent_at else 0)


def _in_the_database(now: datetime) -> Iterable[Metric]:
    waiting = outbox_state()
    yield _gauge("outbox_messages", "Messages not delivered yet", waiting.waiting)
    yield _gauge("outbox_oldest_seconds", "Age of the oldest of them", _age(waiting.oldest_at, now))
    yield _gauge("outbox_failed_messages", "Messages given up", waiting.failed)
    alerts, oldest_alert_at = _alerts()
    yield _gauge("alerts_waiting", "Alerts that nobody has acknowledged", alerts)
    yield _gauge("alerts_oldest_seconds", "Age of the oldest of them", _age(oldest_alert_at, now))
    audit = audit_state()
    yield _gauge("audit_unsealed_entries", "Entries of the audit not sealed yet, at most ten thousand", audit.unsealed)
    yield _gauge("audit_oldest_unsealed_seconds", "Age of the oldest of them", _age(audit.oldest_at, now))
    heard = last_heartbeat()
    if heard:
        yield _gauge("worker_heartbeat_seconds", "Since a worker was last heard", _age(heard, now))


def _age(at: datetime | None, now: datetime) -> float:
    return (now - at).total_seconds() if at else 0


def _requests() -> bytes:
    """Of every process of this web server, when they share a folder (carecoord/wsgi.py); else of this one."""
    if values.ValueClass is values.MutexValue:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _alerts() -> tuple[int, datetime | None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting, oldest_at FROM app.alerts_state()")
        return cursor.fetchone() or (0, None)


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"carecoord_{name}", says, value=value)
