"""Lists of people as those who bring them read them: how far they are, and row by row what would be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.urls import reverse

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.components import Link, ListTabs, ResidentLine, Status, Tab, resident_line
from carecoord.ui.components.work import StatusTone
from neighbourhoods.forms.imports import JOIN
from neighbourhoods.importing.judging import Candidate
from neighbourhoods.importing.people import Facts
from neighbourhoods.imports import FOR_ALL, allowed_for
from neighbourhoods.models import (
    ImportDecision,
    ImportOutcome,
    ImportVerdict,
    ResidentImport,
    ResidentImportRow,
)
from neighbourhoods.states import RESIDENT_IMPORT

TONES: Final[Mapping[str, StatusTone]] = {
    "new": "green",
    "same": "blue",
    "likely": "yellow",
    "clash": "orange",
    "invalid": "red",
    "registered": "green",
    "joined": "green",
    "refused": "red",
    "undone": "grey",
}
WORK_WORDS: Final = {
    "reading": "Reading the list and comparing each person with those who are known",
    "writing": "Registering the people you chose",
    "undoing": "Taking back what this list made",
}
SHOWN_OF_A_CELL = 200


@dataclass(frozen=True)
class ImportLine:
    name: str
    url: str
    team: str
    by: str
    at: str
    rows: int
    state: Status


@dataclass(frozen=True)
class CandidateShown:
    resident: ResidentLine
    why: tuple[str, ...]
    score: str
    status: Status
    is_seen: bool


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class RowShown:
    number: int
    person: ResidentLine
    verdict: Status
    why: tuple[str, ...]
    candidates: tuple[CandidateShown, ...]
    options: tuple[Option, ...]
    cells: tuple[tuple[str, str], ...]
    outcome: Status | None = None
    told: str = ""
    record: str = ""


@dataclass(frozen=True)
class ForAll:
    """One press for every row of a verdict that is not decided yet."""

    verdict: str
    what: str
    text: str


@dataclass(frozen=True)
class Progress:
    words: str
    done: int
    total: int

    @property
    def sentence(self) -> str:
        return f"{self.done:,} of {self.total:,} rows"


def import_lines(imports: Sequence[ResidentImport]) -> tuple[ImportLine, ...]:
    """`team` should be joined."""
    now = clock.now()
    return tuple(
        ImportLine(
            name=one.file_name,
            url=reverse("import_detail", args=[one.id]),
            team=one.team.name,
            by=one.by_name,
            at=dates.moment(one.created_at, now=now),
            rows=one.rows_total,
            state=state_of(one),
        )
        for one in imports
    )


def state_of(found: ResidentImport) -> Status:
    tones: dict[str, StatusTone] = {"review": "yellow", "mapping": "yellow", "written": "green"}
    return Status(RESIDENT_IMPORT[found.state].label, tone=tones.get(found.state, "grey"))


def progress_of(found: ResidentImport, total: int) -> Progress:
    return Progress(WORK_WORDS[found.state], min(found.rows_done, total), total)


def tabs_of(found: ResidentImport, counts: Mapping[str, int], current: str) -> ListTabs:
    here = reverse("import_detail", args=[found.id])
    every = Tab("All rows", here, found.rows_total, not current)
    kinds = (
        Tab(label, f"{here}?verdict={value}", counts.get(value, 0), value == current)
        for value, label in ImportVerdict.choices
    )
    return ListTabs("Rows", (every, *kinds))


def for_all(counts: Mapping[str, int], verdict: str) -> tuple[ForAll, ...]:
    words = {
        ImportDecision.REGISTER: "Register all that are not like anybody",
        ImportDecision.JOIN: "Take all that your team knows onto the caseload",
        ImportDecision.LEAVE: "Leave all of these out",
    }
    if not counts.get(verdict):
        return ()
    return tuple(ForAll(verdict, what.value, words[what]) for what in FOR_ALL.get(verdict, ()))


def row_shown(
    row: ResidentImportRow, headings: Sequence[str], seen: set[UUID], restricted: set[UUID], *, may_decide: bool
) -> RowShown:
    """Of whoever is restricted, or may be somebody who is, the file says nothing any more (IG-20)."""
    identity = Facts.from_json(row.facts).identity
    candidates = [Candidate.from_json(one) for one in row.candidates]
    person = resident_line(
        family_name=identity.family_name,
        given_name=identity.given_name,
        birth_date=identity.birth_date,
        nhs_number=identity.nhs_number,
        died_on=identity.died_on,
        layout="line",
    )
    # Whoever was taken back is nobody, closed as the restricted are; of them the file may say what it said.
    own = row.resident_id if row.outcome != ImportOutcome.UNDONE else None
    may_be = {own, *(one.resident_id for one in candidates)}
    is_record_open = row.resident_id is not None and row.resident_id in seen
    return RowShown(
        number=row.number,
        person=person,
        verdict=Status(row.get_verdict_display() or "Not read yet", tone=TONES.get(row.verdict)),
        why=tuple(row.why),
        candidates=tuple(_candidate(one, seen) for one in candidates),
        options=_options(row, candidates, seen) if may_decide and not row.done_at else (),
        cells=()
        if may_be & restricted
        else tuple((name, cell[:SHOWN_OF_A_CELL]) for name, cell in zip(headings, row.cells, strict=False) if cell),
        outcome=_outcome(row),
        told=row.told,
        record=reverse("resident_record", args=[row.resident_id]) if is_record_open else "",
    )


def _outcome(row: ResidentImportRow) -> Status | None:
    if not row.outcome:
        return None
    return Status(ImportOutcome(row.outcome).label, tone=TONES.get(row.outcome))


def _candidate(one: Candidate, seen: set[UUID]) -> CandidateShown:
    return CandidateShown(
        resident=resident_line(
            family_name=one.family_name,
            given_name=one.given_name,
            birth_date=one.born,
            nhs_number=one.nhs_number or None,
            died_on=one.died,
            url=reverse("resident_record", args=[one.id]),
            layout="line",
        ),
        why=one.why,
        score=f"{one.score} points" if one.score else "",
        status=Status("Likely the same", tone="yellow") if one.is_likely else Status("Possibly the same"),
        is_seen=one.resident_id in seen,
    )


def _options(row: ResidentImportRow, candidates: Sequence[Candidate], seen: set[UUID]) -> tuple[Option, ...]:
    allowed = allowed_for(row)
    options = [Option("", "Not decided: leave out", not row.decision)]
    if ImportDecision.REGISTER in allowed:
        words = "Somebody else: register" if candidates else "Register"
        options.append(Option("register", words, row.decision == "register"))
    for one in candidates if ImportDecision.JOIN in allowed else ():
        if one.resident_id in seen:
            is_chosen = row.joins_id == one.resident_id
            options.append(
                Option(f"{JOIN}{one.id}", f"It is {one.given_name} {one.family_name}: onto our caseload", is_chosen)
            )
    options.append(Option("leave", "Leave out", row.decision == "leave"))
    return tuple(options)


def next_of(found: ResidentImport, verdict: str, last: int) -> Link:
    return Link("Next rows", f"{reverse('import_detail', args=[found.id])}?verdict={verdict}&after={last}")
