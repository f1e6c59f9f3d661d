"""What an accepted handover moves, and what a temporary one moves back when it ends."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from carecoord import clock
from careplans.models import Action
from careplans.services import transfer_action
from neighbourhoods.models import CaseloadEntry, Level, Relationship, Source
from neighbourhoods.principal import Principal
from neighbourhoods.services import (
    end_caseload_entry,
    end_relationships,
    move_lead,
    open_caseload_entry,
    open_relationship,
)
from referrals.models import Handover, HandoverItem, Referral
from referrals.models.handovers import KEEPS_LEAD
from referrals.services.handovers.items import ACTION, REFERRAL
from referrals.services.referrals import transfer_referral

# What a team has because it was responsible. Its own actions, referrals and claims open the record by themselves.
RESPONSIBILITY = (Source.REGISTRATION, Source.CASELOAD, Source.HANDOVER, Source.IMPORT)


@dataclass(frozen=True)
class Moved:
    """Ids of the items that changed hands, and of those that had ended or moved in between."""

    moved: tuple[UUID, ...] = ()
    skipped: tuple[UUID, ...] = ()


def take_responsibility(by: Principal, handover: Handover) -> Moved:
    """Everything that goes with an acceptance, as the receiver. Giving up the giver's own side comes after, last."""
    if handover.to_team is None or handover.to_team_id == handover.from_team_id:
        return Moved()
    open_relationship(
        resident_id=handover.resident_id,
        team_id=handover.to_team.id,
        level=Level.RECORD,
        source=Source.HANDOVER,
        source_id=handover.id,
        reason=f"Handed over by {handover.from_team}",
    )
    entry = open_caseload_entry(
        by=by,
        resident_id=handover.resident_id,
        team_id=handover.to_team.id,
        reason=f"Handed over by {handover.from_team}",
    )
    if handover.kind not in KEEPS_LEAD:
        move_lead(by=by, resident_id=handover.resident_id, from_team_id=handover.from_team_id, to_entry=entry)
    going = HandoverItem.objects.select_for_update().visible_to(by).filter(handover=handover, goes=True)
    moved = give_items(by, going, handover.from_team_id, handover.to_team.id)
    HandoverItem.objects.visible_to(by).filter(handover=handover, item_id__in=moved.moved).update(moved_at=clock.now())
    return moved


def give_items(by: Principal, items: Iterable[HandoverItem], from_team_id: UUID, to_team_id: UUID) -> Moved:
    """Give what is still open with `from_team_id` to the other team. Locks in one order everywhere: kind, then id."""
    moved: list[UUID] = []
    skipped: list[UUID] = []
    for item in sorted(items, key=lambda row: (row.kind, row.item_id)):
        took = _give(by, item, from_team_id, to_team_id)
        (moved if took else skipped).append(item.item_id)
    return Moved(tuple(moved), tuple(skipped))


def give_up(by: Principal, handover: Handover) -> bool:
    """End what the giver has for having been responsible; returns whether it keeps the resident. Do this last.

    It keeps them where it stays involved, where the handover leaves the lead with it, and as long as anything that
    is open for the resident is still its own.
    """
    if handover.to_team_id == handover.from_team_id:
        return True
    end_relationships(source_id=handover.id, team_id=handover.to_team_id, level=Level.CARD)
    if giver_keeps(by, handover):
        return True
    leave(by, handover.resident_id, handover.from_team_id, f"Handed over to {handover.to_team}")
    responsible = Relationship.objects.filter(resident_id=handover.resident_id, team_id=handover.from_team_id)
    responsible.filter(ended_at=None, level=Level.RECORD, source_kind__in=RESPONSIBILITY).update(ended_at=clock.now())
    return False


def giver_keeps(by: Principal, handover: Handover) -> bool:
    if handover.giver_stays_involved or handover.kind in KEEPS_LEAD:
        return True
    return has_open_items(by, handover.resident_id, handover.from_team_id)


def has_open_items(by: Principal, resident_id: UUID, team_id: UUID) -> bool:
    mine = {"resident_id": resident_id, "accountable_team_id": team_id}
    return any(model.objects.visible_to(by).filter(**mine).exists() for model in (Action, Referral, Handover))


def leave(by: Principal, resident_id: UUID, team_id: UUID, reason: str, *, since: Any = None) -> None:
    """Take the resident off the team's caseload, unless it leads; with `since`, only an entry opened then or later."""
    mine = {"resident_id": resident_id, "team_id": team_id, "ended_at": None, "is_lead": False}
    entries = CaseloadEntry.objects.visible_to(by).filter(**mine)
    entry = entries.filter(opened_at__gte=since).first() if since else entries.first()
    if entry:
        end_caseload_entry(by=by, entry=entry, reason=reason[:200])


def _give(by: Principal, item: HandoverItem, from_team_id: UUID, to_team_id: UUID) -> bool:
    model = Action if item.kind == ACTION else Referral
    rows = model.objects.select_for_update().visible_to(by)
    if not rows.filter(id=item.item_id, accountable_team_id=from_team_id).exists():
        return False
    TRANSFERS[item.kind](by, item.item_id, to_team_id)
    return True


TRANSFERS: dict[str, Callable[[Principal, UUID, UUID], object]] = {
    ACTION: lambda by, item_id, team_id: transfer_action(by=by, action_id=item_id, to_team_id=team_id),
    REFERRAL: lambda by, item_id, team_id: transfer_referral(by=by, referral_id=item_id, to_team_id=team_id),
}
