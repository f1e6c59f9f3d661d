"""What one person of a team holds, and giving it to the next: for who leaves, or is away for long.

Residents whose key worker they are, actions that are theirs to do, referrals they deal with. The team stays accountable
for all of it; only the person changes. Who wrote what in the past stays as it was written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from carecoord import outbox
from carecoord.errors import NotYours, RuleError
from careplans.models import Action
from careplans.services import assign_action
from neighbourhoods import gate
from neighbourhoods.models import CaseloadEntry, Membership, Team
from neighbourhoods.principal import Principal
from neighbourhoods.services import assign_key_worker
from referrals.models import Referral
from referrals.services.referral_answers import assign_referral
from referrals.states import WITH_A_RECEIVER

KEY_WORKER, ACTION, REFERRAL = "key_worker", "action", "referral"
MOST_AT_ONCE = 500
LEFT: Final = "Has left the team"


@dataclass(frozen=True)
class HeldItem:
    """`item_id` is that of the caseload entry, the action or the referral; `due` is a day, where there is one."""

    kind: str
    item_id: UUID
    resident_id: UUID
    title: str
    due: date | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.item_id}"


def held_by(by: Principal, team_id: UUID, membership_id: UUID) -> list[HeldItem]:
    """All that is still with this person in this team: residents, then actions and referrals as they fall due."""
    entries = CaseloadEntry.objects.visible_to(by).filter(team_id=team_id, ended_at=None, key_worker_id=membership_id)
    actions = Action.objects.visible_to(by).open().filter(accountable_team_id=team_id, assigned_to_id=membership_id)
    referrals = Referral.objects.visible_to(by).filter(
        to_team_id=team_id, assigned_to_id=membership_id, status__in=WITH_A_RECEIVER
    )
    return [
        *(
            HeldItem(KEY_WORKER, one.id, one.resident_id, one.reason or "Key worker")
            for one in entries.order_by("sort_name", "id")
        ),
        *(
            HeldItem(ACTION, one.id, one.resident_id, one.title, one.due_on)
            for one in actions.order_by("due_on", "created_at", "id")
        ),
        *(
            HeldItem(REFERRAL, one.id, one.resident_id, f"Referral {one.reference}: {one.service.name}")
            for one in referrals.select_related("service").order_by("respond_by", "id")
        ),
    ]


def work_of(membership_id: UUID) -> dict[UUID, int]:
    """How much is with this person, by team: numbers only, for whoever ends a role and reads no record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT team_id, things FROM app.work_of(%s)", [membership_id])
        return {team_id: int(things) for team_id, things in cursor.fetchall()}


@transaction.atomic
def give_on(*, by: Principal, team_id: UUID, membership_id: UUID, keys: Iterable[str], to_id: UUID, reason: str) -> int:
    """Give these to somebody else of the team, all or none; returns how many.

    By a lead of the team, or whoever has them. Raises NotYours, RuleError with its field. What has ended or moved since
    the page was made is left out.
    """
    if not (by.leads(team_id) or (by.acts_for(team_id) and by.membership_id == membership_id)):
        raise NotYours("Only they themselves or a lead of the team can give on what they have.")
    if to_id == membership_id or not Membership.objects.in_team(team_id).filter(id=to_id).exists():
        raise RuleError("Choose somebody else who is in the team now.", field="to")
    if not reason.strip():
        raise RuleError("Say why it is given on.", field="reason")
    wanted = set(keys)
    items = [item for item in held_by(by, team_id, membership_id) if item.key in wanted]
    if not items:
        raise RuleError("Tick what is to be given on.", field="item")
    _give(by, items, to_id, reason.strip())
    return len(items)


def release_leaver(event: outbox.Event) -> None:
    """Access was ended, or a team taken away: what they had there is nobody's in particular, and the lead is told.

    For workers, once for each message: what has been released is not theirs any more.
    """
    about = Q(id=event.about_id) if event.about_type == "membership" else Q(user_id=event.about_id)
    for membership_id in Membership.objects.filter(about).values_list("id", flat=True):
        for team in _teams_left(membership_id):
            with gate.acting_as(gate.team(team)) as by:
                items = held_by(by, team.id, membership_id)
                _give(by, items, None, LEFT)
            if items:
                outbox.publish("leaver.released", about=("team", team.id), team_id=team.id)


def _teams_left(membership_id: UUID) -> list[Team]:
    """Where something is still theirs, and they are not any more."""
    holding = (
        CaseloadEntry.objects.filter(key_worker_id=membership_id, ended_at=None).values_list("team_id", flat=True),
        Action.objects.open().filter(assigned_to_id=membership_id).values_list("accountable_team_id", flat=True),
        Referral.objects.filter(assigned_to_id=membership_id, status__in=WITH_A_RECEIVER).values_list(
            "to_team_id", flat=True
        ),
    )
    ids = {team_id for teams in holding for team_id in teams if team_id}
    here = Team.objects.filter(memberships__in=Membership.objects.live().filter(id=membership_id))
    still: set[UUID] = set(here.values_list("id", flat=True))
    return list(Team.objects.select_related("organisation").filter(id__in=ids - still).order_by("id"))


def _give(by: Principal, items: Sequence[HeldItem], to_id: UUID | None, reason: str) -> None:
    """Locks in one order everywhere: kind, then id."""
    for item in sorted(items, key=lambda one: (one.kind, one.item_id)):
        GIVING[item.kind](by, item.item_id, to_id, reason)


GIVING: dict[str, Any] = {
    KEY_WORKER: lambda by, item_id, to_id, reason: assign_key_worker(
        by=by, entry_id=item_id, key_worker_id=to_id, reason=reason[:200]
    ),
    ACTION: lambda by, item_id, to_id, reason: assign_action(
        by=by, action_id=item_id, assigned_to_id=to_id, reason=reason
    ),
    REFERRAL: lambda by, item_id, to_id, _: assign_referral(by=by, referral_id=item_id, membership_id=to_id),
}
