"""Rounds: every floor and every case in turn, so that whatever else the machine does falls on all of them alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from statistics import median, mode

from carecoord.bench.cases import Case, Floor
from carecoord.bench.goals import verdict
from carecoord.bench.serving import NotMeasured, Served, cpu_ms
from carecoord.bench.turns import Turns

WARM_UP = 8
MOST_GROWTH_OF_MEMORY, FLAT = 0.10, 0.01


@dataclass(frozen=True)
class Measure:
    """CPU milliseconds of one unit of work, by round; and, for a case, its statements, which are exact: as a rule, and
    at most, where something was done again (a reference was taken, a session was kept)."""

    name: str
    cpu_ms: tuple[float, ...]
    statements: int | None = None
    failure: str = ""
    most_statements: int | None = None

    @property
    def median_ms(self) -> float:
        return median(self.cpu_ms)


@dataclass(frozen=True)
class Result:
    case: Case
    measure: Measure
    ratios: tuple[float, ...]

    @property
    def ratio(self) -> float | None:
        return median(self.ratios) if self.ratios else None

    @property
    def verdict(self) -> str:
        ratio, statements = self.ratio, self.measure.most_statements or self.measure.statements
        if ratio is None or statements is None:
            return "not measured"
        if self.case.must == inf:
            return "no goal"
        return "misses" if statements > self.case.statements else verdict(ratio, self.case.must, self.case.aim)


def measure(
    served: Served,
    floors: Sequence[Floor],
    cases: Sequence[Case],
    *,
    rounds: int,
    requests: int,
    say: Callable[[str], object],
    turns: Turns,
) -> tuple[list[Measure], list[Result]]:
    every: list[Floor | Case] = [*floors, *cases]
    found: dict[str, list[float]] = {one.name: [] for one in every}
    statements: dict[str, list[int]] = {}
    failures: dict[str, str] = {}
    for case in every:
        try:
            with turns.mine():
                counted = [ask(served, case, count=True) for _ in range(WARM_UP)]
            statements[case.name] = counted
        except (NotMeasured, StopIteration, RuntimeError) as problem:
            failures[case.name] = str(problem)
            say(f"  {case.name}: {problem}")
    for number in range(rounds):
        say(f"  round {number + 1} of {rounds}")
        for case in every:
            # Also for what could not be asked: the others have as many turns.
            with turns.mine():
                if case.name not in failures:
                    found[case.name].append(cost(served, case, requests))
    with turns.mine():
        pass  # nobody tidies up before all have measured
    measures = {
        name: Measure(
            name,
            tuple(values),
            mode(statements[name]) if name in statements else None,
            failures.get(name, ""),
            max(statements[name]) if name in statements else None,
        )
        for name, values in found.items()
    }
    return [measures[floor.name] for floor in floors], [_result(case, measures) for case in cases]


def cost(served: Served, case: Floor | Case, requests: int) -> float:
    """CPU milliseconds of one, over so many. The backends are those of now: one that had come since the last time would
    work without being counted."""
    pids = [served.web, *served.backends()]
    before = cpu_ms(pids)
    for _ in range(requests):
        ask(served, case)
    return (cpu_ms(pids) - before) / requests


@dataclass(frozen=True)
class Memory:
    """Resident kilobytes of the web process after so many requests."""

    early: int
    late: int

    @property
    def growth(self) -> float:
        return self.late / self.early - 1

    @property
    def verdict(self) -> str:
        return verdict(self.growth, MOST_GROWTH_OF_MEMORY, FLAT)


def memory_of(served: Served, cases: Sequence[Case], *, early: int = 1_000, late: int = 10_000) -> Memory:
    """What only reads is asked in turn, all kinds alike."""
    readers = [case for case in cases if case.follow is None and case.asks()[0].method == "GET"]
    taken = {}
    for number in range(1, late + 1):
        ask(served, readers[number % len(readers)])
        if number in {early, late}:
            taken[number] = served.memory()
    return Memory(taken[early], taken[late])


def ask(served: Served, case: Floor | Case, *, count: bool = False) -> int:
    """One unit of work; with `count`, how many statements it took."""
    more = {"X-Count-Statements": "1"} if count else {}
    asks, counted, follow = list(case.asks()), 0, getattr(case, "follow", None)
    while asks:
        answer = served.answer(asks.pop(0), **more)
        counted += int(answer.headers.get("x-statements", 0))
        if not asks and follow:
            asks, follow = list(follow(answer)), None
    return counted


def _result(case: Case, measures: dict[str, Measure]) -> Result:
    own, floor = measures[case.name], measures[case.of]
    return Result(case, own, tuple(mine / theirs for mine, theirs in zip(own.cpu_ms, floor.cpu_ms, strict=False)))
