"""Offering a handover, which fixes what the receiver is shown, and taking the offer back."""

from uuid import UUID

from django.db import IntegrityError, transaction

from carecoord import clock
from carecoord.clock import due_at
from carecoord.errors import NotYours, RuleError
from neighbourhoods.models import Level, Resident, Source
from neighbourhoods.principal import Principal
from neighbourhoods.services import end_relationships, open_relationship
from referrals.allowances import HANDOVER_ACCEPT
from referrals.models import Handover, HandoverItem
from referrals.models.handovers import TEMPORARY_KINDS
from referrals.services.handovers.drafting import ticked
from referrals.services.handovers.items import GivenItem, of_team, open_items_of
from referrals.services.handovers.steps import STATE_FIELDS, is_closed, locked_handover, move, receiver_of, said, tell
from referrals.snapshots import Elsewhere, take_snapshot

OPEN_OFFER = "There is an open offer to this team already: open it."


@transaction.atomic
def offer_handover(*, by: Principal, handover_id: UUID, list_size: int = 1) -> Handover:
    """Offer a draft, as one of `list_size` that are offered together.

    Until the receiver accepts, the giver stays responsible for everything (rule 1).

    Freezes the minimum dataset (rule 18) and the words, team and clock of every item in the snapshot, and lets the
    receiver read that and the resident's identity. Raises RuleError where something must be said first.
    """
    handover = locked_handover(by, handover_id)
    move(handover, "offer", by)
    resident = Resident.objects.visible_to(by).select_related("gp_practice").filter(id=handover.resident_id).first()
    if resident is None:
        raise NotYours("Your team no longer has this resident, so it cannot hand them over.")
    _check_ready(by, handover)
    open_now = open_items_of(by=by, resident_id=resident.id)
    theirs = of_team(open_now, handover.from_team_id)
    goes = ticked(handover)
    _fix_clock(handover)
    elsewhere = [_elsewhere(item) for item in open_now if item.team_id != handover.from_team_id]
    snapshot = take_snapshot(by=by, handover=handover, resident=resident, elsewhere=elsewhere)
    handover.snapshot = snapshot.as_json()
    _save_offer(handover)
    HandoverItem.objects.bulk_create(_item(handover, item, item.ref.key in goes) for item in theirs)
    tell(handover, "offered", by, list_size=list_size, items=len(theirs), accept_by=handover.accept_by)
    if handover.to_team_id and handover.to_team_id != handover.from_team_id:
        open_relationship(
            resident_id=resident.id,
            team_id=handover.to_team_id,
            level=Level.CARD,
            source=Source.HANDOVER,
            source_id=handover.id,
            reason="A handover is offered",
        )
    return handover


@transaction.atomic
def withdraw_handover(*, by: Principal, handover_id: UUID, reason: str) -> Handover:
    """Take a draft or an offer back, for the giver. Nothing has moved; the receiver no longer reads the card."""
    handover = locked_handover(by, handover_id)
    move(handover, "withdraw", by)
    handover.answer_reason = said(reason, "reason", "Say why you withdraw this handover.")
    handover.ended_at = clock.now()
    handover.save_changes(*STATE_FIELDS, "answer_reason", "ended_at")
    tell(handover, "withdrawn", by, handover.answer_reason)
    end_relationships(source_id=handover.id)
    return handover


def _check_ready(by: Principal, handover: Handover) -> None:
    said(handover.situation, "situation", "Say what is going on: the receiver reads it first.", most=10_000)
    receiver = receiver_of(handover)
    if not receiver.holds_residents:
        raise RuleError("Choose a team that has residents.", field="to_team")
    if is_closed(receiver.id):
        raise RuleError(f"{receiver} has been closed. Choose another team.", field="to_team")
    if handover.kind in TEMPORARY_KINDS and (handover.ends_at is None or handover.ends_at <= clock.now()):
        raise RuleError("Say when this cover ends. It must be in the future.", field="ends_at")
    open_offers = Handover.objects.visible_to(by).filter(
        resident_id=handover.resident_id,
        from_team=handover.from_team_id,
        to_team=handover.to_team_id,
        status="offered",
    )
    if open_offers.exists():
        raise RuleError(OPEN_OFFER, field="to_team", code="already_offered")


def _fix_clock(handover: Handover) -> None:
    handover.offered_at = clock.now()
    calendar = receiver_of(handover).calendar
    handover.accept_by = due_at(HANDOVER_ACCEPT[handover.kind], handover.offered_at, calendar)


def _save_offer(handover: Handover) -> None:
    """Two people may offer at once: the unique constraint lets one of them."""
    try:
        with transaction.atomic():
            handover.save_changes(*STATE_FIELDS, "offered_at", "accept_by", "snapshot")
    except IntegrityError as clash:
        if "one_open_offer_between_two_teams" not in str(clash):
            raise
        raise RuleError(OPEN_OFFER, field="to_team", code="already_offered") from clash


def _item(handover: Handover, item: GivenItem, goes: bool) -> HandoverItem:
    return HandoverItem(
        handover=handover,
        kind=item.ref.kind,
        item_id=item.ref.item_id,
        goes=goes,
        title=item.title[:300],
        team_name=item.team_name[:100],
        due_at=item.due_at,
        due_on=item.due_on,
    )


def _elsewhere(item: GivenItem) -> Elsewhere:
    due = item.due_at or item.due_on
    return Elsewhere(item.title, item.team_name, due.isoformat() if due else "")
