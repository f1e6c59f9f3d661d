"""Read FHIR R4 as it comes from other systems."""

import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from carecoord import audit
from carecoord.accounts.services import create_service_account
from carecoord.audit import ActorKind
from carecoord.fhir.importing import ImportJob, Report
from carecoord.fhir.models import LONGEST_SOURCE
from carecoord.fhir.reading import Entry, Unreadable, read_file
from carecoord.ids import new_id
from neighbourhoods import gate
from neighbourhoods.models import Place, Team
from neighbourhoods.principal import Principal


class Command(BaseCommand):
    help = (
        "Import FHIR R4 files: bundles (transaction, batch, collection), single resources, NDJSON, gzip. "
        "A file that does not parse to its end changes nothing; inside it each entry stands for itself. "
        "Exit 1 if anything was refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--source", help="the system the files come from; else meta.source, else 'unnamed'")
        parser.add_argument("--team", help="id or name of the team that receives; else the place's front door")
        parser.add_argument("--place", help="slug of the place, where there are several")

    def handle(self, *_: Any, **options: Any) -> None:
        source = _source(options["source"])
        team = _team(options["place"], options["team"])
        entries, unreadable = self._read(options["files"])
        by = _principal(team)
        job = ImportJob(by=by, team_id=team.id, entries=entries, source=source, unit=lambda: gate.acting_as(by))
        with tqdm(total=len(entries), unit=" entries", disable=not sys.stderr.isatty()) as bar:
            report = job.run(lambda done: bar.update(done))
        self._tell(report)
        if report.faults or unreadable:
            sys.exit(1)

    def _read(self, files: list[Path]) -> tuple[list[Entry], int]:
        entries: list[Entry] = []
        unreadable = 0
        for path in tqdm(files, unit=" files", disable=not sys.stderr.isatty() or len(files) < 2):
            try:
                entries += read_file(path)
            except Unreadable as problem:
                unreadable += 1
                self.stderr.write(f"{path}:{problem.line}: nothing was imported: {problem}")
        return entries, unreadable

    def _tell(self, report: Report) -> None:
        for file, line, number, name, reason in report.faults:
            self.stderr.write(f"{file}:{line}: entry {number}, {name}: {reason}")
        for file, line, number, name, what in report.remarks:
            self.stdout.write(f"{file}:{line}: entry {number}, {name}: {what}")
        parts: list[tuple[str, Counter[str]]] = [
            ("new", report.created),
            ("changed", report.changed),
            ("as before", report.unchanged),
            ("not imported, of a type that is not read", report.not_listed),
        ]
        for words, counted in parts:
            if counted:
                listed = ", ".join(f"{count} {kind}" for kind, count in sorted(counted.items()))
                self.stdout.write(f"{words}: {listed}")
        self.stdout.write(f"refused: {len(report.faults)}")


def _source(given: str | None) -> str | None:
    """What the command says; a name that cannot be stored is no name."""
    if given is None:
        return None
    name = given.strip()
    if not name or not name.isprintable():
        raise CommandError("--source needs a name of the system the files come from.", returncode=2)
    if len(name) > LONGEST_SOURCE:
        raise CommandError(f"--source is longer than {LONGEST_SOURCE} characters.", returncode=2)
    return name


def _team(place: str | None, wanted: str | None) -> Team:
    places = Place.objects.filter(slug=place) if place else Place.objects.all()
    here = list(places[:2])
    if not here:
        raise CommandError("There is no such place yet: make one first.", returncode=2)
    if len(here) > 1:
        raise CommandError("There are several places: name one with --place.", returncode=2)
    if not wanted:
        return here[0].front_door
    teams = Team.objects.filter(organisation__place=here[0], ended_at=None)
    for team in teams:
        if wanted in {str(team.id), team.name} and team.holds_residents:
            return team
    raise CommandError(f"No team that has residents is called {wanted}.", returncode=2)


def _principal(team: Team) -> Principal:
    """The import's own named account, acting for the team that receives; every change is audited in its name."""
    maker = Principal(
        kind=ActorKind.SERVICE,
        actor_id=new_id(),
        name="Import",
        team_ids=(),
        place_id=team.organisation.place_id,
    )
    account = create_service_account(by=maker, name="FHIR import")
    principal = gate.service(account.id, account.name, team)
    audit.record("import.started", by=principal, about=("team", team.id))
    return principal
