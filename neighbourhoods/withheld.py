"""What an upheld objection keeps from the reader's organisation, said where it would stand (IG-16)."""

from collections.abc import Collection
from uuid import UUID

from carecoord.ui.components import Notice
from neighbourhoods.emergencies import open_until
from neighbourhoods.models.sharing import PARTS, SharingDecision
from neighbourhoods.principal import Principal

EVERYTHING = "everything"


def kept_parts(principal: Principal, resident_id: UUID) -> tuple[str, ...]:
    """What is withheld from this organisation of a resident whom one sees; "" is everything, which an emergency
    access opens."""
    kept = SharingDecision.objects.visible_to(principal).in_force_for(principal).filter(resident_id=resident_id)
    parts = tuple(dict.fromkeys(kept.order_by("asked_at").values_list("section", flat=True)))
    if "" in parts and open_until(principal, resident_id):
        return tuple(part for part in parts if part)
    return parts


def kept_from(principal: Principal, resident_id: UUID, part: str) -> bool:
    return not {"", part}.isdisjoint(kept_parts(principal, resident_id))


def kept_notice(principal: Principal, resident_id: UUID, of: Collection[str]) -> Notice | None:
    """Nobody takes for empty what is only kept from them."""
    parts = [part for part in kept_parts(principal, resident_id) if part in ("", *of)]
    if not parts:
        return None
    listed = ", ".join(PARTS.get(part, EVERYTHING) for part in parts)
    text = "You read what your own organisation wrote. Ask the person, or ring whoever wrote the rest."
    return Notice("amber", f"Withheld from your organisation after an objection: {listed}.", text)


def is_overridden(principal: Principal, resident_id: UUID) -> bool:
    """Whether there is an objection to everything that an emergency access of this person overrides."""
    kept = SharingDecision.objects.visible_to(principal).in_force_for(principal)
    return kept.filter(resident_id=resident_id, section="").exists()
