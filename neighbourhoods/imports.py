"""Lists of people that a team has brought: which there are, how far each is, and what its rows say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from carecoord.audit.models import AuditEntry
from neighbourhoods.codes import choices_of
from neighbourhoods.importing.people import Known, looked_up_by
from neighbourhoods.models import (
    CaseloadEntry,
    ImportDecision,
    ImportOutcome,
    ImportVerdict,
    Organisation,
    Resident,
    ResidentImport,
    ResidentImportRow,
    Role,
    Team,
)
from neighbourhoods.principal import Principal

IMPORTING_ROLES: Final = frozenset({Role.TEAM_LEAD, Role.CARE_COORDINATOR, Role.GP, Role.CARE_HOME_MANAGER})
"""Whoever leads a team may as well."""
ALLOWED: Final[Mapping[str, tuple[ImportDecision, ...]]] = {
    ImportVerdict.NEW: (ImportDecision.REGISTER, ImportDecision.JOIN, ImportDecision.LEAVE),
    ImportVerdict.SAME: (ImportDecision.JOIN, ImportDecision.LEAVE),
    ImportVerdict.LIKELY: (ImportDecision.JOIN, ImportDecision.REGISTER, ImportDecision.LEAVE),
    ImportVerdict.CLASH: (ImportDecision.JOIN, ImportDecision.REGISTER, ImportDecision.LEAVE),
    ImportVerdict.INVALID: (ImportDecision.LEAVE,),
}
"""What may be decided about a row, of each verdict."""
FOR_ALL: Final[Mapping[str, tuple[ImportDecision, ...]]] = {
    ImportVerdict.NEW: (ImportDecision.REGISTER, ImportDecision.LEAVE),
    ImportVerdict.SAME: (ImportDecision.JOIN, ImportDecision.LEAVE),
    ImportVerdict.LIKELY: (ImportDecision.LEAVE,),
    ImportVerdict.CLASH: (ImportDecision.LEAVE,),
    ImportVerdict.INVALID: (ImportDecision.LEAVE,),
}
"""Whether somebody alike is the same person is decided one by one."""
OWN_VERBS: Final = ("resident.registered", "caseload.opened", "resident.detail_added", "resident.told_apart")
MOST_TOUCHED_SHOWN: Final = 50


@dataclass(frozen=True)
class Touched:
    """A row whose person has been worked with since."""

    number: int
    resident_id: UUID


def importing_teams(principal: Principal) -> list[Team]:
    """Teams for which this person may bring a list: those that have residents."""
    wanted = principal.team_ids if principal.role in IMPORTING_ROLES else principal.lead_team_ids
    teams = Team.objects.filter(id__in=wanted, ended_at=None).select_related("organisation").order_by("name", "id")
    return [team for team in teams if team.holds_residents]


def may_import(principal: Principal, team_id: UUID) -> bool:
    return any(team.id == team_id for team in importing_teams(principal))


def known_here(principal: Principal) -> Known:
    """What words of a list are looked up in."""
    here = Organisation.objects.filter(place=principal.place_id, ended_at=None, kind="gp_practice")
    practices = [(words, one.id) for one in here for words in (one.ods_code, one.name)]
    lists = choices_of("human-language", "ethnic-category")
    both = {key: [(w, code) for code, word in of.items() for w in (code, word)] for key, of in lists.items()}
    return Known(
        practices=looked_up_by(practices),
        languages=looked_up_by(both["human-language"]),
        ethnic_categories=looked_up_by(both["ethnic-category"]),
    )


def allowed_for(row: ResidentImportRow) -> tuple[ImportDecision, ...]:
    """What may be decided about this row: to join, there has to be somebody; nobody is registered under a number that
    somebody has."""
    allowed = ALLOWED.get(row.verdict, ())
    numbers = {one["nhs_number"] for one in row.candidates} - {""}
    if not row.candidates:
        allowed = tuple(one for one in allowed if one is not ImportDecision.JOIN)
    if row.facts.get("nhs_number") in numbers:
        allowed = tuple(one for one in allowed if one is not ImportDecision.REGISTER)
    return allowed


def verdicts_of(found: ResidentImport) -> dict[str, int]:
    """How many rows have each verdict."""
    return _counted(found, "verdict")


def decisions_of(found: ResidentImport) -> dict[str, int]:
    return _counted(found, "decision")


def outcomes_of(found: ResidentImport) -> dict[str, int]:
    return _counted(found, "outcome")


def _counted(found: ResidentImport, what: str) -> dict[str, int]:
    rows = ResidentImportRow.objects.filter(resident_import=found).order_by()
    return dict(rows.values_list(what).annotate(Count("id")))


def rows_of(found: ResidentImport, verdict: str = "", after: int = 0) -> QuerySet[ResidentImportRow]:
    rows = ResidentImportRow.objects.filter(resident_import=found, number__gt=after)
    return rows.filter(verdict=verdict) if verdict else rows


def seen_among(principal: Principal, resident_ids: Iterable[UUID]) -> set[UUID]:
    seen = Resident.objects.visible_to(principal).filter(id__in=set(resident_ids))
    return set(seen.values_list("id", flat=True))


def restricted_among(resident_ids: Iterable[UUID]) -> set[UUID]:
    """Also of people whom the reader does not see."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM unnest(%s::uuid[]) AS id WHERE app.is_restricted(app.survivor_of(id))", [list(resident_ids)]
        )
        return {row[0] for row in cursor.fetchall()}


def touched_rows(principal: Principal, found: ResidentImport) -> list[Touched]:
    """Rows of what an import has made that somebody has worked with since; a few more than are shown."""
    rows = ResidentImportRow.objects.filter(resident_import=found, outcome__in=WRITTEN).order_by("number")
    touched: list[Touched] = []
    for start in range(0, found.rows_total, 1000):
        some = list(rows[start : start + 1000])
        if not some or len(touched) > MOST_TOUCHED_SHOWN:
            break
        ids = touched_among(principal, some)
        touched += [Touched(row.number, row.resident_id) for row in some if row.resident_id in ids and row.resident_id]
    return touched


WRITTEN: Final = (ImportOutcome.REGISTERED, ImportOutcome.JOINED)


def touched_among(principal: Principal, rows: Sequence[ResidentImportRow]) -> set[UUID]:
    """Whom of these anybody has written about since, other than the import. Whoever is not seen any more counts as one,
    and whoever was named among the people around somebody else.

    Every change writes the audit in its own transaction, so that is what is asked.
    """
    made = {row.resident_id: row for row in rows if row.resident_id and row.outcome == ImportOutcome.REGISTERED}
    since: set[UUID] = (set(made) - seen_among(principal, made)) | _named_by_others(made)
    changes = AuditEntry.objects.filter(kind="change", resident_id__in=list(made))
    for resident_id, verb, at in changes.values_list("resident_id", "verb", "at"):
        done_at = made[resident_id].done_at if resident_id else None
        if resident_id and (done_at is None or at > done_at or verb not in OWN_VERBS):
            since.add(resident_id)
    return since | _entries_touched([row for row in rows if row.outcome == ImportOutcome.JOINED])


def _named_by_others(resident_ids: Iterable[UUID]) -> set[UUID]:
    """Through an owner function: the record in which they are named may be one that the team does not see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.named_by_others(%s::uuid[])", [list(resident_ids)])
        return {row[0] for row in cursor.fetchall()}


def _entries_touched(rows: Sequence[ResidentImportRow]) -> set[UUID]:
    """Of people who were known before only the caseload entry is the import's."""
    made = {row.entry_id: row.resident_id for row in rows if row.entry_id and row.resident_id}
    entries = CaseloadEntry.objects.filter(id__in=list(made))
    changed = entries.filter(Q(version__gt=1) | Q(is_lead=True)).values_list("id", flat=True)
    there = set(entries.values_list("id", flat=True))
    return {made[one] for one in {*changed, *(set(made) - there)}}
