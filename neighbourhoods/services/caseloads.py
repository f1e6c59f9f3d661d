"""Putting residents on caseloads, and keeping exactly one lead team for whoever has anything open."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from carecoord import audit, clock, outbox
from carecoord.errors import NotYours, RuleError
from carecoord.prepared import add, prepared
from neighbourhoods.models import CaseloadEntry, Level, Membership, Relationship, Resident, Source
from neighbourhoods.principal import Principal
from neighbourhoods.services.locks import held_resident
from neighbourhoods.services.relationships import end_relationships, open_relationship, open_relationships


@transaction.atomic
def open_caseload_entry(
    *,
    by: Principal,
    resident_id: UUID,
    team_id: UUID,
    reason: str = "",
    key_worker_id: UUID | None = None,
    is_lead: bool = False,
) -> CaseloadEntry:
    """Take a resident on; a team that has them already keeps its entry. Gives the team the whole record."""
    entry: CaseloadEntry | None = next(iter(_entry_of(resident_id, team_id)), None)
    if entry:
        return entry
    return _taken_on(by, resident_id, team_id, reason=reason, key_worker_id=key_worker_id, is_lead=is_lead)


@transaction.atomic
def take_on(*, by: Principal, resident_id: UUID, team_id: UUID, reason: str) -> CaseloadEntry:
    """The same by hand, for whoever sees the resident: of two people at once one does, and both have the same entry.

    Raises RuleError where an upheld objection keeps the organisation out of the record.
    """
    held_resident(by, resident_id)
    return open_caseload_entry(by=by, resident_id=resident_id, team_id=team_id, reason=reason)


@transaction.atomic
def open_caseload_entries(
    *, by: Principal, resident_ids: Sequence[UUID], team_id: UUID, reason: str = ""
) -> dict[UUID, CaseloadEntry]:
    """Take many on at once, for whoever sees them; returns the entries made now, by resident."""
    open_now = CaseloadEntry.objects.filter(resident_id__in=resident_ids, team_id=team_id, ended_at=None)
    there = set(open_now.values_list("resident_id", flat=True))
    new = [one for one in dict.fromkeys(resident_ids) if one not in there]
    entries = {one: CaseloadEntry(resident_id=one, team_id=team_id, reason=reason) for one in new}
    open_relationships(
        [
            Relationship(
                resident_id=one, team_id=team_id, level=Level.RECORD, source_kind=Source.CASELOAD, source_id=entry.id
            )
            for one, entry in entries.items()
        ]
    )
    with audit.together():
        for resident_id, entry in entries.items():
            about = ("caseload_entry", entry.id)
            audit.record("caseload.opened", by=by, resident_id=resident_id, about=about, team_id=team_id)
    add(list(entries.values()))
    return entries


@prepared
def _entry_of(resident_id: UUID, team_id: UUID) -> QuerySet[CaseloadEntry]:
    return CaseloadEntry.objects.filter(resident_id=resident_id, team_id=team_id, ended_at=None)


@prepared
def lead_or_own(resident_id: UUID, team_id: UUID) -> QuerySet[CaseloadEntry]:
    """The open entries by which `ensure_lead` decides."""
    theirs = CaseloadEntry.objects.filter(resident_id=resident_id, ended_at=None)
    return theirs.filter(Q(is_lead=True) | Q(team_id=team_id))


def _taken_on(by: Principal, resident_id: UUID, team_id: UUID, **facts: Any) -> CaseloadEntry:
    entry = CaseloadEntry(resident_id=resident_id, team_id=team_id, **facts)
    open_relationship(
        resident_id=resident_id, team_id=team_id, level=Level.RECORD, source=Source.CASELOAD, source_id=entry.id
    )
    add([entry])
    audit.record("caseload.opened", by=by, resident_id=resident_id, about=("caseload_entry", entry.id), team_id=team_id)
    return entry


@transaction.atomic(savepoint=False)
def ensure_lead(
    *, by: Principal, resident_id: UUID, team_id: UUID, known: list[CaseloadEntry] | None = None
) -> CaseloadEntry:
    """The first open item makes its team lead; whoever leads already goes on leading. Returns the lead's entry.

    Whoever writes a first item holds the resident (`held_resident`) before: of two at once, only one is to lead.
    `known`: what `lead_or_own` has found for these two in the same transaction.
    """
    found: list[CaseloadEntry] = lead_or_own(resident_id, team_id) if known is None else known
    lead = next((entry for entry in found if entry.is_lead), None)
    if lead:
        return lead
    if not found:
        return _taken_on(by, resident_id, team_id, is_lead=True)
    entry = found[0]
    entry.is_lead = True
    entry.save_changes("is_lead")
    audit.record("lead.moved", by=by, resident_id=resident_id, about=("caseload_entry", entry.id), team_id=team_id)
    return entry


@transaction.atomic
def move_lead(*, by: Principal, resident_id: UUID, from_team_id: UUID, to_entry: CaseloadEntry) -> bool:
    """Make `to_entry` the lead, where the lead is `from_team` or nobody. Returns whether it is the lead now."""
    lead = (
        CaseloadEntry.objects.select_for_update().filter(resident_id=resident_id, is_lead=True, ended_at=None).first()
    )
    if lead and lead.team_id != from_team_id:
        return lead.id == to_entry.id
    if lead:
        lead.is_lead = False
        lead.save_changes("is_lead")
    to_entry.is_lead = True
    to_entry.save_changes("is_lead")
    audit.record(
        "lead.moved", by=by, resident_id=resident_id, about=("caseload_entry", to_entry.id), team_id=to_entry.team_id
    )
    return True


@transaction.atomic
def end_caseload_entry(*, by: Principal, entry: CaseloadEntry, reason: str) -> None:
    """Take a resident off a caseload, and with it the record, unless another cause still opens it. Do this last.

    Raises RuleError where the team leads and something is open.
    """
    if entry.is_lead:
        # Whoever opens something now is waited for, and whoever comes after finds nobody who leads.
        held_resident(by, entry.resident_id)
    entry = CaseloadEntry.objects.select_for_update().get(id=entry.id)
    if entry.ended_at:
        return
    if entry.is_lead:
        _refuse_orphans(entry)
    entry.ended_at, entry.ended_reason, entry.is_lead = clock.now(), reason, False
    entry.save_changes("ended_at", "ended_reason", "is_lead")
    audit.record(
        "caseload.ended",
        by=by,
        resident_id=entry.resident_id,
        about=("caseload_entry", entry.id),
        team_id=entry.team_id,
        reason=reason,
    )
    end_relationships(source_id=entry.id)


def _refuse_orphans(entry: CaseloadEntry) -> None:
    """The database would refuse it at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.has_open_items(%s)", [entry.resident_id])
        row = cursor.fetchone()
    if row and row[0]:
        called = Resident.objects.get(id=entry.resident_id).called
        raise RuleError(f"{entry.team.name} leads, and something is open for {called}. Hand over first, or finish it.")


@transaction.atomic
def assign_key_worker(*, by: Principal, entry_id: UUID, key_worker_id: UUID | None, reason: str = "") -> CaseloadEntry:
    """Name who holds the plan together, or nobody. For members of the entry's team.

    Raises NotYours for other teams, RuleError where the person is not in the team now.
    """
    entry = CaseloadEntry.objects.select_for_update().visible_to(by).get(id=entry_id)
    if not by.acts_for(entry.team_id):
        raise NotYours("Only the team itself can name its key worker.")
    if key_worker_id and not Membership.objects.in_team(entry.team_id).filter(id=key_worker_id).exists():
        raise RuleError("Choose somebody who is in the team now.", field="key_worker")
    before, entry.key_worker_id = entry.key_worker_id, key_worker_id
    entry.save_changes("key_worker")
    audit.record(
        "key_worker.assigned",
        by=by,
        resident_id=entry.resident_id,
        about=("caseload_entry", entry.id),
        reason=reason,
        before=before,
        after=key_worker_id,
    )
    outbox.publish(
        "key_worker.assigned", about=("caseload_entry", entry.id), team_id=entry.team_id, membership_id=key_worker_id
    )
    return entry
