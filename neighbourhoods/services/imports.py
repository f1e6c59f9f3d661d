"""A list of people: brought, its columns named, decided row by row, written, and taken back. See decision 0026.

What takes long is only asked for here; a worker does it (`import_work.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from carecoord import audit, clock
from carecoord.errors import NotYours, RuleError
from carecoord.moves import Side
from carecoord.outbox.broker import nudge_on_commit
from neighbourhoods.importing.columns import MEANINGS, fault_of, guess
from neighbourhoods.importing.days import is_month_first
from neighbourhoods.importing.reading import NUL_SHOWN, read_table
from neighbourhoods.imports import (
    FOR_ALL,
    MOST_TOUCHED_SHOWN,
    Touched,
    allowed_for,
    may_import,
    seen_among,
    touched_rows,
)
from neighbourhoods.models import ImportDecision, Membership, ResidentImport, ResidentImportRow
from neighbourhoods.models.imports import LONGEST_FILE_NAME
from neighbourhoods.principal import Principal
from neighbourhoods.states import RESIDENT_IMPORT

WORK: Final = "neighbourhoods.work_on_imports"
PREVIEWED: Final = 3


@dataclass(frozen=True)
class Decision:
    """About one row. `joins_id` is the person known here that the row means."""

    what: str
    joins_id: UUID | None = None


class WorkedWith(RuleError):
    """Somebody has worked with people of the import since: `touched`, and perhaps more."""

    code = "worked_with"

    def __init__(self, touched: Sequence[Touched]) -> None:
        many = f"More than {MOST_TOUCHED_SHOWN}" if len(touched) > MOST_TOUCHED_SHOWN else f"{len(touched)}"
        super().__init__(f"{many} of these people were worked with since, so the import stays. See who they are.")
        self.touched = tuple(touched)


@transaction.atomic
def start_import(*, by: Principal, team_id: UUID, file_name: str, content: bytes) -> ResidentImport:
    """Keep a file to be read for a team. Nothing of it is looked for, and nobody written, before somebody says so.

    Raises NotYours, and FileFault with what is wrong with the file.
    """
    if by.membership_id is None or not may_import(by, team_id):
        raise NotYours("Choose a team of yours that has residents.", field="team")
    table = read_table(content)
    columns = guess(table.header)
    born = columns.index("birth_date") if "birth_date" in columns else None
    made = ResidentImport.objects.create(
        team_id=team_id,
        by_id=by.membership_id,
        by_name=by.name,
        file_name=_file_name(file_name),
        content=content,
        headings=list(table.header),
        preview=[list(line.cells) for line in table.lines[:PREVIEWED]],
        columns=columns,
        month_first=born is not None and is_month_first(line.cells[born] for line in table.lines),
        rows_total=len(table.lines),
        blank_rows=table.blank_rows,
    )
    _note("import.started", by, made, rows=made.rows_total)
    return made


def _file_name(typed: str) -> str:
    plain = typed.replace("\0", NUL_SHOWN).replace("\\", "/").rpartition("/")[2].strip()
    return plain[-LONGEST_FILE_NAME:] or "A file without a name"


@transaction.atomic
def name_columns(
    *, by: Principal, import_id: UUID, columns: Sequence[str], month_first: bool = False
) -> ResidentImport:
    """Say what each column is, and have the rows read. Raises RuleError where people cannot be read by these."""
    found = _locked(by, import_id)
    target = _target(found, "read")
    if found.content is None:
        # Its rows stand by themselves already: reading goes on where it stopped.
        return _ask(by, found, target)
    if len(columns) != len(found.headings) or {*columns} - {"", *MEANINGS}:
        raise RuleError("Say again what each column is: the list has changed.")
    if fault := fault_of(columns):
        raise RuleError(f"{fault}.")
    found.columns, found.month_first = list(columns), month_first
    return _ask(by, found, target, "columns", "month_first")


@transaction.atomic
def decide_rows(*, by: Principal, import_id: UUID, decisions: Mapping[int, Decision]) -> int:
    """Decide about rows by their numbers; returns about how many something else was decided now.

    Raises RuleError for what may not be decided about one of them; then nothing is changed.
    """
    found = _in_review(by, import_id)
    rows = ResidentImportRow.objects.select_for_update().filter(
        resident_import=found, number__in=decisions, done_at=None
    )
    changed = []
    for row in rows:
        wanted = decisions[row.number]
        if (row.decision, row.joins_id) == (wanted.what, wanted.joins_id):
            continue
        _check(row, wanted)
        row.decision, row.joins_id = wanted.what, wanted.joins_id
        changed.append(row)
    _check_seen(by, changed)
    ResidentImportRow.objects.bulk_update(changed, ["decision", "joins_id"], batch_size=500)
    return len(changed)


def _check(row: ResidentImportRow, wanted: Decision) -> None:
    if wanted.what and wanted.what not in allowed_for(row):
        raise RuleError(f"Row {row.number}: choose one of what the list offers.")
    known = {one["id"] for one in row.candidates}
    if (wanted.what == ImportDecision.JOIN) != (wanted.joins_id is not None):
        raise RuleError(f"Row {row.number}: say which person it is.")
    if wanted.joins_id and str(wanted.joins_id) not in known:
        raise RuleError(f"Row {row.number}: choose one of the people it was compared with.")


def _check_seen(by: Principal, rows: Sequence[ResidentImportRow]) -> None:
    """An import opens nobody's record: whoever is not the team's is opened with a reason first, on their own page."""
    joined = {row.joins_id: row.number for row in rows if row.joins_id}
    unseen = set(joined) - seen_among(by, joined)
    if unseen:
        number = min(joined[one] for one in unseen)
        raise RuleError(f"Row {number}: your team does not have this person's record. Open it with a reason first.")


@transaction.atomic
def decide_all(*, by: Principal, import_id: UUID, verdict: str, what: str) -> int:
    """Decide the same about every row of a verdict that is not decided yet; returns about how many.

    To join is for those whose record the team has: the others stay as they are.
    """
    found = _in_review(by, import_id)
    if what not in FOR_ALL.get(verdict, ()):
        raise RuleError("Decide about these one by one.")
    rows = ResidentImportRow.objects.filter(resident_import=found, verdict=verdict, decision="", done_at=None)
    if what == ImportDecision.LEAVE:
        return rows.update(decision=what)
    if what == ImportDecision.REGISTER:
        # Somebody a little alike is looked at first.
        return rows.filter(candidates=[]).update(decision=what)
    return _join_all(by, list(rows.select_for_update().exclude(candidates=[])))


def _join_all(by: Principal, rows: list[ResidentImportRow]) -> int:
    first = {row.number: UUID(row.candidates[0]["id"]) for row in rows}
    seen = seen_among(by, first.values())
    mine = [row for row in rows if first[row.number] in seen]
    for row in mine:
        row.decision, row.joins_id = ImportDecision.JOIN, first[row.number]
    ResidentImportRow.objects.bulk_update(mine, ["decision", "joins_id"], batch_size=500)
    return len(mine)


@transaction.atomic
def write_import(*, by: Principal, import_id: UUID) -> ResidentImport:
    """Have everything written that is decided; what is not decided is left out."""
    found = _locked(by, import_id)
    target = _target(found, "write")
    decided = ResidentImportRow.objects.filter(resident_import=found, done_at=None)
    if not decided.filter(decision__in=[ImportDecision.REGISTER, ImportDecision.JOIN]).exists():
        raise RuleError("Decide first whom to register or take on: nothing is written without that.")
    return _ask(by, found, target)


@transaction.atomic
def undo_import(*, by: Principal, import_id: UUID) -> ResidentImport:
    """Have everything taken back that this import made. Raises WorkedWith where anybody has worked with it since."""
    found = _locked(by, import_id)
    target = _target(found, "undo")
    if touched := touched_rows(by, found):
        raise WorkedWith(touched)
    return _ask(by, found, target)


@transaction.atomic
def discard_import(*, by: Principal, import_id: UUID) -> ResidentImport:
    """Take the list off; whoever an earlier start has written already stays."""
    found = _locked(by, import_id)
    found.state, found.finished_at, found.content = _target(found, "discard"), clock.now(), None
    found.save_changes("state", "finished_at", "content")
    _note("import.discarded", by, found)
    return found


def _ask(by: Principal, found: ResidentImport, target: str, *more: str) -> ResidentImport:
    """In the name of whoever asks now: a worker acts as them."""
    if by.membership_id is None:
        raise NotYours("Only a person does this.")
    found.state, found.problem, found.attempts, found.rows_done = target, "", 0, 0
    found.by, found.by_name = Membership.objects.get(id=by.membership_id), by.name
    found.save_changes("state", "problem", "attempts", "rows_done", "by", "by_name", *more)
    _note("import.asked_for", by, found, what=target)
    nudge_on_commit(WORK)
    return found


def _in_review(by: Principal, import_id: UUID) -> ResidentImport:
    found = _locked(by, import_id)
    _target(found, "write")
    return found


def _locked(by: Principal, import_id: UUID) -> ResidentImport:
    found = ResidentImport.objects.select_for_update().visible_to(by).get(id=import_id)
    if not may_import(by, found.team_id):
        raise NotYours("A lead of the team, or a coordinator, decides about its lists. Ask one of them.")
    return found


def _target(found: ResidentImport, verb: str) -> str:
    return RESIDENT_IMPORT.move(verb, found.state, {Side.GIVER}).target


def _note(verb: str, by: Principal, found: ResidentImport, **detail: Any) -> None:
    audit.record(verb, by=by, about=("resident_import", found.id), team_id=found.team_id, **detail)
