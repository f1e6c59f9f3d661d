"""Moving an open referral to another team, which only an accepted handover does."""

from uuid import UUID

from django.db import transaction

from carecoord.errors import NotYours, RuleError
from carecoord.moves import Side
from neighbourhoods.models import Level, Source, Team
from neighbourhoods.principal import Principal
from neighbourhoods.services import end_relationships, open_relationship
from referrals.models import Referral
from referrals.services.referral_moves import locked, set_clocks, tell, write_event

MOVED_FIELDS = (
    "from_team", "to_team", "accountable_team", "waiting_on", "assigned_to", "assigned_to_name", "respond_by",
    "start_by",
)  # fmt: skip


@transaction.atomic
def transfer_referral(*, by: Principal, referral_id: UUID, to_team_id: UUID) -> Referral:
    """Give the accountable side of an open referral to another team, with what it sees.

    `by` acts for the new team and sees the resident already. Raises NotYours otherwise, RuleError where it has ended.
    """
    referral = locked(by, referral_id)
    if not by.acts_for(to_team_id):
        raise NotYours("Only the team that takes it over can do this.")
    if referral.accountable_team is None:
        raise RuleError(f"{referral.reference} has ended, so it cannot move.")
    if referral.accountable_team_id == to_team_id:
        return referral
    side, giving = _accountable_side(referral), referral.accountable_team
    _put(referral, side, Team.objects.select_related("organisation").get(id=to_team_id))
    write_event(referral, "transfer", referral.status, by=by)
    set_clocks(referral)
    referral.save_changes(*MOVED_FIELDS)
    tell(referral, "transfer", by=by, before=giving.id, after=to_team_id)
    open_relationship(
        resident_id=referral.resident_id,
        team_id=to_team_id,
        level=Level.RECORD,
        source=Source.REFERRAL,
        source_id=referral.id,
        reason=f"Handed over: {referral.service.name}",
    )
    end_relationships(source_id=referral.id, team_id=giving.id)
    return referral


def _accountable_side(referral: Referral) -> Side:
    return Side.GIVER if referral.accountable_team_id == referral.from_team_id else Side.RECEIVER


def _put(referral: Referral, side: Side, team: Team) -> None:
    was = referral.accountable_team_id
    if side is Side.GIVER:
        referral.from_team = team
    else:
        referral.to_team, referral.assigned_to, referral.assigned_to_name = team, None, ""
    if referral.waiting_on_id == was:
        referral.waiting_on = team
    referral.accountable_team = team
