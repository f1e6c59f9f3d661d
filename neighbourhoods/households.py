"""Who lives together, told from links between records and their addresses: no list of households is kept (IG-26)."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from carecoord import clock
from neighbourhoods.around import Around
from neighbourhoods.keys import folded
from neighbourhoods.models import Contact, Resident
from neighbourhoods.principal import Principal


@dataclass(frozen=True)
class Housemate:
    """`resident_id` where the reader sees a record of theirs. `same_address` is None where two addresses cannot be
    compared; `is_said`: somebody wrote down that they live together."""

    name: str
    relationship: str
    resident_id: UUID | None
    is_said: bool
    same_address: bool | None


def household_of(principal: Principal, resident: Resident, found: Around) -> tuple[Housemate, ...]:
    """Whoever is said to live there, here or in their own record, and linked people with the same address, by name.

    Of somebody restricted nobody: it would lead to where they live (IG-20). One statement beside `around`.
    """
    if resident.is_restricted:
        return ()
    mates = {mate.resident_id or mate.name: mate for mate in _of_contacts(resident, found)}
    for contact in _who_names(principal, resident.id):
        other = contact.resident
        same = same_home(resident, other)
        if other.id not in mates and (contact.household_member or (same and contact.household_member is None)):
            mates[other.id] = Housemate(_name(other), "", other.id, bool(contact.household_member), same)
    return tuple(sorted(mates.values(), key=lambda mate: mate.name))


def same_home(one: Resident, other: Resident) -> bool | None:
    """Whether two people have one address; None where one of them has none, or none to be known."""
    mine, theirs = _home(one), _home(other)
    return mine == theirs if mine and theirs else None


def _of_contacts(resident: Resident, found: Around) -> Iterable[Housemate]:
    for contact in found.contacts:
        linked = found.linked.get(contact.resident_link_id) if contact.resident_link_id else None
        same = same_home(resident, linked) if linked else None
        if contact.household_member or (same and contact.household_member is None):
            name = _name(linked) if linked else contact.name
            is_said = bool(contact.household_member)
            yield Housemate(name, contact.relationship, linked.id if linked else None, is_said, same)


def _who_names(principal: Principal, resident_id: UUID) -> Iterable[Contact]:
    """In whose records, of those that the reader sees, this resident stands as a contact."""
    naming = Contact.objects.visible_to(principal).filter(resident_link_id=resident_id)
    still = naming.filter(Q(ends_on=None) | Q(ends_on__gt=clock.today()))
    return still.filter(resident__died_on=None).select_related("resident")


def _home(resident: Resident) -> tuple[str, str] | None:
    if resident.is_restricted or not resident.postcode or not resident.address_lines:
        return None
    return resident.postcode, folded(" ".join(resident.address_lines))


def _name(resident: Resident) -> str:
    return f"{resident.given_name} {resident.family_name}"
