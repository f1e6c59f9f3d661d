"""What an alert costs among so many that are stored, and how soon as many rungs as are due have fired: as a worker."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from django.db import connection, transaction

from carecoord import clock
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.models import Alert
from carecoord.bench.alerting import nudging_nobody, tell
from carecoord.bench.counting import counting
from carecoord.bench.place import NURSING
from carecoord.bench.serving import NotMeasured, cpu_ms
from carecoord.bench.turns import Turns
from carecoord.outbox.tasks import relay
from referrals.models import Referral

WARM_UP = 10
# Of referrals that wait in the inbox there are as many as three rounds and more take, also in a small place.
MOST_OF_A_ROUND = 60
STRETCH = 500


@dataclass(frozen=True)
class Stored:
    """CPU milliseconds of worker and PostgreSQL for one alert to the measured team, by round; statements are exact."""

    alerts: int
    cpu_ms: tuple[float, ...]
    statements: int


@dataclass(frozen=True)
class Stretch:
    """Rungs that fired one after the other, and what they took."""

    rungs: int
    seconds: float
    cpu_ms: float


@dataclass(frozen=True)
class Sweep:
    stretches: Sequence[Stretch]

    @property
    def rungs(self) -> int:
        return sum(one.rungs for one in self.stretches)

    @property
    def seconds(self) -> float:
        return sum(one.seconds for one in self.stretches)

    @property
    def each_ms(self) -> float:
        return sum(one.cpu_ms for one in self.stretches) / self.rungs

    @property
    def times(self) -> float:
        """What a rung of the last tenth cost, of what one of the first did."""
        tenth = max(1, len(self.stretches) // 10)
        return _each(self.stretches[-tenth:]) / _each(self.stretches[:tenth])


def _each(stretches: Sequence[Stretch]) -> float:
    return median(one.cpu_ms / one.rungs for one in stretches)


def cost_of_alerts(*, rounds: int, requests: int, turns: Turns) -> Stored:
    """Each about a referral of its own, so that nothing was said of it a moment ago."""
    asked = list(Referral.objects.filter(to_team__name=NURSING, status="sent").order_by("id"))
    each = min(requests, MOST_OF_A_ROUND, (len(asked) - WARM_UP) // (rounds + 1))
    if each < 1:
        raise NotMeasured("Too few referrals wait in the inbox: load more residents.")
    found: list[float] = []
    with nudging_nobody():
        with turns.mine():
            stored = Alert.objects.count() - Alert.objects.filter(next_rung_at__lte=clock.now()).count()
            _raise(_taken(asked, WARM_UP))
            nothing = _statements_of([])
            statements = _statements_of(_taken(asked, each)) - nothing
        for _ in range(rounds):
            with turns.mine():
                found.append(_cpu_of(_taken(asked, each)))
        with turns.mine():
            pass  # nobody sweeps before all have measured
    return Stored(stored, tuple(found), statements // each)


def sweep() -> Sweep:
    """All that is due, by one worker, in the order and by the transactions of the product."""
    stretches: list[Stretch] = []
    with nudging_nobody():
        while True:
            cpu, began = cpu_ms(_processes()), time.perf_counter()
            rungs = fire_due_rungs(most=STRETCH)
            if not rungs:
                return Sweep(stretches)
            stretches.append(Stretch(rungs, time.perf_counter() - began, cpu_ms(_processes()) - cpu))


def _taken(asked: list[Referral], many: int) -> list[Referral]:
    return [asked.pop() for _ in range(many)]


def _publish(asked: Sequence[Referral]) -> None:
    for referral in asked:
        with transaction.atomic():
            tell(referral)


def _raise(asked: Sequence[Referral]) -> None:
    _publish(asked)
    relay()


def _cpu_of(asked: Sequence[Referral]) -> float:
    """From the commits on, as a worker has it to do."""
    _publish(asked)
    before, cpu = Alert.objects.count(), cpu_ms(_processes())
    relay()
    spent = cpu_ms(_processes()) - cpu
    if Alert.objects.count() != before + len(asked):
        raise NotMeasured("Not every alert was raised.")
    return spent / len(asked)


def _statements_of(asked: Sequence[Referral]) -> int:
    _publish(asked)
    with counting() as ran:
        relay()
    return len(ran)


def _processes() -> list[int]:
    """This one and what it has at the database."""
    connection.ensure_connection()
    return [os.getpid(), int(connection.connection.info.backend_pid)]
