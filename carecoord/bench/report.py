"""What was measured, as a table for people and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from carecoord.bench.measuring import Measure, Memory, Result


@dataclass(frozen=True)
class Row:
    """One line of the table, ready to be read."""

    what: str
    measured: str
    must: str
    aim: str
    statements: str
    verdict: str

    def line(self) -> str:
        cells = (self.what, self.measured, self.must, self.aim, self.statements, self.verdict)
        return f"| {' | '.join(cells)} |"


HEAD = "| what | measured | must | aim | statements (most) | |\n|---|---|---|---|---|---|"


def row_of(result: Result) -> Row:
    case, ratio = result.case, result.ratio
    return Row(
        what=case.name,
        measured=f"{ratio:.2f} x {case.of}" if ratio is not None else "-",
        must=_goal(case.must),
        aim=_goal(case.aim),
        statements=f"{result.measure.statements if ratio is not None else '-'} ({_goal(case.statements)})",
        verdict=result.verdict,
    )


def _goal(limit: float) -> str:
    return "-" if limit == inf else f"{limit:g}"


def tables(residents: int, floors: Sequence[Measure], results: Sequence[Result], memory: Memory | None = None) -> str:
    told = [f"**{residents:,} residents**", "", HEAD, *(row_of(result).line() for result in results), ""]
    told += ["Floors, CPU ms: " + ", ".join(f"{one.name} {one.median_ms:.2f}" for one in floors if one.cpu_ms)]
    if memory:
        told += ["", f"Memory of the web process from request 1,000 to 10,000: {memory.growth:+.1%} (must: +10 %)"]
    return "\n".join(told)


def as_json(
    residents: int, floors: Sequence[Measure], results: Sequence[Result], memory: Memory | None = None
) -> dict[str, Any]:
    return {
        "residents": residents,
        "memory_kb": [memory.early, memory.late] if memory else None,
        "floors": {one.name: {"cpu_ms": one.cpu_ms} for one in floors},
        "cases": {
            result.case.name: {
                "of": result.case.of,
                "ratio": result.ratio,
                "ratios": result.ratios,
                "cpu_ms": result.measure.cpu_ms,
                "statements": result.measure.statements,
                "must": _goal(result.case.must),
                "aim": _goal(result.case.aim),
                "most_statements": _goal(result.case.statements),
                "verdict": result.verdict,
                "failure": result.measure.failure,
            }
            for result in results
        },
    }
