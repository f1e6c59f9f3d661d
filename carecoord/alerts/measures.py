"""How many alerts reach people, and how many are acted on: of each rule in each team, over the last four weeks."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Count
from django.db.models.functions import TruncDate

from carecoord import clock
from carecoord.alerts.models import AlertRecipient
from neighbourhoods.principal import Principal

LOOKS_BACK: Final = timedelta(days=28)
HAS_HAD_ITS_TIME: Final = timedelta(days=1)
"""An alert that nobody has acted on counts against its rule from this age on."""
FEWEST: Final = 10
LEAST_ACTED_ON: Final = 0.2
"""A rule is noisy in a team where, of at least so many alerts, a smaller part than this was acted on."""


@dataclass(frozen=True)
class Measured:
    """`acted_on`: acknowledged or answered; a notice, which asks for neither, opened by somebody who was told of it.

    `settled` are those that were acted on, or had their time.
    """

    kind: str
    raised: int
    told: int
    settled: int
    acted_on: int

    @property
    def percent(self) -> int | None:
        """Of what has settled; None while nothing has."""
        return round(100 * self.acted_on / self.settled) if self.settled else None

    @property
    def is_noisy(self) -> bool:
        return self.settled >= FEWEST and self.acted_on < LEAST_ACTED_ON * self.settled


@dataclass(frozen=True)
class Person:
    name: str
    told: int
    most_in_a_day: int

    @property
    def a_day(self) -> float:
        return self.told / LOOKS_BACK.days


@dataclass(frozen=True)
class People:
    """Who was told of a team's alerts, the most told first, and how often each of them was on each day, on average."""

    people: Sequence[Person]
    by_day: Mapping[date, float]


def measured_in(teams: Iterable[UUID]) -> dict[UUID, list[Measured]]:
    """Of these teams each rule that raised anything: of a principal's own teams, or of any for workers."""
    return _asked("app.alert_measures", list(teams))


def measured_in_place() -> dict[UUID, list[Measured]]:
    """Of every team of the place; for an administrator of the partnership, and empty for anybody else."""
    return _asked("app.alert_measures_of_place")


def measured_together(measured: Iterable[Measured]) -> Measured:
    """The same rule in several teams."""
    every = list(measured)
    return Measured(
        every[0].kind,
        sum(one.raised for one in every),
        sum(one.told for one in every),
        sum(one.settled for one in every),
        sum(one.acted_on for one in every),
    )


def people_told(principal: Principal, team_id: UUID) -> People:
    """For who leads the team: of its own alerts alone, whatever else somebody of it is told of elsewhere."""
    since = clock.now() - LOOKS_BACK
    told = AlertRecipient.objects.visible_to(principal).filter(alert__team_id=team_id, delivered_at__gte=since)
    days = told.values("membership_id", "membership__user__name", day=TruncDate("delivered_at")).annotate(n=Count("id"))
    last = clock.today()
    each = [last - timedelta(days=ago) for ago in reversed(range(LOOKS_BACK.days))]
    counts: dict[tuple[str, UUID], list[int]] = defaultdict(list)
    on_day: Counter[date] = Counter()
    for row in days.filter(day__gte=each[0]).order_by():
        counts[row["membership__user__name"], row["membership_id"]].append(row["n"])
        on_day[row["day"]] += row["n"]
    people = [Person(name, sum(found), max(found)) for (name, _), found in counts.items()]
    return People(
        sorted(people, key=lambda one: (-one.told, one.name)),
        {day: on_day[day] / len(people) if people else 0 for day in each},
    )


def _asked(function: str, *given: list[UUID]) -> dict[UUID, list[Measured]]:
    now = clock.now()
    found: dict[UUID, list[Measured]] = defaultdict(list)
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * (len(given) + 2))
        cursor.execute(f"SELECT * FROM {function}({places})", [now - LOOKS_BACK, now - HAS_HAD_ITS_TIME, *given])
        for team_id, *row in cursor.fetchall():
            found[team_id].append(Measured(*row))
    return found
