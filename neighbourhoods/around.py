"""Who is around a resident: teams with since and why, key workers, and people to ring. Read after the gate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from carecoord import clock
from carecoord.prepared import prepared_together
from neighbourhoods.models import CaseloadEntry, Contact, Level, Relationship, Resident, Source, Team
from neighbourhoods.principal import Principal


@dataclass(frozen=True)
class TeamAround:
    """One team that may open the record, since when, and every cause of it. `entry` where it is on its caseload."""

    team: Team
    since: datetime
    causes: Sequence[str]
    ends_at: datetime | None
    entry: CaseloadEntry | None

    @property
    def is_lead(self) -> bool:
        return bool(self.entry and self.entry.is_lead)


@dataclass(frozen=True)
class Around:
    """`linked` are the records, which the reader sees, of contacts who have one here."""

    teams: Sequence[TeamAround]
    contacts: Sequence[Contact]
    linked: Mapping[UUID, Resident] = field(default_factory=dict)

    @property
    def lead(self) -> TeamAround | None:
        return next((one for one in self.teams if one.is_lead), None)


def around(principal: Principal, resident_id: UUID) -> Around:
    """The lead team first, then teams with a caseload entry, then the others; one statement, and one more where a
    contact has a record here."""
    found = around_of(*_around(principal, resident_id))
    links = [contact.resident_link_id for contact in found.contacts if contact.resident_link_id]
    return replace(found, linked=Resident.objects.visible_to(principal).in_bulk(links)) if links else found


def around_of(
    entries: Iterable[CaseloadEntry], relationships: Iterable[Relationship], contacts: Sequence[Contact]
) -> Around:
    """Their teams come with the relationships."""
    teams = _by_team(relationships, {entry.team_id: entry for entry in entries})
    return Around(
        teams=sorted(teams, key=lambda one: (not one.is_lead, one.entry is None, one.team.name)),
        contacts=contacts,
    )


@prepared_together
def _around(principal: Principal, resident_id: UUID) -> tuple[QuerySet[Any], ...]:
    return (
        _entries(principal, resident_id),
        _relationships(principal, resident_id),
        _contacts(principal, resident_id),
    )


def _entries(principal: Principal, resident_id: UUID) -> QuerySet[CaseloadEntry]:
    entries = CaseloadEntry.objects.visible_to(principal).filter(resident_id=resident_id, ended_at=None)
    return entries.select_related("key_worker__user")


def _relationships(principal: Principal, resident_id: UUID) -> QuerySet[Relationship]:
    open_now = Relationship.objects.visible_to(principal).open_at(clock.now())
    relationships = open_now.filter(resident_id=resident_id, level=Level.RECORD)
    return relationships.select_related("team__organisation").order_by("started_at", "id")


def _contacts(principal: Principal, resident_id: UUID) -> QuerySet[Contact]:
    contacts = Contact.objects.visible_to(principal).filter(resident_id=resident_id)
    still = contacts.filter(Q(ends_on=None) | Q(ends_on__gt=clock.today()))
    still = still.select_related("recorded_by_organisation")
    first = F("rank").asc(nulls_last=True)
    return still.order_by(first, "-is_key_worker", "-is_emergency_contact", "-is_carer", "kind", "name", "id")


def _by_team(relationships: Iterable[Relationship], entries: dict[UUID, CaseloadEntry]) -> list[TeamAround]:
    rows: dict[UUID, list[Relationship]] = {}
    for one in relationships:
        rows.setdefault(one.team_id, []).append(one)
    return [_team(of_team, entries.get(team_id)) for team_id, of_team in rows.items()]


def _team(rows: list[Relationship], entry: CaseloadEntry | None) -> TeamAround:
    lasting = any(row.expires_at is None for row in rows)
    return TeamAround(
        team=rows[0].team,
        since=rows[0].started_at,
        causes=list(dict.fromkeys(_cause(row) for row in rows)),
        ends_at=None if lasting else max(row.expires_at for row in rows if row.expires_at),
        entry=entry,
    )


def _cause(row: Relationship) -> str:
    label = Source(row.source_kind).label
    return f"{label}: {row.reason}" if row.reason and row.reason != label else label
