"""CareTeam, by itself or contained in a plan: its members become contacts of the resident, and end as it says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast
from uuid import UUID

from carecoord import clock
from carecoord.fhir.elements import JSON, Fault, code, concept, human_name, items, period, uncut, words
from carecoord.fhir.importing import Imported, ImportJob, maps, reference_of
from carecoord.fhir.models import LONGEST_DISPLAY
from carecoord.fhir.reading import Entry
from carecoord.ids import new_id
from neighbourhoods.fhir import TIME_TO_SORT, resident_of, subject_of
from neighbourhoods.fhir_contacts import Member, follow_members
from neighbourhoods.models import Contact, Level, Relationship, Source
from neighbourhoods.principal import Principal
from neighbourhoods.services import claim_relationship

CARE_TEAM_STATUS = ("proposed", "active", "suspended", "inactive", "entered-in-error")
OVER = frozenset({"inactive", "entered-in-error"})


def register_mappings() -> None:
    maps("CareTeam", write_care_team, order=3, needs=needed_by_care_team)


def needed_by_care_team(resource: JSON) -> Iterable[str]:
    """Whom it is about, and every member, and for whom they act: without them a contact would be lost for ever."""
    participants = items(resource, "participant")
    named = [part.get(name) for part in participants for name in ("member", "onBehalfOf")]
    return [*subject_of(resource), *map(reference_of, [*named, *items(resource, "managingOrganization")])]


def write_care_team(job: ImportJob, entry: Entry, before: Imported | None) -> Imported:
    """The team's members become contacts of the resident; those who have left it end."""
    resource = cast("JSON", entry.resource)
    resident_id = held_resident_of(job, resource)
    write_members(job, entry, [resource], resident_id)
    return before or Imported("care_team", new_id(), words(resource, "name", LONGEST_DISPLAY))


def held_resident_of(job: ImportJob, resource: JSON) -> UUID:
    """The resident it is about, whom the receiving team sees by more than an action that may end on the way."""
    resident_id, by = resident_of(job, resource), cast("Principal", job.by)
    held = Relationship.objects.visible_to(by).open_at(clock.now()).filter(resident_id=resident_id, level=Level.RECORD)
    if not held.filter(team_id__in=by.team_ids).exclude(source_kind=Source.ACTION).exists():
        claim_relationship(
            by=by,
            resident_id=resident_id,
            team_id=job.team_id,
            reason="Their record was imported from another system",
            until=clock.now() + TIME_TO_SORT,
        )
    return resident_id


def write_members(job: ImportJob, entry: Entry, teams: Sequence[JSON], resident_id: UUID) -> None:
    """Contacts for the members of `teams`, all of which are the entry's resource or travel inside it."""
    owner = cast("JSON", entry.resource)
    members: dict[str, Member] = {}
    for team in teams:
        for member in _Team(job, entry, owner, team, resident_id).members():
            known = members.get(member.key)
            members[member.key] = _together(known, member) if known else member
    follow_members(job, entry, members, resident_id)


def _together(one: Member, other: Member) -> Member:
    """The same person twice, in several roles: until the last of them ends."""
    roles = dict.fromkeys(role for role in (*one.role.split(", "), *other.role.split(", ")) if role)
    ends = [one.ends_on, other.ends_on]
    starts = [one.starts_on, other.starts_on]
    return replace(
        one,
        role=uncut(", ".join(roles), 100, "participant.role"),
        starts_on=None if None in starts else min(day for day in starts if day),
        ends_on=None if None in ends else max(day for day in ends if day),
        is_over=one.is_over and other.is_over,
    )


@dataclass(frozen=True)
class _Named:
    """What is known of a member: everything may be empty."""

    name: str = ""
    role: str = ""
    organisation: str = ""
    is_professional: bool = True


@dataclass(frozen=True)
class _Team:
    """One CareTeam being read. `owner` is the resource in which references and contained resources are looked up."""

    job: ImportJob
    entry: Entry
    owner: JSON
    team: JSON
    resident_id: UUID

    def members(self) -> Iterable[Member]:
        is_over = code(self.team, "status", CARE_TEAM_STATUS, "active") in OVER
        starts_on, ends_on = period(self.team)
        managing = next((self._called(one) for one in items(self.team, "managingOrganization")), "")
        for number, participant in enumerate(items(self.team, "participant"), start=1):
            named = self._named(number, participant)
            if named is None:
                continue
            began, left = period(participant)
            yield Member(
                name=uncut(named.name, 200, "participant.member"),
                role=uncut(self._role(participant) or named.role, 100, "participant.role"),
                organisation=uncut(
                    self._called(participant.get("onBehalfOf")) or named.organisation or managing,
                    150,
                    "participant.onBehalfOf",
                ),
                kind=Contact.Kind.PROFESSIONAL if named.is_professional else Contact.Kind.PERSONAL,
                starts_on=began or starts_on,
                ends_on=_earlier(left, ends_on),
                is_over=is_over,
            )

    def _named(self, number: int, participant: JSON) -> _Named | None:
        """Who a participant is; None for the resident. A Fault where nobody can be told from what is there."""
        member = participant.get("member")
        if member is None:
            self.job.report.remark(self.entry, f"participant {number} has no member, so there is nobody to ring")
            return None
        reference = reference_of(member)
        found = self.job.resolve(reference, self.owner) if reference else None
        if found and found.object_type == "resident":
            if found.object_id != self.resident_id:
                self.job.report.remark(self.entry, f"participant {number} is another resident, who is no contact yet")
            return None
        named = self._of_role(reference) or _Named(self._called(member), "", "", not _is_relative(reference))
        named = named if named.name else replace(named, name=words(member, "display"))
        if not named.name:
            raise Fault(f"participant {number} leads to nobody who is known here")
        return named

    def _of_role(self, reference: str) -> _Named | None:
        """A PractitionerRole says who it is, where they work and as what."""
        role = self.job.resource_of(reference, self.owner) if reference else None
        if role is None or role.get("resourceType") != "PractitionerRole":
            return None
        return _Named(
            self._called(role.get("practitioner")), _all(role, "code"), self._called(role.get("organization"))
        )

    def _called(self, reference: object) -> str:
        """What a Reference calls its target: what was imported, what travels with it, or its display."""
        if not isinstance(reference, dict):
            return ""
        target = reference_of(reference)
        found = self.job.resolve(target, self.owner) if target else None
        there = self.job.resource_of(target, self.owner) if target and not found else None
        return (found.display if found else "") or _own_name(there) or words(reference, "display")

    def _role(self, participant: JSON) -> str:
        return _all(participant, "role")


def _own_name(resource: JSON | None) -> str:
    """The name a resource gives itself: only of people who are no listed type, or who travel inside another."""
    if resource is None or resource.get("resourceType") == "Patient":
        return ""
    if isinstance(resource.get("name"), list):
        named = human_name(resource)
        return named.full if named else ""
    return words(resource, "name")


def _is_relative(reference: str) -> bool:
    return "RelatedPerson" in reference.split("/")[-2:]


def _all(parent: JSON, name: str) -> str:
    """Every one of a list of concepts, in words."""
    said = (concept({name: [one]}, name) for one in items(parent, name))
    return ", ".join(dict.fromkeys(text for text in said if text))


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day), default=None)
