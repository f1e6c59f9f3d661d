"""What must be in place before somebody comes home: either side says of each whether it is."""

from uuid import UUID

from django.db import transaction

from carecoord.errors import IllegalMove, NotYours, RuleError
from carecoord.prepared import add
from neighbourhoods.principal import Principal
from referrals.models import Handover, HandoverNeedMark
from referrals.services.handovers.steps import locked_handover, write_down

WHILE = frozenset({"offered", "accepted", "closed"})
"""Also when the handover has closed: what was late is put in place after they have come home."""


@transaction.atomic
def mark_need(*, by: Principal, handover_id: UUID, number: int, is_in_place: bool) -> Handover:
    """Say that a need is in place, or is not after all; saying again what holds changes nothing."""
    handover = locked_handover(by, handover_id)
    if not handover.sides_of(by):
        raise NotYours("Only the two teams of this handover can say what is in place.")
    if handover.status not in WHILE:
        raise IllegalMove("What must be in place is ticked once the handover has been offered, and while it stands.")
    if not 1 <= number <= len(handover.needs):
        raise RuleError("Choose one of the things that must be in place.", field="number")
    said: HandoverNeedMark | None = needs_said(by, handover).get(number)
    if (said.is_in_place if said else False) == is_in_place:
        return handover
    mark = HandoverNeedMark(
        handover=handover,
        number=number,
        is_in_place=is_in_place,
        said_by_id=by.membership_id,
        said_by_name=by.partner_name,
    )
    add([mark])
    write_down(handover, "need_in_place" if is_in_place else "need_not_in_place", by, number=number)
    return handover


def needs_said(by: Principal, handover: Handover) -> dict[int, HandoverNeedMark]:
    """What was said last of each need, by its number."""
    if not handover.needs or handover.offered_at is None:
        return {}
    marks = HandoverNeedMark.objects.visible_to(by).filter(handover=handover)
    return {mark.number: mark for mark in marks.select_related("said_by__user").order_by("created_at", "id")}
