"""People around a resident. Nobody is taken away: an end is written, and what a change replaces is kept."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError, StaleVersion
from carecoord.prepared import add
from neighbourhoods.identities import Identity, Items, find_by_items
from neighbourhoods.models import Contact, Resident
from neighbourhoods.principal import Principal
from neighbourhoods.services.contact_facts import ContactFacts, checked_contact, nothing_of_their_own
from neighbourhoods.services.locks import locked_resident
from neighbourhoods.services.proxies import end_proxies_of

MAX_NAME = 200


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

    Raises RuleError where somebody of the same name, organisation and phone is there already, or with the field that
    will not do.
    """
    resident = _locked(by, resident_id)
    facts = checked_contact(facts, resident)
    same = {"name__iexact": facts.name, "phone": facts.phone, "organisation_name__iexact": facts.organisation_name}
    if _current_contacts(resident_id).filter(resident_link=None, **same).exists():
        raise RuleError(f"{facts.name} is there already.", field="name")
    contact = _written(by, resident, facts, starts_on=starts_on or clock.today(), ends_on=ends_on)
    _tell("contact.added", by, resident_id, ("contact", contact.id), kind=facts.kind)
    return contact


@transaction.atomic
def link_contact(*, by: Principal, resident_id: UUID, linked_id: UUID, items: Items, facts: ContactFacts) -> Contact:
    """Write down somebody who has a record of their own here, found by `items` as every search finds (IG-12).

    Only what they are to the resident is kept; what they are themselves stands in their own record (IG-26). Raises
    RuleError where the search does not find them, and where they are there already.
    """
    resident = _locked(by, resident_id)
    found = next((one for one in find_by_items(items) if one.id == linked_id), None)
    if found is None:
        raise RuleError("Search again, and choose who it is.", field="linked")
    _check_linked(found, resident)
    name = f"{found.given_name} {found.family_name}"[:MAX_NAME]
    facts = checked_contact(nothing_of_their_own(replace(facts, name=name)), resident)
    contact = _written(by, resident, facts, starts_on=clock.today(), resident_link_id=linked_id)
    _tell("contact.added", by, resident_id, ("contact", contact.id), kind=facts.kind, linked=True)
    return contact


@transaction.atomic
def change_contact(*, by: Principal, resident_id: UUID, contact_id: UUID, version: int, facts: ContactFacts) -> Contact:
    """Say anew what they are to the resident, and how to reach them; who it is stays. What stood there is kept.

    Raises StaleVersion where somebody saved since, RuleError for whoever is no longer somebody to ring.
    """
    resident = _locked(by, resident_id)
    contact = Contact.objects.select_for_update().visible_to(by).get(id=contact_id, resident_id=resident_id)
    if contact.ends_on is not None and contact.ends_on <= clock.today():
        raise RuleError(f"{contact.name} is no longer somebody to ring: add them anew.")
    facts = replace(facts, kind=contact.kind, name=contact.name)
    if contact.resident_link_id:
        facts = nothing_of_their_own(facts)
    stored = checked_contact(facts, resident, contact).stored
    changed = [name for name, value in stored.items() if getattr(contact, name) != value]
    if not changed:
        return contact
    if contact.version != version:
        raise StaleVersion("Somebody changed this while you were typing.", current=contact)
    for name in changed:
        setattr(contact, name, stored[name])
    contact.save_changes(*changed)
    _tell("contact.changed", by, resident_id, ("contact", contact.id), fields=changed)
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
        if last_day <= clock.today():
            end_proxies_of(by, contact)
        _tell("contact.ended", by, resident_id, ("contact", contact.id), reason)
    return contact


def _check_linked(found: Identity, resident: Resident) -> None:
    if found.id == resident.id:
        raise RuleError(f"This is {resident.called}: choose somebody else.", field="linked")
    if found.is_restricted:
        raise RuleError("Nobody is linked to this person: how to reach them is restricted.", field="linked")
    if _current_contacts(resident.id).filter(resident_link_id=found.id).exists():
        raise RuleError(f"{found.called} is there already.", field="linked")


def _written(by: Principal, resident: Resident, facts: ContactFacts, **more: Any) -> Contact:
    """Without RETURNING: of somebody restricted whoever writes it may not read it."""
    contact = Contact(resident=resident, recorded_by_organisation_id=by.organisation_id, **facts.stored, **more)
    add([contact])
    return contact


def _current_contacts(resident_id: UUID) -> QuerySet[Contact]:
    return Contact.objects.filter(resident_id=resident_id, ends_on=None)


def _locked(by: Principal, resident_id: UUID) -> Resident:
    """So that two people cannot write the same thing at once. DoesNotExist where not seen."""
    return locked_resident(by, resident_id)


def _tell(
    verb: str, by: Principal, resident_id: UUID, about: tuple[str, UUID], reason: str = "", **detail: Any
) -> None:
    audit.record(verb, by=by, resident_id=resident_id, about=about, reason=reason, **detail)
    outbox.publish(verb, about=about, resident_id=resident_id)
