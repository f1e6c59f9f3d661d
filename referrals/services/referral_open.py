"""What leaves a referral in the state it is in: dealing with it, and changing what is asked."""

from uuid import UUID

from django.db import transaction

from carecoord.errors import RuleError, StaleVersion
from neighbourhoods.principal import Principal
from referrals.cards import card_of
from referrals.models import Referral
from referrals.services.referral_drafts import Ask, missing_from
from referrals.services.referral_moves import check_step, locked, set_clocks, tell, write_event


@transaction.atomic
def claim_referral(*, by: Principal, referral_id: UUID) -> Referral:
    """Deal with it oneself, for the receiving team; a second time changes nothing.

    Raises RuleError with code `lost_race` where somebody else deals with it already.
    """
    referral = locked(by, referral_id)
    check_step(referral, "claim", by)
    if _deals_with_it(referral) == (by.membership_id, by.partner_name):
        return referral
    if _deals_with_it(referral) != (None, ""):
        name = referral.assigned_to.user.name if referral.assigned_to else referral.assigned_to_name
        raise RuleError(f"{name} deals with this referral already.", code="lost_race")
    referral.assigned_to_id, referral.assigned_to_name = by.membership_id, by.partner_name
    write_event(referral, "assign", referral.status, by=by)
    referral.save_changes("assigned_to", "assigned_to_name")
    tell(referral, "assign", by=by, after=by.membership_id)
    return referral


@transaction.atomic
def amend_referral(*, by: Principal, referral_id: UUID, ask: Ask, words: str, version: int | None = None) -> Referral:
    """Change what a sent referral asks, for its sender, who says why. The receiver is told and reads the new card.

    A new urgency gives new deadlines, counted from sending as before. Raises RuleError for what would be missing,
    and StaleVersion where `version` is not the one stored.
    """
    referral = locked(by, referral_id)
    check_step(referral, "amend", by)
    if version is not None and version != referral.version:
        raise StaleVersion("Somebody changed this referral while you were typing.", current=referral)
    if not words.strip():
        raise RuleError("Say what you change and why.", field="words")
    for field, sentence in missing_from(ask):
        raise RuleError(f"{sentence}.", field=field)
    changed = sorted(name for name, value in ask.fields().items() if getattr(referral, name) != value)
    if not changed:
        return referral
    for name in changed:
        setattr(referral, name, ask.fields()[name])
    referral.card = card_of(referral, by).as_json()
    write_event(referral, "amend", referral.status, by=by, words=words)
    set_clocks(referral)
    referral.save_changes(*changed, "card", "respond_by", "start_by")
    tell(referral, "amend", by=by, fields=changed)
    return referral


def _deals_with_it(referral: Referral) -> tuple[UUID | None, str]:
    return referral.assigned_to_id, referral.assigned_to_name
