"""What was measured, as a table for people and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import inf
from typing import Any

from carecoord.bench.alerting import AIMED_SHARE, LATEST, LEAST_SHARE, Alerting
from carecoord.bench.goals import verdict
from carecoord.bench.growth import AIM, MUST, Growth, Step, by_round
from carecoord.bench.matching.measure import AIMED_PRECISION, AIMED_RECALL, LEAST_PRECISION, LEAST_RECALL, Outcome
from carecoord.bench.measuring import Measure, Memory, Result
from carecoord.bench.policies import Guarded
from carecoord.bench.sweeping import Stored, Sweep


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
        statements=f"{_counted(result.measure) if ratio is not None else '-'} ({_goal(case.statements)})",
        verdict=result.verdict,
    )


def memory_row(memory: Memory) -> Row:
    return Row(
        what="memory of the web process, request 1,000 to 10,000",
        measured=f"{memory.growth:+.1%}",
        must="+10%",
        aim="flat",
        statements="-",
        verdict=memory.verdict,
    )


def growth_row(one: Growth) -> Row:
    return Row(
        what=one.name,
        measured=f"{one.times:.2f}" if one.times is not None else "-",
        must=_goal(MUST),
        aim=_goal(AIM),
        statements=f"{_count(one.fewer_statements)}, {_count(one.more_statements)} (equal)",
        verdict=one.verdict,
    )


def _counted(measure: Measure) -> str:
    usual, most = measure.statements, measure.most_statements
    return f"{usual}, at times {most}" if most and usual != most else str(usual)


def _count(statements: int | None) -> str:
    return "-" if statements is None else str(statements)


def _goal(limit: float) -> str:
    return "-" if limit == inf else f"{limit:g}"


def tables(residents: int, floors: Sequence[Measure], results: Sequence[Result], memory: Memory | None = None) -> str:
    rows = [row_of(result) for result in results] + ([memory_row(memory)] if memory else [])
    told = [f"**{residents:,} residents**", "", HEAD, *(row.line() for row in rows), ""]
    told += ["Floors, CPU ms: " + ", ".join(f"{one.name} {one.median_ms:.2f}" for one in floors if one.cpu_ms)]
    return "\n".join(told)


def growth_table(step: Step) -> str:
    told = [f"**Growth from {step.fewer:,} to {step.more:,} residents**, CPU of a request in the same rounds", "", HEAD]
    told += [growth_row(one).line() for one in step.cases]
    if step.still is not None:
        told += ["", f"What asks the database nothing differed by {step.still:.2f} between the two."]
    return "\n".join(told)


def policy_table(measured: Sequence[Guarded]) -> str:
    told = ["**What row-level security costs**", "", "| what | CPU of a request, of what it is without | more, ms |"]
    told += ["|---|---|---|"]
    told += [f"| {one.name} | {one.times:.2f} | {one.more_ms:.2f} |" for one in measured]
    return "\n".join(told)


def policies_as_json(measured: Sequence[Guarded]) -> dict[str, Any]:
    return {one.name: {"times": one.times, "guarded_ms": one.guarded_ms, "open_ms": one.open_ms} for one in measured}


def alert_rows(told: Alerting) -> list[Row]:
    late = [
        Row(
            what=f"commit to alert, p{hundredth} of {len(told.alert_ms)}",
            measured=f"{told.times(hundredth):.1f} x a bare task's start",
            must=_goal(must),
            aim=_goal(aim),
            statements="-",
            verdict=verdict(told.times(hundredth), must, aim),
        )
        for hundredth, (must, aim) in LATEST.items()
    ]
    share = Row(
        what=f"alerts to {told.recipients} people",
        measured=f"{told.share:.0%} of bare one-INSERT tasks a second",
        must=f"{LEAST_SHARE:.0%}",
        aim=f"{AIMED_SHARE:.0%}",
        statements="-",
        verdict=verdict(-told.share, -LEAST_SHARE, -AIMED_SHARE),
    )
    return [*late, share]


def alert_table(residents: int, told: Alerting) -> str:
    rows = [row.line() for row in alert_rows(told)]
    return "\n".join([f"**{residents:,} residents**", "", HEAD, *rows, "", told.words()])


def alerts_as_json(residents: int, told: Alerting) -> dict[str, Any]:
    return {
        "residents": residents,
        "bare_ms": told.bare_ms,
        "alert_ms": told.alert_ms,
        "bare_per_second": told.bare_per_second,
        "alerts_per_second": told.alerts_per_second,
        "verdicts": {row.what: row.verdict for row in alert_rows(told)},
    }


def stored_as_json(stored: Stored, swept: Sweep | None) -> dict[str, Any]:
    told: dict[str, Any] = {"alerts": stored.alerts, "cpu_ms": stored.cpu_ms, "statements": stored.statements}
    if swept:
        told["sweep"] = {
            "rungs": swept.rungs,
            "seconds": swept.seconds,
            "each_ms": swept.each_ms,
            "times": swept.times,
            "stretches": [asdict(one) for one in swept.stretches],
        }
    return told


def stored_table(residents: int, measured: Sequence[Mapping[str, Any]]) -> str:
    """From what was written down of each number of stored alerts in one run."""
    told = [f"**Alerts among those that are stored**, {residents:,} residents", "", HEAD]
    told += [growth_row(_growth_of_alerts(fewer, more)).line() for fewer, more in pairwise(measured)]
    told += [_sweep_row(one).line() for one in measured if "sweep" in one]
    told += ["", *(_words_of_stored(one) for one in measured)]
    return "\n".join(told)


def _growth_of_alerts(fewer: Mapping[str, Any], more: Mapping[str, Any]) -> Growth:
    name = f"an alert among {more['alerts']:,}, of what it costs among {fewer['alerts']:,}"
    return Growth(name, by_round(fewer, more), fewer["statements"], more["statements"])


def _sweep_row(one: Mapping[str, Any]) -> Row:
    swept = one["sweep"]
    return Row(
        what=f"the last tenth of {swept['rungs']:,} rungs that were due, of what the first cost",
        measured=f"{swept['times']:.2f}",
        must=_goal(MUST),
        aim=_goal(AIM),
        statements="-",
        verdict=verdict(swept["times"], MUST, AIM),
    )


def _words_of_stored(one: Mapping[str, Any]) -> str:
    swept, costs = one.get("sweep"), ", ".join(f"{ms:.1f}" for ms in one["cpu_ms"])
    told = f"Among {one['alerts']:,}: {costs} ms of CPU for an alert."
    if swept:
        pace = f"{swept['rungs'] / swept['seconds']:.0f} a second by one worker"
        told += f" {swept['rungs']:,} rungs in {swept['seconds']:.0f} s, {pace}, {swept['each_ms']:.1f} ms of CPU each."
    return told


def as_json(
    residents: int, floors: Sequence[Measure], results: Sequence[Result], memory: Memory | None = None
) -> dict[str, Any]:
    return {
        "residents": residents,
        "memory_kb": [memory.early, memory.late] if memory else None,
        "memory_verdict": memory.verdict if memory else None,
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


def growth_as_json(step: Step) -> dict[str, Any]:
    return {
        "from": step.fewer,
        "to": step.more,
        "still": step.still,
        "cases": {
            one.name: {
                "times": one.times,
                "by_round": one.by_round,
                "statements": [one.fewer_statements, one.more_statements],
                "verdict": one.verdict,
            }
            for one in step.cases
        },
    }


def matching_rows(outcome: Outcome) -> list[Row]:
    shares = (
        (f"of {outcome.same:,} described twice, called likely", outcome.recall, LEAST_RECALL, AIMED_RECALL),
        ("of those called likely, the same person", outcome.precision, LEAST_PRECISION, AIMED_PRECISION),
    )
    alike = sum(outcome.near_twins.values())
    return [
        *(
            Row(what, f"{share:.1%}", f"{least:.0%}", f"{aimed:.0%}", "-", verdict(-share, -least, -aimed))
            for what, share, least, aimed in shares
        ),
        Row(f"of {outcome.near_pairs:,} near-twins, called likely", str(alike), "0", "0", "-", verdict(alike, 0, 0)),
    ]


def matching_table(outcome: Outcome) -> str:
    told = [f"**Duplicates among {outcome.described:,} descriptions**", "", HEAD]
    return "\n".join([*told, *(row.line() for row in matching_rows(outcome)), ""])


def matching_as_json(outcome: Outcome) -> dict[str, Any]:
    return {**asdict(outcome), "recall": outcome.recall, "precision": outcome.precision}
