"""What requests cost, as multiples of floors measured in the same run."""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from carecoord.bench import cases, growth, report
from carecoord.bench.alerting import alerting, worker
from carecoord.bench.databases import Database, prepare, prepare_alerts
from carecoord.bench.loading import Refused, loaded, refuse_the_real
from carecoord.bench.matching.measure import measure as matching
from carecoord.bench.matching.people import MEASURED, REPORTED_SEED, draw
from carecoord.bench.measuring import measure, memory_of
from carecoord.bench.policies import measure_policies
from carecoord.bench.serving import serving
from carecoord.bench.subjects import subjects
from carecoord.bench.sweeping import cost_of_alerts, sweep
from carecoord.bench.tidying import take_away_what_was_sent
from carecoord.bench.turns import Ring, Turns, read_turns

LEAST_ROUNDS = 3


def _sizes(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} are no numbers. For example: 2000,100000") from None


class Command(BaseCommand):
    help = (
        "Measure CPU per request, of the web process and its PostgreSQL backends together, over one connection, and "
        "divide it by a floor measured in the same round. In databases of its own, which are kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--residents",
            type=_sizes,
            default=[2_000],
            help="sizes, for example 2000,100000; from each to the next, growth",
        )
        parser.add_argument(
            "--history", type=int, help="rows of the audit in each of them, 10 for each resident where not said"
        )
        parser.add_argument("--rounds", type=int, default=5, help=f"at least {LEAST_ROUNDS}")
        parser.add_argument("--requests", type=int, default=40, help="of each kind in each round")
        parser.add_argument("--thorough", action="store_true", help="memory after 1,000 and 10,000 requests, too")
        parser.add_argument("--alerts", action="store_true", help="alerts through a worker, instead of requests")
        parser.add_argument(
            "--stored", type=_sizes, help="with --alerts: how many there are already, for example 10000,5000000"
        )
        parser.add_argument("--due", type=int, default=0, help="with --stored: rungs that are due, for one worker")
        parser.add_argument(
            "--only", default="", help="only cases whose name matches this, and what they are compared with"
        )
        parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
        parser.add_argument("--turns", default="", help=argparse.SUPPRESS)

    def handle(self, *_: Any, **chosen: Any) -> None:
        wanted = "worker" if chosen["here"] and chosen["stored"] else "owner"
        if wanted != settings.LOGIN:
            raise CommandError("Measuring needs the owner's login: use ./dev bench.", returncode=2)
        if chosen["stored"] and not chosen["alerts"]:
            raise CommandError("Use --stored together with --alerts.", returncode=2)
        if chosen["rounds"] < LEAST_ROUNDS:
            raise CommandError(f"Fewer than {LEAST_ROUNDS} rounds say nothing.", returncode=2)
        try:
            if chosen["here"]:
                self._measure(chosen["here"], chosen)
            elif chosen["stored"]:
                self._measure_stored(chosen)
            else:
                self._measure_all(chosen)
        except Refused as refused:
            raise CommandError(str(refused), returncode=2) from None

    def _measure_all(self, chosen: dict[str, Any]) -> None:
        """Each size in a process of its own, which has that database as its own; all at once, by turns."""
        folder = settings.DATA_DIR / "bench"
        folder.mkdir(parents=True, exist_ok=True)
        sizes = sorted(set(chosen["residents"]))
        databases = [prepare(residents, self._say, chosen["history"]) for residents in sizes]
        self._run_all(databases, [folder / str(size) for size in sizes], chosen)
        texts = [(folder / f"{size}.md").read_text() for size in sizes]
        if not chosen["alerts"]:
            texts += [*self._growth(folder, sizes), *([] if chosen["only"] else [self._matching(folder)])]
        (folder / "table.md").write_text("\n".join(texts))
        self._say(f"\n{chr(10).join(texts)}\nAlso in {folder}.")

    def _measure_stored(self, chosen: dict[str, Any]) -> None:
        """What an alert costs among so many, each in a database of its own, by turns; then what is due is swept."""
        folder = settings.DATA_DIR / "bench"
        folder.mkdir(parents=True, exist_ok=True)
        residents, numbers = chosen["residents"][0], sorted(set(chosen["stored"]))
        databases = [prepare_alerts(residents, number, chosen["due"], self._say) for number in numbers]
        results = [folder / f"{number}.stored" for number in numbers]
        self._run_all(databases, results, chosen, CARECOORD_LOGIN="worker")
        found = [json.loads(one.with_name(f"{one.name}.json").read_text()) for one in results]
        (folder / "stored.md").write_text(text := report.stored_table(residents, found) + "\n")
        self._say(f"\n{text}\nAlso in {folder}.")

    def _run_all(
        self, databases: list[Database], results: list[Path], chosen: dict[str, Any], **environment: str
    ) -> None:
        """Each in a process of its own, all at once, by turns."""
        ring = Ring(len(databases))
        running = [
            _process(database, result, chosen, ring.turns_of(number), environment)
            for number, (database, result) in enumerate(zip(databases, results, strict=True))
        ]
        ring.begin()
        if wrong := [one.name for one, process in zip(databases, running, strict=True) if process.wait()]:
            raise CommandError(f"{wrong[0]} could not be measured; see {results[0].parent}.")

    def _growth(self, folder: Path, sizes: list[int]) -> list[str]:
        """From each size to the next, where there is more than one."""
        steps = list(growth.steps([json.loads((folder / f"{size}.json").read_text()) for size in sizes]))
        (folder / "growth.json").write_text(json.dumps([report.growth_as_json(step) for step in steps], indent=1))
        return [report.growth_table(step) + "\n" for step in steps]

    def _matching(self, folder: Path) -> str:
        outcome = matching(draw(REPORTED_SEED, MEASURED))
        (folder / "matching.json").write_text(json.dumps(report.matching_as_json(outcome), indent=1))
        return report.matching_table(outcome)

    def _measure(self, results: Path, chosen: dict[str, Any]) -> None:
        residents, turns = loaded(), read_turns(chosen["turns"])
        refuse_the_real(residents)
        if chosen["stored"]:
            self._measure_among_stored(results, chosen, turns)
            return
        if chosen["alerts"]:
            with turns.mine():
                self._measure_alerts(results, residents)
            return
        who = subjects()
        self._say(f"Measuring {residents:,} residents, {chosen['rounds']} rounds.")
        wanted = cases.chosen(cases.cases(who), chosen["only"])
        with take_away_what_was_sent(), serving(results.with_suffix(".log")) as served:
            floors, found = measure(
                served,
                cases.floors(who),
                wanted,
                rounds=chosen["rounds"],
                requests=chosen["requests"],
                say=lambda words: self._say(f"{residents:9,}: {words}"),
                turns=turns,
            )
            memory = None
            if chosen["thorough"]:
                with turns.mine():
                    memory = memory_of(served, wanted)
            guarded = [one for one in wanted if one.name in cases.GUARDED]
            self._say(f"{residents:9,}:   with the policies and without")
            policies = measure_policies(
                served, guarded, rounds=chosen["rounds"], requests=chosen["requests"], turns=turns
            )
        told = [report.tables(residents, floors, found, memory), *([report.policy_table(policies)] if policies else [])]
        results.with_suffix(".md").write_text("\n\n".join(told) + "\n")
        written = report.as_json(residents, floors, found, memory) | {"policies": report.policies_as_json(policies)}
        results.with_suffix(".json").write_text(json.dumps(written, indent=1))

    def _measure_alerts(self, results: Path, residents: int) -> None:
        with worker(results.with_suffix(".worker.log")):
            told = alerting(subjects().inbox)
        results.with_suffix(".md").write_text(report.alert_table(residents, told) + "\n")
        name = f"{results.name}.alerts.json"
        results.with_name(name).write_text(json.dumps(report.alerts_as_json(residents, told), indent=1))

    def _measure_among_stored(self, results: Path, chosen: dict[str, Any], turns: Turns) -> None:
        stored = cost_of_alerts(rounds=chosen["rounds"], requests=chosen["requests"], turns=turns)
        with turns.mine():
            swept = sweep() if chosen["due"] else None
        results.with_name(f"{results.name}.json").write_text(json.dumps(report.stored_as_json(stored, swept), indent=1))

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def _process(
    database: Database, results: Path, chosen: dict[str, Any], turns: Turns, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    options = [f"--here={results}", f"--turns={turns.comes},{turns.goes}"]
    options += [f"--{name}={chosen[name]}" for name in ("rounds", "requests", "only", "due")]
    options += [f"--stored={','.join(map(str, chosen['stored']))}"] if chosen["stored"] else []
    options += [f"--{name}" for name in ("thorough", "alerts") if chosen[name]]
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py"), "bench", *options]
    return subprocess.Popen(manage, env={**database.environment, **environment}, pass_fds=turns.ends)
