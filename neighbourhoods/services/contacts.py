"""People around a resident. Nobody is overwritten: an end is written, and somebody anew."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError
from neighbourhoods.models import Contact, Resident
from neighbourhoods.principal import Principal
from neighbourhoods.services.locks import locked_resident


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
