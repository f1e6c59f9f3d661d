"""When nothing breaks any more: everything is done in the end, and soon."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error, connection
from django.db.models import Count, F, Max, Min

from carecoord import clock
from carecoord.alerts.models import Alert, HeldMessage
from carecoord.chaos.wrong_clock import WrongClock
from carecoord.delivery.models import Delivery
from carecoord.outbox.broker import app
from carecoord.outbox.models import OutboxMessage

# What beat asks for, which comes round only every ten seconds.
ASKED = ("outbox.relay", "alerts.fire_due_rungs", "alerts.send_digests", "delivery.send_waiting")

# What is due may wait for what is not: a rung for news that a clock which went back has put into the future.
STILL_SECONDS = 1.5


def settle(wrong: WrongClock, *, within_seconds: float, keep_up: Callable[[], object]) -> float | None:
    """Until nothing waits, with the clock moved on past whatever waits for its time; how many seconds it took.

    None where something still waits at the end. `keep_up` sees to it that all programs run.
    """
    began, asked_at = time.monotonic(), 0.0
    before, since = None, began
    while time.monotonic() < began + within_seconds:
        keep_up()
        if time.monotonic() > asked_at + 1:
            _ask()
            asked_at = time.monotonic()
        try:
            waits = _waiting()
        except Error:
            connection.close()
            time.sleep(0.2)
            continue
        if waits.last is None:
            return time.monotonic() - began
        if waits != before:
            before, since = waits, time.monotonic()
        if not waits.is_due or time.monotonic() > since + STILL_SECONDS:
            wrong.move(max(waits.last - clock.now(), timedelta(0)) + timedelta(seconds=1))
            asked_at = 0.0
        time.sleep(0.1)
    return None


@dataclass(frozen=True)
class Waits:
    """How much waits, whether any of it is due, and when the last of it will be; None where nothing waits."""

    count: int
    is_due: bool
    last: datetime | None


def _waiting() -> Waits:
    waiting = (
        OutboxMessage.objects.waiting().values(at=F("next_attempt_at")),
        Delivery.objects.filter(state=Delivery.State.WAITING).values(at=F("next_attempt_at")),
        Alert.objects.filter(next_rung_at__isnull=False).values(at=F("next_rung_at")),
        HeldMessage.objects.filter(ended_at=None).values(at=F("due_at")),
    )
    found = [rows.aggregate(count=Count("at"), first=Min("at"), last=Max("at")) for rows in waiting]
    firsts = [one["first"] for one in found if one["first"]]
    lasts = [one["last"] for one in found if one["last"]]
    return Waits(
        sum(one["count"] for one in found),
        bool(firsts) and min(firsts) <= clock.now(),
        max(lasts, default=None),
    )


def _ask() -> None:
    for task in ASKED:
        try:
            app.send_task(task, retry=False, ignore_result=True, expires=30)
        except Exception:  # noqa: BLE001  the next second is as good
            return
