"""What an upheld objection keeps from the reader's organisation, said where it would stand (IG-16)."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from carecoord.prepared import prepared
from carecoord.ui.components import Notice
from neighbourhoods.emergencies import open_until
from neighbourhoods.models import OrganisationKind
from neighbourhoods.models.sharing import IN_FORCE, PARTS, SharingDecision
from neighbourhoods.principal import Principal

EVERYTHING = "everything"


@prepared
def kept_of(principal: Principal, resident_id: UUID) -> QuerySet[SharingDecision]:
    """What keeps something from this organisation, of a resident whom one sees."""
    kept = SharingDecision.objects.visible_to(principal).in_force_for(principal)
    return kept.filter(resident_id=resident_id).order_by("asked_at", "id")


def kept_parts(
    principal: Principal, resident_id: UUID, known: Iterable[SharingDecision] | None = None
) -> tuple[str, ...]:
    """Which parts are withheld; "" is everything, which an emergency access opens. `known`: what `kept_of` found."""
    found = kept_of(principal, resident_id) if known is None else known
    parts = tuple(dict.fromkeys(one.section for one in found))
    if "" in parts and open_until(principal, resident_id):
        return tuple(part for part in parts if part)
    return parts


def kept_from(principal: Principal, resident_id: UUID, part: str) -> bool:
    return not {"", part}.isdisjoint(kept_parts(principal, resident_id))


def kept_notice(
    principal: Principal,
    resident_id: UUID,
    of: Collection[str] = PARTS,
    known: Iterable[SharingDecision] | None = None,
) -> Notice | None:
    """Nobody takes for empty what is only kept from them."""
    parts = [part for part in kept_parts(principal, resident_id, known) if part in ("", *of)]
    if not parts:
        return None
    listed = ", ".join(PARTS.get(part, EVERYTHING) for part in parts)
    text = "You read what your own organisation wrote. Ask the person, or ring whoever wrote the rest."
    return Notice("amber", f"Withheld from your organisation after an objection: {listed}.", text)


def kept_from_hospital(principal: Principal, resident_id: UUID, hospital_id: UUID | None) -> frozenset[str]:
    """The parts that an objection keeps from a hospital, "" for everything. While nobody knows which one it will be,
    what is kept from any."""
    said = SharingDecision.objects.visible_to(principal).filter(resident_id=resident_id, status__in=IN_FORCE)
    of = Q(organisation_id=hospital_id) if hospital_id else Q(organisation__kind=OrganisationKind.HOSPITAL)
    return frozenset(said.filter(Q(organisation=None) | of).values_list("section", flat=True))


def is_overridden(principal: Principal, resident_id: UUID) -> bool:
    """Whether there is an objection to everything that an emergency access of this person overrides."""
    kept = SharingDecision.objects.visible_to(principal).in_force_for(principal)
    return kept.filter(resident_id=resident_id, section="").exists()
