"""What row-level security costs: the same requests with the policies of all tables, and without them, by turns."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import psycopg2

from carecoord.bench.cases import Case
from carecoord.bench.measuring import WARM_UP, ask, cost
from carecoord.bench.serving import Served
from carecoord.bench.turns import Turns

_GUARDED = "SELECT DISTINCT polrelid::regclass::text FROM pg_policy"


@dataclass(frozen=True)
class Guarded:
    """CPU milliseconds of one request, by round, with the policies and without."""

    name: str
    guarded_ms: tuple[float, ...]
    open_ms: tuple[float, ...]

    @property
    def times(self) -> float:
        return median(one / other for one, other in zip(self.guarded_ms, self.open_ms, strict=True))

    @property
    def more_ms(self) -> float:
        return median(one - other for one, other in zip(self.guarded_ms, self.open_ms, strict=True))


def measure_policies(
    served: Served, cases: Sequence[Case], *, rounds: int, requests: int, turns: Turns
) -> list[Guarded]:
    """Plans are made anew whenever the policies come and go: that is done before anything counts."""
    found: dict[str, tuple[list[float], list[float]]] = {case.name: ([], []) for case in cases}

    def costs(case: Case) -> float:
        for _ in range(WARM_UP):
            ask(served, case)
        return cost(served, case, requests)

    for _ in range(rounds):
        for case in cases:
            with turns.mine():
                guarded_ms, open_ms = found[case.name]
                guarded_ms.append(costs(case))
                with set_aside(served.owner_url):
                    open_ms.append(costs(case))
    return [Guarded(name, tuple(guarded), tuple(opened)) for name, (guarded, opened) in found.items()]


@contextmanager
def set_aside(owner_url: str) -> Iterator[None]:
    """Only ever in a database of the benchmark's own."""
    switch(owner_url, "DISABLE")
    try:
        yield
    finally:
        switch(owner_url, "ENABLE")


def switch(owner_url: str, word: str) -> None:
    with psycopg2.connect(owner_url) as connection, connection.cursor() as cursor:
        switch_all(cursor, word)


def switch_all(cursor: Any, word: str) -> None:
    cursor.execute(_GUARDED)
    for (table,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")
