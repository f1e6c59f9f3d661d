"""What a team of volunteers has to do, and what one of them needs to know to do it for one resident (IG-11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q

from careplans.models import Action
from neighbourhoods.identities import Identity
from neighbourhoods.principal import Principal
from neighbourhoods.volunteering import VisitCard, visit_card, visit_names
from referrals.models import Referral

MOST = 50
IN_HAND = ("accepted", "in_progress", "on_hold")


@dataclass(frozen=True)
class VolunteersDay:
    """What is theirs or nobody's yet, of their teams. `asked` waits for an answer, `in_hand` has one."""

    tasks: Sequence[Action]
    asked: Sequence[Referral]
    in_hand: Sequence[Referral]
    people: Mapping[UUID, Identity]


@dataclass(frozen=True)
class Visit:
    card: VisitCard
    tasks: Sequence[Action]
    referrals: Sequence[Referral]


def volunteers_day(principal: Principal) -> VolunteersDay:
    tasks, referrals = _tasks(principal, Q()), _referrals(principal, Q())
    return VolunteersDay(
        tasks=tasks,
        asked=[one for one in referrals if one.status not in IN_HAND],
        in_hand=[one for one in referrals if one.status in IN_HAND],
        people=visit_names(one.resident_id for one in (*tasks, *referrals)),
    )


def visit_to(principal: Principal, resident_id: UUID) -> Visit | None:
    """None for whoever helps somebody else; otherwise the look is written down."""
    card = visit_card(resident_id)
    if card is None:
        return None
    of_resident = Q(resident_id=resident_id)
    return Visit(card, _tasks(principal, of_resident), _referrals(principal, of_resident))


def _tasks(principal: Principal, which: Q) -> list[Action]:
    mine = Q(assigned_to=principal.membership_id) | Q(assigned_to=None)
    ours = Action.objects.visible_to(principal).open().filter(which, mine, accountable_team_id__in=principal.team_ids)
    return list(ours.order_by(F("due_on").asc(nulls_last=True), "created_at", "id")[:MOST])


def _referrals(principal: Principal, which: Q) -> list[Referral]:
    """With our team until there is an outcome."""
    mine = Q(assigned_to=principal.membership_id) | Q(assigned_to=None)
    ours = Referral.objects.visible_to(principal).open().filter(which, mine, to_team_id__in=principal.team_ids)
    ours = ours.filter(status__in=("sent", "received", "info_requested", *IN_HAND))
    return list(
        ours.select_related("service", "from_team", "to_team").order_by("respond_by", "created_at", "id")[:MOST]
    )
