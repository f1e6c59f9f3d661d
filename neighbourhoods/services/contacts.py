"""People around a resident, and what stands beside the banner. Nothing is overwritten: it is ended and written anew."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from carecoord import audit, clock, outbox
from carecoord.errors import NotYours, RuleError
from neighbourhoods.models import BannerEntry, Contact, Resident
from neighbourhoods.models.memberships import NON_CLINICAL_ROLES
from neighbourhoods.principal import Principal
from neighbourhoods.services.locks import locked_resident

Kind = BannerEntry.Kind
# What people without a clinical role neither see nor write (IG-10).
CLINICAL_KINDS = frozenset({Kind.ALLERGY, Kind.NO_KNOWN_ALLERGIES, Kind.CPR, Kind.LEGAL, Kind.PROBLEM})
# Of these only one can be true at a time: a new one ends the one before.
SINGLE_KINDS = frozenset({Kind.CPR, Kind.NO_KNOWN_ALLERGIES})
SAYS_IT_ALL = frozenset({Kind.NO_KNOWN_ALLERGIES})


@dataclass(frozen=True)
class ContactFacts:
    """What is known about somebody around a resident (domain.md 2.3)."""

    kind: str
    name: str
    relationship: str = ""
    organisation_name: str = ""
    phone: str = ""
    email: str = ""
    is_carer: bool = False
    is_emergency_contact: bool = False
    is_key_worker: bool = False
    note: str = ""


@transaction.atomic
def add_contact(
    *,
    by: Principal,
    resident_id: UUID,
    facts: ContactFacts,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Contact:
    """Write down somebody to ring, from today unless said otherwise.

    Raises RuleError where somebody of the same name, organisation and phone is there already.
    """
    resident = _locked(by, resident_id)
    same = {"name__iexact": facts.name, "phone": facts.phone, "organisation_name__iexact": facts.organisation_name}
    if _current_contacts(resident_id).filter(**same).exists():
        raise RuleError(f"{facts.name} is there already.", field="name")
    contact = Contact.objects.create(
        resident=resident,
        starts_on=starts_on or clock.today(),
        ends_on=ends_on,
        recorded_by_organisation_id=by.organisation_id,
        **asdict(facts),
    )
    _tell("contact.added", by, resident_id, ("contact", contact.id), kind=facts.kind)
    return contact


@transaction.atomic
def end_contact(
    *, by: Principal, resident_id: UUID, contact_id: UUID, reason: str, ends_on: date | None = None
) -> Contact:
    """No longer somebody to ring, from today or after `ends_on`; what was known stays in the record.

    Ending twice changes nothing, and an end is never put off.
    """
    _locked(by, resident_id)
    contact = Contact.objects.select_for_update().visible_to(by).get(id=contact_id, resident_id=resident_id)
    last_day = max(ends_on or clock.today(), contact.starts_on or date.min)
    if contact.ends_on is None or contact.ends_on > last_day:
        contact.ends_on = last_day
        contact.save_changes("ends_on")
        _tell("contact.ended", by, resident_id, ("contact", contact.id), reason)
    return contact


@transaction.atomic
def record_banner_entry(
    *, by: Principal, resident_id: UUID, kind: str, text: str = "", event_on: date | None = None
) -> BannerEntry:
    """Put an alert, adjustment, allergy, CPR or legal note beside the banner.

    Raises RuleError where it is there already, or where "no known allergies" meets a known one; NotYours for clinical
    kinds from a role that is not clinical. An allergy ends "no known allergies", a CPR decision the one before.
    """
    resident = _locked(by, resident_id)
    _check_entry(by, resident_id, kind, text)
    _end_what_it_replaces(by, resident_id, kind)
    entry = BannerEntry.objects.create(
        resident=resident,
        kind=kind,
        text="" if kind in SAYS_IT_ALL else text,
        event_on=event_on,
        recorded_by_id=by.membership_id,
        recorded_by_organisation_id=by.organisation_id,
    )
    _tell("banner.recorded", by, resident_id, ("banner_entry", entry.id), kind=kind)
    return entry


@transaction.atomic
def end_banner_entry(*, by: Principal, resident_id: UUID, entry_id: UUID, reason: str) -> BannerEntry:
    """Take an entry away from the banner; it stays in the record with its dates. Ending twice changes nothing."""
    _locked(by, resident_id)
    entry = BannerEntry.objects.select_for_update().visible_to(by).get(id=entry_id, resident_id=resident_id)
    _require_clinical_role(by, entry.kind)
    if not may_end(by, entry):
        raise NotYours(who_ends(entry))
    if entry.ended_at is None:
        _end_entry(by, entry, reason)
    return entry


def may_end(by: Principal, entry: BannerEntry) -> bool:
    """Each organisation stays controller of what it wrote (IG-38). What says no organisation is everybody's."""
    return entry.recorded_by_organisation_id in (None, by.organisation_id)


def who_ends(entry: BannerEntry) -> str:
    """For whoever may not end it: whom to ask."""
    organisation = entry.recorded_by_organisation
    if organisation is None:
        return "Somebody else has recorded this."
    phone = f" on {organisation.phone}" if organisation.phone else ""
    return f"{organisation.name} recorded this, so only they can end it. Ask them{phone}."


def _check_entry(by: Principal, resident_id: UUID, kind: str, text: str) -> None:
    _require_clinical_role(by, kind)
    if kind not in SAYS_IT_ALL and not text.strip():
        raise RuleError("Say it in words.", field="text")
    current = BannerEntry.objects.filter(resident_id=resident_id, ended_at=None)
    if current.filter(kind=kind, text__iexact=text).exclude(kind__in=SAYS_IT_ALL).exists():
        raise RuleError("This stands beside the banner already.", field="text")
    allergy = current.filter(kind=Kind.ALLERGY).first() if kind == Kind.NO_KNOWN_ALLERGIES else None
    if allergy:
        raise RuleError(f"{allergy.text} is recorded as an allergy: end that first.", field="kind")


def _require_clinical_role(by: Principal, kind: str) -> None:
    if kind in CLINICAL_KINDS and by.role in NON_CLINICAL_ROLES:
        raise NotYours("Your role does not include clinical entries.", field="kind")


def _end_what_it_replaces(by: Principal, resident_id: UUID, kind: str) -> None:
    replaced = {kind} & SINGLE_KINDS or ({Kind.NO_KNOWN_ALLERGIES} if kind == Kind.ALLERGY else set())
    for entry in BannerEntry.objects.select_for_update().filter(
        resident_id=resident_id, kind__in=replaced, ended_at=None
    ):
        _end_entry(by, entry, "Replaced")


def _end_entry(by: Principal, entry: BannerEntry, reason: str) -> None:
    entry.ended_at = clock.now()
    entry.save_changes("ended_at")
    _tell("banner.ended", by, entry.resident_id, ("banner_entry", entry.id), reason, kind=entry.kind)


def _current_contacts(resident_id: UUID) -> QuerySet[Contact]:
    return Contact.objects.filter(resident_id=resident_id, ends_on=None)


def _locked(by: Principal, resident_id: UUID) -> Resident:
    """So that two people cannot write the same thing at once. DoesNotExist where not seen."""
    return locked_resident(by, resident_id)


def _tell(
    verb: str, by: Principal, resident_id: UUID, about: tuple[str, UUID], reason: str = "", **detail: str
) -> None:
    audit.record(verb, by=by, resident_id=resident_id, about=about, reason=reason, **detail)
    outbox.publish(verb, about=about, resident_id=resident_id)
