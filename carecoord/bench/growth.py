"""What a request costs more among more residents: both sizes measured in one run, each case in the same rounds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from carecoord.bench.goals import verdict

MUST, AIM = 1.25, 1.1
# Asks the database nothing: by how much it differs, the machine did.
STILL = "django"


@dataclass(frozen=True)
class Growth:
    """`by_round` is CPU among more residents divided by CPU among fewer, in the same round."""

    name: str
    by_round: tuple[float, ...]
    fewer_statements: int | None
    more_statements: int | None

    @property
    def times(self) -> float | None:
        return median(self.by_round) if self.by_round else None

    @property
    def verdict(self) -> str:
        if self.times is None or self.fewer_statements is None or self.more_statements is None:
            return "not measured"
        return "misses" if self.fewer_statements != self.more_statements else verdict(self.times, MUST, AIM)


@dataclass(frozen=True)
class Step:
    """From one size to the next larger one. `still` is by how much a floor without a database differed."""

    fewer: int
    more: int
    still: float | None
    cases: Sequence[Growth]


def steps(measured: Sequence[Mapping[str, Any]]) -> Iterator[Step]:
    """From what was written down of each size (`report.as_json`) in one run."""
    in_order = sorted(measured, key=lambda one: one["residents"])
    for fewer, more in pairwise(in_order):
        still = by_round(fewer["floors"].get(STILL), more["floors"].get(STILL))
        cases = [_growth(name, fewer["cases"][name], more["cases"][name]) for name in more["cases"]]
        yield Step(fewer["residents"], more["residents"], median(still) if still else None, cases)


def _growth(name: str, fewer: Mapping[str, Any], more: Mapping[str, Any]) -> Growth:
    return Growth(name, by_round(fewer, more), fewer["statements"], more["statements"])


def by_round(fewer: Mapping[str, Any] | None, more: Mapping[str, Any] | None) -> tuple[float, ...]:
    """The ratio in each round that both had."""
    if not fewer or not more:
        return ()
    return tuple(large / small for small, large in zip(fewer["cpu_ms"], more["cpu_ms"], strict=False))
