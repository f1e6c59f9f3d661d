"""What a worker does with lists of people, in small steps: each is one transaction, so that a worker may die anywhere
and another goes on, and every row is written exactly once."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from carecoord import clock
from carecoord.moves import Side
from neighbourhoods import gate
from neighbourhoods.duplicates import people_to_judge
from neighbourhoods.importing.judging import Twin, Verdict, judge, twins_in
from neighbourhoods.importing.people import Facts, Person, read_person
from neighbourhoods.importing.reading import Table, read_table
from neighbourhoods.imports import WRITTEN, known_here, may_import
from neighbourhoods.models import ImportDecision, Membership, ResidentImport, ResidentImportRow
from neighbourhoods.models.imports import KEPT_FOR
from neighbourhoods.principal import Principal
from neighbourhoods.services.import_rows import take_back, write_rows
from neighbourhoods.states import RESIDENT_IMPORT

log = logging.getLogger(__name__)

JUDGED_AT_ONCE, WRITTEN_AT_ONCE = 100, 100
MOST_ATTEMPTS: Final = 3
TO_WRITE: Final = (ImportDecision.REGISTER, ImportDecision.JOIN)
# Where work that cannot go on leads back to: nothing is lost, and somebody can start it again.
BACK: Final[Mapping[str, str]] = {"reading": "stop", "writing": "pause", "undoing": "keep"}
WENT_WRONG: Final = "This could not be finished. Try again; if it stops again, ask whoever runs this system."
NOT_THEIRS: Final = "Whoever started this does not act for the team any more. Somebody else of the team can start it."


def work_on_one() -> bool:
    """One step of the import that has waited longest; False where nothing waits. Several workers take one each."""
    working_on: list[UUID] = []
    try:
        with transaction.atomic():
            found = ResidentImport.objects.to_work_on().select_for_update(skip_locked=True, of=("self",)).first()
            if found is None:
                return False
            working_on.append(found.id)
            by = _principal(found)
            if by is None:
                _stop(found, NOT_THEIRS)
            else:
                with gate.acting_as(by):
                    STEPS[found.state](by, found)
    except Exception:
        if not working_on:
            raise
        log.exception("import %s could not be worked on", working_on[0])
        _failed(working_on[0])
    return True


def _principal(found: ResidentImport) -> Principal | None:
    membership = Membership.objects.live().select_related("user", "organisation").filter(id=found.by_id).first()
    by = gate.person(membership) if membership else None
    return by if by and may_import(by, found.team_id) else None


def _failed(import_id: UUID) -> None:
    """After some attempts it goes back to where people see it, and why."""
    with transaction.atomic():
        found = ResidentImport.objects.select_for_update().get(id=import_id)
        if not found.is_at_work:
            return
        if found.attempts + 1 >= MOST_ATTEMPTS:
            _stop(found, WENT_WRONG)
        else:
            found.attempts += 1
            found.save_changes("attempts")


def _stop(found: ResidentImport, problem: str) -> None:
    found.state, found.problem, found.attempts = _after(found, BACK[found.state]), problem, 0
    found.save_changes("state", "problem", "attempts")


def _after(found: ResidentImport, verb: str) -> str:
    return RESIDENT_IMPORT.move(verb, found.state, {Side.GIVER}).target


def _read(by: Principal, found: ResidentImport) -> None:
    """First every row by itself and against the others of the list, then some at a time against the people of the
    place."""
    if found.content is not None:
        _keep_rows(by, found)
        return
    rows = list(_rows(found).filter(verdict="").select_for_update()[:JUDGED_AT_ONCE])
    for row in rows:
        _judge(row)
    ResidentImportRow.objects.bulk_update(rows, ["verdict", "why", "candidates", "said_before"])
    _advance(found, len(rows), "show")


def _keep_rows(by: Principal, found: ResidentImport) -> None:
    table = read_table(bytes(found.content or b""))
    people = _people(by, found, table)
    twins = twins_in(people)
    rows = [
        ResidentImportRow(
            resident_import=found,
            team_id=found.team_id,
            number=person.number,
            cells=list(line.cells),
            facts=person.facts.as_json(),
            said_before=_said(person, twins.get(person.number)),
        )
        for line, person in zip(table.lines, people, strict=True)
    ]
    ResidentImportRow.objects.bulk_create(rows, batch_size=1000)
    found.content = None
    found.save_changes("content")


def _people(by: Principal, found: ResidentImport, table: Table) -> list[Person]:
    known = known_here(by)
    return [read_person(line, found.columns, known=known, month_first=found.month_first) for line in table.lines]


def _said(person: Person, twin: Twin | None) -> dict[str, object]:
    return {
        "faults": list(person.faults),
        "remarks": list(person.remarks),
        "twin": [twin.verdict.value, twin.why] if twin else None,
    }


def _judge(row: ResidentImportRow) -> None:
    said, facts = row.said_before, Facts.from_json(row.facts)
    person = Person(row.number, facts, tuple(said["faults"]), tuple(said["remarks"]))
    twin = Twin(Verdict(said["twin"][0]), said["twin"][1]) if said["twin"] else None
    found = judge(person, [] if person.faults else people_to_judge(facts.identity), twin)
    row.verdict, row.why = found.verdict, list(found.why)
    row.candidates = [one.as_json() for one in found.candidates]


def _write(by: Principal, found: ResidentImport) -> None:
    waiting = _rows(found).filter(decision__in=TO_WRITE, done_at=None)
    rows = list(waiting.select_for_update(of=("self",))[:WRITTEN_AT_ONCE])
    if rows:
        write_rows(by, found, rows)
    _advance(found, len(rows), "finish")


def _undo(by: Principal, found: ResidentImport) -> None:
    rows = list(_rows(found).filter(outcome__in=WRITTEN, told="").select_for_update(of=("self",))[:WRITTEN_AT_ONCE])
    if rows:
        take_back(by, rows)
    _advance(found, len(rows), "clear")


def _advance(found: ResidentImport, done: int, verb_at_end: str) -> None:
    found.rows_done += done
    found.attempts = 0
    if not done:
        found.state = _after(found, verb_at_end)
        found.finished_at = clock.now() if verb_at_end != "show" else None
    found.save_changes("rows_done", "attempts", "state", "finished_at")


def _rows(found: ResidentImport) -> QuerySet[ResidentImportRow]:
    return ResidentImportRow.objects.filter(resident_import=found).order_by("number")


STEPS: Final[Mapping[str, Callable[[Principal, ResidentImport], None]]] = {
    "reading": _read,
    "writing": _write,
    "undoing": _undo,
}
NOTHING_LEFT: Final[dict[str, Any]] = {"cells": [], "facts": {}, "said_before": {}, "why": [], "candidates": []}


@transaction.atomic
def empty_old_imports() -> int:
    """What lists said is kept for 30 days after their end; one that nobody goes on with for so long ends. A sweep."""
    until = clock.now() - KEPT_FOR
    old = ResidentImport.objects.filter(emptied_at=None, updated_at__lte=until).exclude(state__in=STEPS)
    emptied: Sequence[ResidentImport] = list(old.select_for_update(skip_locked=True)[:20])
    for one in emptied:
        ResidentImportRow.objects.filter(resident_import=one).update(**NOTHING_LEFT)
        if one.finished_at is None:
            one.state, one.finished_at = _after(one, "discard"), clock.now()
        one.content, one.preview, one.headings, one.file_name = None, [], [], "Emptied after 30 days"
        one.emptied_at = clock.now()
        one.save_changes("content", "preview", "headings", "file_name", "state", "finished_at", "emptied_at")
    return len(emptied)
