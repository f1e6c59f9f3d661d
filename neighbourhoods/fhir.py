"""Patient as other systems send it, and for names Organization and Practitioner. CareTeam is in fhir_care_teams.py."""

from collections.abc import Iterable
from datetime import timedelta
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email

from carecoord import clock
from carecoord.fhir.elements import (
    JSON,
    Fault,
    PartialDate,
    address,
    code,
    human_name,
    identifier,
    items,
    known_as,
    partial_date,
    telecom,
    uncut,
    words,
)
from carecoord.fhir.importing import Imported, ImportJob, maps, reference_of
from carecoord.fhir.models import LONGEST_DISPLAY
from carecoord.fhir.reading import Entry
from carecoord.fhir.references import target_of
from carecoord.ids import new_id
from neighbourhoods.fhir_identities import follow_identity, keep_identity
from neighbourhoods.identities import find_identities
from neighbourhoods.keys import words_of
from neighbourhoods.merging.leading import now_of
from neighbourhoods.models import Entry as RecordedEntry
from neighbourhoods.models import Gender, Organisation, Resident, Source
from neighbourhoods.principal import Principal
from neighbourhoods.services import Identity, claim_relationship, register_resident
from neighbourhoods.services.entries import record_entry
from neighbourhoods.services.entry_facts import EntryFacts
from neighbourhoods.values import clean_nhs_number, clean_postcode

NHS_NUMBER = "https://fhir.nhs.uk/id/nhs-number"
ODS_CODE = "https://fhir.nhs.uk/id/ods-organization-code"
LONGEST_LIFE = timedelta(days=131 * 366)
TIME_TO_SORT = timedelta(days=28)


def register_mappings() -> None:
    maps("Organization", write_organization, order=1)
    maps("Practitioner", write_practitioner, order=1)
    maps("Patient", write_patient, order=2)


def subject_of(resource: JSON) -> Iterable[str]:
    return [_reference_to_patient(resource.get("subject"))]


def _reference_to_patient(subject: object) -> str:
    """Where a subject is given by an identifier alone, the same as a reference that searches for it."""
    logical = subject.get("identifier") if isinstance(subject, dict) else None
    if reference_of(subject) or not isinstance(logical, dict):
        return reference_of(subject)
    asked = urlencode({"identifier": f"{words(logical, 'system')}|{words(logical, 'value')}"})
    return f"Patient?{asked}"


def resident_of(job: ImportJob, resource: JSON) -> UUID:
    """The resident that a resource is about. Raises Fault where it names nobody who is known."""
    by, reference = cast("Principal", job.by), _reference_to_patient(resource.get("subject"))
    if not reference:
        raise Fault("it names nobody whom it is about")
    if reference.startswith("#"):
        return _contained_resident(job, resource, reference)
    found = job.resolve(reference, resource)
    known = now_of(found.object_id) if found and found.object_type == "resident" else None
    resident_id = known or _known_by_reference(reference, _display_of(resource.get("subject")))
    if resident_id is None:
        raise Fault("whom it is about is neither in these files nor imported before")
    _join(job, by, resident_id)
    return resident_id


def _display_of(subject: object) -> str:
    return words(subject, "display") if isinstance(subject, dict) else ""


def _known_by_reference(reference: str, called: str) -> UUID | None:
    """Somebody of the place whose NHS number a reference names, whoever brought them here; `called` is their name."""
    target = target_of(reference)
    prefix = f"?{NHS_NUMBER}|"
    if not target or target.kind != "Patient" or target.base or not target.identity.startswith(prefix):
        return None
    return _of_number(target.identity.removeprefix(prefix), called)


def _of_number(number: str, called: str) -> UUID | None:
    """Somebody by number and name: every word of the family name known here stands in `called`.

    Raises Fault where it is another name, or none is said: a number alone never says who somebody is (IG-12).
    """
    found = find_identities(nhs_number=clean_nhs_number(number))
    if not found:
        return None
    known = set(words_of(found[0].family_name))
    if not called:
        raise Fault("its NHS number alone does not say who it is about: add their name, or a Patient with a birth date")
    if not known or not known <= set(words_of(called)):
        raise Fault("its NHS number is known here with another family name")
    return found[0].id


def _contained_resident(job: ImportJob, resource: JSON, reference: str) -> UUID:
    """A Patient inside what is about them: somebody known by number and birth date or name, else a new resident.

    Without a number nobody can tell whether two such are one person, so each is known by what it travels in.
    """
    by, patient = cast("Principal", job.by), job.contained(resource, reference)
    if not patient or patient.get("resourceType") != "Patient":
        raise Fault("whom it is about is not inside it")
    source, kind = job.source_of(resource), f"{resource['resourceType']}.Patient"
    part = uncut(f"{resource['id']}{reference}", 200, "subject")
    before = job.known(source, kind, part)
    if before:
        known = now_of(before.object_id)
        _join(job, by, known)
        return known
    number, born = identifier(patient, NHS_NUMBER), patient.get("birthDate")
    name = human_name(patient)
    resident_id = _of_number(number, name.family if name else "") if number and born is None else None
    if resident_id is None:
        identity = identity_of(job, patient, resource)
        resident_id = _known(identity) or _register(job, identity)
    _join(job, by, resident_id)
    _note_death_without_a_date(by, resident_id, patient)
    job.remember(source, kind, part, Imported("resident", resident_id), "")
    return resident_id


def _register(job: ImportJob, identity: Identity) -> UUID:
    by = cast("Principal", job.by)
    return register_resident(by=by, identity=identity, team_id=job.team_id, source=Source.IMPORT).id


def write_organization(_: ImportJob, entry: Entry, before: Imported | None) -> Imported:
    """One of ours where the ODS code says so, else a name for the people who work there."""
    resource = cast("JSON", entry.resource)
    name = words(resource, "name", LONGEST_DISPLAY)
    ods_code = identifier(resource, ODS_CODE).upper()
    if not (name or ods_code):
        raise Fault("it has neither a name nor an ODS code")
    ours = Organisation.objects.filter(ods_code=ods_code).first() if ods_code else None
    if ours:
        return Imported("organisation", ours.id, ours.name)
    return Imported("name", before.object_id if before else new_id(), name or ods_code)


def write_practitioner(_: ImportJob, entry: Entry, before: Imported | None) -> Imported:
    name = human_name(cast("JSON", entry.resource))
    if name is None:
        raise Fault("it has no name")
    display = uncut(name.full, LONGEST_DISPLAY, "name")
    return Imported("name", before.object_id if before else new_id(), display)


def write_patient(job: ImportJob, entry: Entry, before: Imported | None) -> Imported:
    """A resident of the receiving team; one known here already, by number and birth date, is the same person."""
    resource, by = cast("JSON", entry.resource), cast("Principal", job.by)
    identity = identity_of(job, resource)
    resident_id = now_of(before.object_id) if before else _known(identity) or _register(job, identity)
    _join(job, by, resident_id)
    if before:
        follow_identity(job, entry, resident_id, identity)
    _note_death_without_a_date(by, resident_id, resource)
    made = Imported("resident", resident_id)
    keep_identity(job, entry, made, identity)
    return made


def identity_of(job: ImportJob, resource: JSON, within: JSON | None = None) -> Identity:
    """Who a Patient is. Raises Fault for what no resident can be, ValidationError for a wrong NHS number.

    `within` is what it travels in, where it does.
    """
    name = human_name(resource)
    if name is None:
        raise Fault("it has no name")
    born = partial_date(resource.get("birthDate"), "birthDate")
    died = partial_date(resource.get("deceasedDateTime"), "deceasedDateTime")
    _check_life(born, died)
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
        phone=_phone(job, telecom(resource, "phone")),
        email=_email(job, telecom(resource, "email")),
        gp_practice_id=_gp_practice(job, resource, within or resource),
        died_on=died.day if died and died.is_exact else None,
    )


def _check_life(born: PartialDate | None, died: PartialDate | None) -> None:
    if born and born.day > clock.today():
        raise Fault("birthDate is in the future")
    if born and clock.today() - born.day > LONGEST_LIFE:
        raise Fault("birthDate is more than 130 years ago")
    if died and died.day > clock.today():
        raise Fault("deceasedDateTime is in the future")
    if born and died and died.last < born.day:
        raise Fault("deceasedDateTime is before birthDate")


def _home(lines: tuple[str, ...], postcode: str) -> tuple[tuple[str, ...], str]:
    """A postcode of another country is part of the address; more lines than five are joined into the last."""
    try:
        ours = clean_postcode(postcode) if postcode else ""
    except ValidationError:
        lines, ours = (*lines, postcode), ""
    head, tail = lines[:4], lines[4:]
    return (*head, *((uncut(", ".join(tail), 100, "address"),) if tail else ())), ours


def _phone(job: ImportJob, value: str) -> str:
    """Half a number rings somebody else: what does not fit is left out, and said."""
    if len(value) > 30:
        job.remark("phone is longer than 30 characters and was left out")
        return ""
    return value


def _email(job: ImportJob, value: str) -> str:
    try:
        if value:
            validate_email(value)
            MaxLengthValidator(254)(value)
    except ValidationError:
        job.remark("email is not an address and was left out")
        return ""
    return value


def _gp_practice(job: ImportJob, resource: JSON, within: JSON) -> UUID | None:
    for doctor in items(resource, "generalPractitioner"):
        found = job.resolve(reference_of(doctor), within) if reference_of(doctor) else None
        if found and found.object_type == "organisation":
            return found.object_id
        logical = doctor.get("identifier")
        ods_code = identifier({"identifier": [logical]}, ODS_CODE) if isinstance(logical, dict) else ""
        ours = Organisation.objects.filter(ods_code=ods_code.upper()).first() if ods_code else None
        if ours:
            return ours.id
    return None


def _note_death_without_a_date(by: Principal, resident_id: UUID, resource: JSON) -> None:
    """A year or a month is no day on which somebody died, but all that is known."""
    died = partial_date(resource.get("deceasedDateTime"), "deceasedDateTime")
    text = "Has died; the date is not known"
    if died and not died.is_exact:
        month = f"{died.day:%b-%Y}" if died.day.month == died.last.month else f"{died.day.year}"
        text = f"Has died in {month}; the day is not known"
    elif resource.get("deceasedBoolean") is not True:
        return
    if not RecordedEntry.objects.filter(resident_id=resident_id, text=text, ended_at=None).exists():
        record_entry(by=by, resident_id=resident_id, facts=EntryFacts("alert", text))


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
