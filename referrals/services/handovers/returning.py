"""The end of a temporary handover: out of hours, or cover for leave; by itself, earlier, and its read-back."""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from carecoord import clock
from carecoord.errors import IllegalMove, NotYours, RuleError
from neighbourhoods import gate
from neighbourhoods.models import Resident
from neighbourhoods.principal import Principal
from neighbourhoods.services import end_relationships, open_caseload_entry
from referrals.models import Handover, HandoverItem
from referrals.models.handovers import TEMPORARY_KINDS
from referrals.services.handovers.moving import Moved, give_items, has_open_items, leave
from referrals.services.handovers.steps import (
    STATE_FIELDS,
    locked_handover,
    move,
    receiver_of,
    said,
    tell,
    write_down,
)

log = logging.getLogger(__name__)
BATCH = 200


def return_ended_handovers(*, now: datetime | None = None) -> int:
    """Give back what was handed over for a time that has passed; returns how many handovers ended.

    Runs in a worker, any number at once: each handover is taken by one of them, in a transaction of its own. One that
    fails is logged and left for the next run.
    """
    moment = now or clock.now()
    failed: set[UUID] = set()
    returned = 0
    for _ in range(BATCH):
        outcome = _return_next(moment, failed)
        if outcome is None:
            break
        returned += outcome
    return returned


@transaction.atomic
def end_cover(*, by: Principal, handover_id: UUID, reason: str) -> Handover:
    """End a temporary handover before its end: what it moved goes back now. By either team, which tells the other.

    Raises NotYours, IllegalMove where there is no cover to end, RuleError without a reason.
    """
    handover = locked_handover(by, handover_id)
    if not handover.sides_of(by):
        raise NotYours("Only the two teams of this handover can end its cover.")
    if not handover.is_cover_now:
        raise IllegalMove("There is no cover to end here: it has not begun, or it has ended already.")
    handover.ended_early_why = said(reason, "reason", "Say why the cover ends now.")
    handover.save_changes("ended_early_why")
    if by.acts_for(handover.to_team_id):
        write_down(handover, "ended_early", by, handover.ended_early_why)
    else:
        tell(handover, "ended_early", by, handover.ended_early_why, told_team_id=handover.to_team_id)
    with gate.acting_as(gate.team(receiver_of(handover))) as covering:
        _return(covering, handover.id)
    handover.refresh_from_db(fields=["status", "returned_at", "ended_at", "version"])
    return handover


@transaction.atomic
def read_back_return(*, by: Principal, handover_id: UUID, read_back: Sequence[bool]) -> Handover:
    """The team that has its residents back has read the key items back to whoever covered (rule 11).

    Saying it twice changes nothing. Raises NotYours, IllegalMove while the cover lasts, RuleError for an item left.
    """
    handover = locked_handover(by, handover_id)
    if not by.acts_for(handover.return_to_team_id):
        raise NotYours(f"Only {handover.return_to_team or handover.from_team} reads these back.")
    if handover.returned_at is None:
        raise IllegalMove("The cover lasts still. Read back when it has come back to you.")
    if handover.return_read_back_at is not None:
        return handover
    if len(read_back) != len(handover.read_back_items) or not all(read_back):
        raise RuleError("Read every item back first, then tick it.", field="read_back")
    handover.return_read_back_at, handover.return_read_back_by_id = clock.now(), by.membership_id
    handover.save_changes("return_read_back_at", "return_read_back_by")
    write_down(handover, "returned_read_back", by)
    return handover


def _return_next(moment: datetime, failed: set[UUID]) -> bool | None:
    """True for one returned, False for one that failed, None where nothing is left."""
    handover_id: UUID | None = None
    try:
        with transaction.atomic():
            due = Handover.objects.filter(status="accepted", kind__in=TEMPORARY_KINDS, ends_at__lte=moment)
            rows = due.exclude(id__in=failed).select_related("to_team__organisation").order_by("ends_at", "id")
            handover = rows.select_for_update(skip_locked=True, of=("self",)).first()
            if handover is None or handover.to_team is None:
                return None
            handover_id = handover.id
            with gate.acting_as(gate.team(handover.to_team)) as covering:
                _return(covering, handover_id)
            return True
    except Exception as problem:
        if handover_id is None:
            raise
        log.exception("handover %s was not returned: %s", handover_id, type(problem).__name__)
        failed.add(handover_id)
        return False


def _return(by: Principal, handover_id: UUID) -> None:
    """As the covering team. Where it has handed the resident on in between, there is nothing to return."""
    handover = locked_handover(by, handover_id)
    move(handover, "close", by)
    handover.returned_at = handover.ended_at = clock.now()
    handover.save_changes(*STATE_FIELDS, "returned_at", "ended_at")
    moved = _give_back(by, handover) if _still_theirs(by, handover) else Moved()
    tell(handover, "returned", by, moved=moved.moved, skipped=moved.skipped)
    _end_cover(by, handover)


def _still_theirs(by: Principal, handover: Handover) -> bool:
    return Resident.objects.visible_to(by).filter(id=handover.resident_id).exists()


def _give_back(by: Principal, handover: Handover) -> Moved:
    """The covering team lets the other one in, which then takes its items itself."""
    back = handover.return_to_team or handover.from_team
    why = f"Returned by {handover.to_team}"
    open_caseload_entry(by=by, resident_id=handover.resident_id, team_id=back.id, reason=why)
    with gate.acting_as(gate.team(back)) as returning:
        items = (
            HandoverItem.objects.select_for_update()
            .visible_to(returning)
            .filter(handover=handover, moved_at__isnull=False)
        )
        return give_items(returning, items, receiver_of(handover).id, back.id)


def _end_cover(by: Principal, handover: Handover) -> None:
    """Last: the covering team lets go, unless it had the resident before, leads, or has begun something of its own."""
    if has_open_items(by, handover.resident_id, receiver_of(handover).id):
        return
    leave(by, handover.resident_id, receiver_of(handover).id, "The cover has ended", since=handover.answered_at)
    end_relationships(source_id=handover.id)
