"""This app's resources as other systems send them: Organization and Practitioner for names, Patient, CareTeam."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from carecoord import clock
from carecoord.fhir.elements import (
    JSON,
    Fault,
    address,
    code,
    concept,
    day_of,
    human_name,
    identifier,
    items,
    known_as,
    partial_date,
    period,
    telecom,
    words,
)
from carecoord.fhir.importing import Imported, ImportJob, maps, reference_of
from carecoord.fhir.reading import Entry
from carecoord.ids import new_id
from neighbourhoods.identities import find_identities
from neighbourhoods.models import BannerEntry, Contact, Gender, Organisation, Resident, Source
from neighbourhoods.principal import Principal
from neighbourhoods.services import Identity, change_resident, claim_relationship, register_resident
from neighbourhoods.services.contacts import ContactFacts, add_contact, record_banner_entry
from neighbourhoods.values import clean_nhs_number, clean_postcode

NHS_NUMBER = "https://fhir.nhs.uk/id/nhs-number"
ODS_CODE = "https://fhir.nhs.uk/id/ods-organization-code"
LONGEST_LIFE = timedelta(days=131 * 366)
TIME_TO_SORT = timedelta(days=28)
CARE_TEAM_STATUS = ("proposed", "active", "suspended", "inactive", "entered-in-error")


def register_mappings() -> None:
    maps("Organization", write_organization, order=1)
    maps("Practitioner", write_practitioner, order=1)
    maps("Patient", write_patient, order=2)
    maps("CareTeam", write_care_team, order=3, needs=needed_by_care_team)


def subject_of(resource: JSON) -> Iterable[str]:
    return [reference_of(resource.get("subject"))]


def needed_by_care_team(resource: JSON) -> Iterable[str]:
    """Whom it is about, and every member, and for whom they act: without them a contact would be lost for ever."""
    participants = items(resource, "participant")
    named = [part.get(name) for part in participants for name in ("member", "onBehalfOf")]
    return [*subject_of(resource), *map(reference_of, [*named, *items(resource, "managingOrganization")])]


def resident_of(job: ImportJob, resource: JSON) -> UUID:
    """The resident that a resource is about. Raises Fault where it names nobody who is known."""
    reference = reference_of(resource.get("subject"))
    if not reference:
        raise Fault("it names nobody whom it is about")
    found = job.resolve(reference, resource)
    if found is None or found.object_type != "resident":
        raise Fault("whom it is about is neither in these files nor imported before")
    return found.object_id


def write_organization(_: ImportJob, entry: Entry, before: Imported | None) -> Imported:
    """One of ours where the ODS code says so, else a name for the people who work there."""
    resource = cast("JSON", entry.resource)
    name = words(resource, "name")
    ods_code = identifier(resource, ODS_CODE).upper()
    if not (name or ods_code):
        raise Fault("it has neither a name nor an ODS code")
    ours = Organisation.objects.filter(ods_code=ods_code).first() if ods_code else None
    if ours:
        return Imported("organisation", ours.id, ours.name)
    return Imported("name", before.object_id if before else new_id(), name[:200] or ods_code)


def write_practitioner(_: ImportJob, entry: Entry, before: Imported | None) -> Imported:
    name = human_name(cast("JSON", entry.resource))
    if name is None:
        raise Fault("it has no name")
    return Imported("name", before.object_id if before else new_id(), name.full[:200])


def write_patient(job: ImportJob, entry: Entry, before: Imported | None) -> Imported:
    """A resident of the receiving team; one known here already, by number and birth date, is the same person."""
    resource, by = cast("JSON", entry.resource), cast("Principal", job.by)
    identity = identity_of(job, resource)
    resident_id = before.object_id if before else _known(identity)
    if before:
        _join(job, by, before.object_id)
        change_resident(by=by, resident_id=before.object_id, identity=identity)
    elif resident_id is None:
        resident_id = register_resident(by=by, identity=identity, team_id=job.team_id, source=Source.IMPORT).id
    else:
        _join(job, by, resident_id)
    _note_death_without_a_date(by, cast("UUID", resident_id), resource)
    return Imported("resident", cast("UUID", resident_id))


def identity_of(job: ImportJob, resource: JSON) -> Identity:
    """Who a Patient is. Raises Fault for what no resident can be, ValidationError for a wrong NHS number."""
    name = human_name(resource)
    if name is None:
        raise Fault("it has no name")
    born = partial_date(resource.get("birthDate"), "birthDate")
    _check_birth(born.day if born else None)
    home, number = address(resource), identifier(resource, NHS_NUMBER)
    lines, postcode = _home(home.lines, home.postcode) if home else ((), "")
    return Identity(
        given_name=name.given,
        family_name=name.family,
        title=name.prefix,
        preferred_name=known_as(resource),
        birth_date=born.day if born else None,
        birth_date_status="unknown" if born is None else "exact" if born.is_exact else "estimated",
        gender=code(resource, "gender", Gender.values, "unknown"),
        nhs_number=clean_nhs_number(number) if number else None,
        address_lines=lines,
        postcode=postcode,
        phone=telecom(resource, "phone")[:30],
        email=_email(telecom(resource, "email")),
        gp_practice_id=_gp_practice(job, resource),
        died_on=_died_on(resource),
    )


def _check_birth(day: date | None) -> None:
    if day and day > clock.today():
        raise Fault("birthDate is in the future")
    if day and clock.today() - day > LONGEST_LIFE:
        raise Fault("birthDate is more than 130 years ago")


def _home(lines: tuple[str, ...], postcode: str) -> tuple[tuple[str, ...], str]:
    """A postcode of another country is part of the address; more lines than five are joined into the last."""
    try:
        ours = clean_postcode(postcode) if postcode else ""
    except ValidationError:
        lines, ours = (*lines, postcode), ""
    head, tail = lines[:4], lines[4:]
    return (*head, *((", ".join(tail)[:100],) if tail else ())), ours


def _email(value: str) -> str:
    try:
        validate_email(value)
    except ValidationError:
        return ""
    return value


def _gp_practice(job: ImportJob, resource: JSON) -> UUID | None:
    for doctor in items(resource, "generalPractitioner"):
        found = job.resolve(reference_of(doctor), resource) if reference_of(doctor) else None
        if found and found.object_type == "organisation":
            return found.object_id
        logical = doctor.get("identifier")
        ods_code = identifier({"identifier": [logical]}, ODS_CODE) if isinstance(logical, dict) else ""
        ours = Organisation.objects.filter(ods_code=ods_code.upper()).first() if ods_code else None
        if ours:
            return ours.id
    return None


def _died_on(resource: JSON) -> date | None:
    day = day_of(resource.get("deceasedDateTime"), "deceasedDateTime")
    if day and day > clock.today():
        raise Fault("deceasedDateTime is in the future")
    return day


def _note_death_without_a_date(by: Principal, resident_id: UUID, resource: JSON) -> None:
    text = "Has died; the date is not known"
    if resource.get("deceasedBoolean") is not True:
        return
    if not BannerEntry.objects.filter(resident_id=resident_id, text=text, ended_at=None).exists():
        record_banner_entry(by=by, resident_id=resident_id, kind=BannerEntry.Kind.ALERT, text=text)


def _known(identity: Identity) -> UUID | None:
    """Somebody of the place with this NHS number. Never the number alone: the birth date must agree (domain.md 2.2)."""
    found = find_identities(nhs_number=identity.nhs_number) if identity.nhs_number else []
    if not found:
        return None
    if identity.birth_date is None or found[0].birth_date != identity.birth_date:
        raise Fault("its NHS number is known here with another date of birth")
    return found[0].id


def _join(job: ImportJob, by: Principal, resident_id: UUID) -> None:
    """Somebody known already: the receiving team claims the record, for as long as sorting may take."""
    if not Resident.objects.visible_to(by).filter(id=resident_id).exists():
        claim_relationship(
            by=by,
            resident_id=resident_id,
            team_id=job.team_id,
            reason="Their record was imported from another system",
            until=clock.now() + TIME_TO_SORT,
        )


@dataclass(frozen=True)
class Participant:
    name: str
    role: str
    organisation: str


def write_care_team(job: ImportJob, entry: Entry, before: Imported | None) -> Imported:
    """The team's members become professional contacts of the resident."""
    resource = cast("JSON", entry.resource)
    resident_id = resident_of(job, resource)
    add_members(job, resource, resident_id, resource)
    return before or Imported("care_team", new_id())


def add_members(job: ImportJob, care_team: JSON, resident_id: UUID, within: JSON) -> None:
    """Contacts for the members of a CareTeam, which may be contained in `within`; the same person once."""
    by = cast("Principal", job.by)
    starts_on, ends_on = period(care_team)
    over = care_team.get("status") in {"inactive", "entered-in-error"}
    code(care_team, "status", CARE_TEAM_STATUS, "active")
    for member in sorted(set(_participants(job, care_team, within)), key=lambda one: (one.name, one.role)):
        known = Contact.objects.filter(resident_id=resident_id, name__iexact=member.name)
        if known.filter(organisation_name__iexact=member.organisation).exists():
            continue
        facts = ContactFacts(
            kind=Contact.Kind.PROFESSIONAL,
            name=member.name[:200],
            relationship=member.role,
            organisation_name=member.organisation,
        )
        last_day = (ends_on or clock.today()) if over else ends_on
        add_contact(by=by, resident_id=resident_id, facts=facts, starts_on=starts_on, ends_on=last_day)


def _participants(job: ImportJob, care_team: JSON, within: JSON) -> Iterable[Participant]:
    managing = next((_name(job, one, within) for one in items(care_team, "managingOrganization")), "")
    for participant in items(care_team, "participant"):
        member = participant.get("member")
        reference = reference_of(member)
        found = job.resolve(reference, within) if reference else None
        if found and found.object_type == "resident":
            continue
        name = _name(job, member, within)
        if name:
            organisation = _name(job, participant.get("onBehalfOf"), within) or managing
            yield Participant(name, concept(participant, "role")[:100], organisation[:150])


def _name(job: ImportJob, reference: object, within: JSON) -> str:
    """What a Reference calls its target: what was imported, what is contained, or its display."""
    if not isinstance(reference, dict):
        return ""
    target = reference_of(reference)
    found = job.resolve(target, within) if target else None
    inside = job.contained(within, target) if target.startswith("#") else None
    named = human_name(inside) if inside and inside.get("resourceType") == "Practitioner" else None
    inner = (named.full if named else words(inside, "name")) if inside else ""
    return (found.display if found else "") or inner or words(reference, "display")
