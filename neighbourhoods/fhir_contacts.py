"""Contacts that came with a care team: written down, ended and written anew as a changed file says, never deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from carecoord import clock
from carecoord.fhir.elements import JSON
from carecoord.fhir.following import keep, mark, part_id, parts_of
from carecoord.fhir.importing import Imported, ImportJob
from carecoord.fhir.models import ImportedResource
from carecoord.fhir.reading import Entry
from neighbourhoods.fhir_identities import answering_team
from neighbourhoods.models import Contact
from neighbourhoods.principal import Principal
from neighbourhoods.services.contact_facts import ContactFacts
from neighbourhoods.services.contacts import add_contact, end_contact

PARTICIPANT = "CareTeam.participant"
LEFT = "No longer in the care team they came with"
OVER = "The care team they came with is over"


@dataclass(frozen=True)
class Member:
    """Somebody in a care team, for as long as the team and they themselves are said to be in it."""

    name: str
    role: str
    organisation: str
    kind: str
    starts_on: date | None
    ends_on: date | None
    is_over: bool

    @property
    def key(self) -> str:
        """Who it is: another name or another organisation is somebody else to ring."""
        return mark([self.name.casefold(), self.organisation.casefold()])

    @property
    def last_day(self) -> date | None:
        today = clock.today()
        return min(self.ends_on or today, today) if self.is_over else self.ends_on

    @property
    def said(self) -> dict[str, str]:
        return {"role": mark(self.role), "ends_on": mark(self.ends_on), "over": str(self.is_over)}


def follow_members(job: ImportJob, entry: Entry, members: Mapping[str, Member], resident_id: UUID) -> None:
    """Bring the contacts of one care team, or of all that travel in one plan, to what is said now."""
    desk = _Desk(job, entry, cast("JSON", entry.resource), resident_id, cast("Principal", job.by))
    rows = parts_of(job, desk.owner, PARTICIPANT)
    for key, member in sorted(members.items(), key=lambda item: (item[1].name, item[1].role)):
        row = rows.get(key)
        if row is None or "gone" in row.said:
            desk.begin(member)
        elif not member.said.items() <= row.said.items():
            desk.follow(row, member)
    for key, row in rows.items():
        if key not in members and "gone" not in row.said:
            desk.let_go(row)


@dataclass(frozen=True)
class _Desk:
    job: ImportJob
    entry: Entry
    owner: JSON
    resident_id: UUID
    by: Principal

    def begin(self, member: Member) -> None:
        """Somebody new in the team: the contact that is there already, else a new one."""
        known = Contact.objects.visible_to(self.by).filter(resident_id=self.resident_id, name__iexact=member.name)
        same = list(known.filter(organisation_name__iexact=member.organisation).order_by("created_at", "id"))
        there = [contact for contact in same if not _has_ended(contact)] or (same if _is_past(member) else [])
        if there:
            imported = ImportedResource.objects.filter(object_id=there[0].id, resource_type=PARTICIPANT)
            self._keep(member, there[0].id, "import" if imported.filter(said__made="import").exists() else "people")
        else:
            self._keep(member, self._add(member), "import")

    def follow(self, row: ImportedResource, member: Member) -> None:
        """The same person, in another role or until another day. What people ended here stays ended."""
        contact = Contact.objects.select_for_update().visible_to(self.by).get(id=row.object_id)
        contact_id = contact.id
        if row.said.get("made") != "import" or self._is_held_by_others(row):
            pass
        elif _has_ended(contact) and row.said.get("over") != "True" and not _was_to_end(row, contact):
            if not _is_past(member):
                self.job.report.differ(
                    self.entry,
                    "a member changed whom people here have ended: they stay ended",
                    team_id=answering_team(self.job, self.resident_id),
                    resident_id=self.resident_id,
                )
        elif _is_past(member):
            self._end(contact_id, OVER, member.last_day)
        elif _has_ended(contact) or self._needs_writing_anew(row, contact, member):
            self._end(contact_id, "Written anew as their care team says now", None)
            contact_id = self._add(member, starts_on=clock.today())
        elif member.last_day:
            self._end(contact_id, OVER, member.last_day)
        self._keep(member, contact_id, row.said.get("made", "import"))

    def let_go(self, row: ImportedResource) -> None:
        """No longer in the team: ended, unless people wrote them down or another team still has them."""
        if row.said.get("made") == "import" and not self._is_held_by_others(row):
            self._end(row.object_id, LEFT, None)
        ImportedResource.objects.filter(id=row.id).update(said={**row.said, "gone": "yes"})

    def _needs_writing_anew(self, row: ImportedResource, contact: Contact, member: Member) -> bool:
        goes_on = contact.ends_on and (member.ends_on is None or member.ends_on > contact.ends_on)
        return row.said.get("role") != mark(member.role) or bool(goes_on)

    def _is_held_by_others(self, row: ImportedResource) -> bool:
        others = ImportedResource.objects.filter(object_id=row.object_id, resource_type=PARTICIPANT).exclude(id=row.id)
        return any("gone" not in other.said and other.said.get("over") != "True" for other in others)

    def _add(self, member: Member, starts_on: date | None = None) -> UUID:
        facts = ContactFacts(
            kind=member.kind,
            name=member.name,
            relationship=member.role,
            organisation_name=member.organisation,
        )
        last_day = member.last_day
        first_day = starts_on or member.starts_on or min(last_day or clock.today(), clock.today())
        contact = add_contact(
            by=self.by, resident_id=self.resident_id, facts=facts, starts_on=first_day, ends_on=last_day
        )
        return contact.id

    def _end(self, contact_id: UUID, reason: str, last_day: date | None) -> None:
        end_contact(by=self.by, resident_id=self.resident_id, contact_id=contact_id, reason=reason, ends_on=last_day)

    def _keep(self, member: Member, contact_id: UUID, made: str) -> None:
        kept = Imported("contact", contact_id, member.name)
        keep(self.job, self.owner, PARTICIPANT, part_id(self.owner, member.key), kept, {**member.said, "made": made})


def _has_ended(contact: Contact) -> bool:
    return contact.ends_on is not None and contact.ends_on <= clock.today()


def _is_past(member: Member) -> bool:
    last_day = member.last_day
    return last_day is not None and last_day <= clock.today()


def _was_to_end(row: ImportedResource, contact: Contact) -> bool:
    """Whether it ended as the source said that it would."""
    return bool(row.said.get("ends_on") == mark(contact.ends_on))
