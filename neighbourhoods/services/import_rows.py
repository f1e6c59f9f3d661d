"""Rows of a list written through the ordinary services, and what they made taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError
from neighbourhoods.duplicates import hold_registrations, people_like
from neighbourhoods.importing.people import Facts
from neighbourhoods.imports import touched_among
from neighbourhoods.matching import Match
from neighbourhoods.models import (
    CaseloadEntry,
    ImportDecision,
    ImportOutcome,
    Relationship,
    Resident,
    ResidentDetail,
    ResidentImport,
    ResidentImportRow,
    Source,
    Team,
)
from neighbourhoods.models.residents import NO_WAY_THERE, sort_name
from neighbourhoods.principal import Principal
from neighbourhoods.services.caseloads import open_caseload_entries
from neighbourhoods.services.detail_facts import LOCAL, DetailFacts
from neighbourhoods.services.details import Held, add_first_details
from neighbourhoods.services.residents import Identity, register_residents

REASON: Final = "From a list of people"
TOLD_APART: Final = "Said to be somebody else when a list was reviewed"
NOT_UNDONE: Final = "Somebody has worked with this person since: they stay"
NOBODY: Final = Identity("", "Import undone", birth_date_status="unknown")


def write_rows(by: Principal, found: ResidentImport, rows: Sequence[ResidentImportRow]) -> None:
    """Each row is written or says why not. In the transaction of the caller."""
    new = [row for row in rows if row.decision == ImportDecision.REGISTER]
    facts = {row.number: Facts.from_json(row.facts) for row in rows}
    if new:
        hold_registrations(*{facts[row.number].identity.birth_date for row in new})
    fresh = [row for row in new if _is_still_new(found, row, facts[row.number].identity)]
    _register(by, found, fresh, facts)
    _join(by, [row for row in rows if row.decision == ImportDecision.JOIN])
    written = [row for row in rows if row.resident_id and not row.outcome]
    entries = open_caseload_entries(
        by=by,
        resident_ids=[row.resident_id for row in written if row.resident_id],
        team_id=found.team_id,
        reason=REASON,
    )
    _add_local_ids(by, found, [row for row in written if row.decision == ImportDecision.REGISTER], facts)
    done_at = clock.now()
    for row in rows:
        is_new = row.decision == ImportDecision.REGISTER
        row.outcome = row.outcome or (ImportOutcome.REGISTERED if is_new else ImportOutcome.JOINED)
        row.entry_id = entries[row.resident_id].id if row.resident_id in entries else None
        row.done_at = done_at
    ResidentImportRow.objects.bulk_update(rows, ["outcome", "told", "why", "resident", "entry_id", "done_at"])


def _is_still_new(found: ResidentImport, row: ResidentImportRow, identity: Identity) -> bool:
    """Whether nobody likely has come since the row was read, other than who the reviewer said it is not."""
    likely = [one for one in people_like(identity) if one.is_likely or _has_number(one.match)]
    shown = {one["id"] for one in row.candidates}
    since = [one for one in likely if str(one.known.id) not in shown]
    of_list = ResidentImportRow.objects.filter(resident_import=found, resident_id__in=[one.known.id for one in since])
    from_here = set(of_list.values_list("resident_id", flat=True))
    if any(_has_number(one.match) for one in likely):
        _refuse(row, "Somebody here has this NHS number now: find them, and ask for access")
    elif {one.known.id for one in since} - from_here:
        _refuse(row, "Somebody likely the same was registered since the list was read: find them, or register by hand")
    return not row.outcome


def _has_number(match: Match) -> bool:
    return any(part.name == "number_same" for part in match.parts)


def _refuse(row: ResidentImportRow, sentence: str) -> None:
    row.outcome, row.told = ImportOutcome.REFUSED, sentence[:300]


def _register(by: Principal, found: ResidentImport, rows: Sequence[ResidentImportRow], facts: dict[int, Facts]) -> None:
    """Together; where one of them is refused each by itself, so that it alone stays out."""
    if not rows:
        return
    try:
        with transaction.atomic(), audit.together():
            _registered(by, found, rows, facts)
    except (RuleError, ValidationError) as problem:
        if len(rows) == 1:
            _refuse(rows[0], problem.sentence if isinstance(problem, RuleError) else " ".join(problem.messages))
            return
        for row in rows:
            _register(by, found, [row], facts)


def _registered(
    by: Principal, found: ResidentImport, rows: Sequence[ResidentImportRow], facts: dict[int, Facts]
) -> None:
    identities = [facts[row.number].identity for row in rows]
    made = register_residents(by=by, identities=identities, team_id=found.team_id, source=Source.REGISTRATION)
    for row, resident in zip(rows, made, strict=True):
        if others := [UUID(one["id"]) for one in row.candidates if one["is_likely"]]:
            about = ("resident", resident.id)
            audit.record(
                "resident.told_apart", by=by, resident_id=resident.id, about=about, reason=TOLD_APART, others=others
            )
    for row, resident in zip(rows, made, strict=True):
        row.resident = resident


def _join(by: Principal, rows: Sequence[ResidentImportRow]) -> None:
    seen = {one.id: one for one in Resident.objects.visible_to(by).filter(id__in=[row.joins_id for row in rows])}
    for row in rows:
        if row.joins_id in seen:
            row.resident = seen[row.joins_id]
        else:
            _refuse(row, "Your team does not have this person's record any more")


def _add_local_ids(
    by: Principal, found: ResidentImport, rows: Sequence[ResidentImportRow], facts: dict[int, Facts]
) -> None:
    """Together; where one of the numbers is somebody else's each by itself, so that it alone is left out."""
    numbered = [row for row in rows if row.resident and facts[row.number].local_id]
    if not numbered:
        return
    team = Team.objects.select_related("organisation").get(id=found.team_id)
    assigner = team.organisation.ods_code or team.organisation.name
    said = {
        row.resident.id: DetailFacts(
            "identifier", LOCAL, {"identifier": facts[row.number].local_id, "assigner": assigner}
        )
        for row in numbered
        if row.resident
    }
    try:
        _add_details(by, numbered, said)
    except RuleError:
        for row in numbered:
            _add_if_free(by, row, said)


def _add_if_free(by: Principal, row: ResidentImportRow, said: Mapping[UUID, DetailFacts]) -> None:
    try:
        _add_details(by, [row], said)
    except RuleError as problem:
        row.why = [*row.why, f"The number in your own system was left out: {problem.sentence}"]


def _add_details(by: Principal, rows: Sequence[ResidentImportRow], said: Mapping[UUID, DetailFacts]) -> None:
    residents = [row.resident for row in rows if row.resident]
    add_first_details(by=by, residents=residents, facts=said, held=Held(source="import"))


def take_back(by: Principal, rows: Sequence[ResidentImportRow]) -> None:
    """Whoever was only imported is nobody's and found by nothing afterwards; whoever was worked with stays."""
    touched = touched_among(by, rows)
    for row in rows:
        if row.resident_id in touched:
            row.told = NOT_UNDONE
    taken = [row for row in rows if not row.told]
    _end_entries(by, [row.entry_id for row in taken if row.entry_id])
    _empty(by, [row.resident_id for row in taken if row.resident_id and row.outcome == ImportOutcome.REGISTERED])
    for row in taken:
        row.outcome = ImportOutcome.UNDONE
    ResidentImportRow.objects.bulk_update(rows, ["outcome", "told"])


def _end_entries(by: Principal, entry_ids: Sequence[UUID]) -> None:
    now = clock.now()
    entries = CaseloadEntry.objects.select_for_update().filter(id__in=entry_ids, ended_at=None)
    found = list(entries.values_list("id", "resident_id", "team_id"))
    for entry_id, resident_id, team_id in found:
        audit.record(
            "caseload.ended",
            by=by,
            resident_id=resident_id,
            about=("caseload_entry", entry_id),
            team_id=team_id,
            reason="Import undone",
        )
    ended = CaseloadEntry.objects.filter(id__in=[one[0] for one in found])
    ended.update(ended_at=now, ended_reason="Import undone", is_lead=False, updated_at=now, version=F("version") + 1)
    _end_relationships(source_id__in=[one[0] for one in found])


def _empty(by: Principal, resident_ids: Sequence[UUID]) -> None:
    """Nothing is deleted: the row says nobody, what stood there is a past row, and nobody has a reason to see them.

    It is closed as whoever is restricted is: no card leads there, no claim and no emergency opens it.
    """
    if not resident_ids:
        return
    now = clock.now()
    details = ResidentDetail.objects.filter(resident_id__in=resident_ids, ended_at=None)
    details.update(
        ended_at=now, ended_by_name=by.name, ended_reason="Import undone", updated_at=now, version=F("version") + 1
    )
    audit.record_each("resident.import_undone", by=by, resident_ids=resident_ids, about_type="resident")
    outbox.publish_each("resident.changed", about_type="resident", about_ids=resident_ids)
    nobody: dict[str, Any] = {
        **asdict(NOBODY),
        **NO_WAY_THERE,
        "is_restricted": True,
        "neighbourhood": None,
        "nhs_number": None,
    }
    nobody |= {"nhs_number_status": "07", "search_keys": [], "sort_name": sort_name("Import undone", "")}
    nobody.pop("gp_practice_id")
    residents = Resident.objects.filter(id__in=resident_ids)
    residents.update(**nobody, updated_at=now, version=F("version") + 1)
    # Last, because whoever loses sight of somebody is blind for the rest of the transaction.
    _end_relationships(resident_id__in=resident_ids)


def _end_relationships(**of: Iterable[UUID]) -> None:
    Relationship.objects.filter(ended_at=None, **of).update(ended_at=clock.now())
