"""The open items that a handover may move: actions and referrals for which one team is accountable."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from django.db.models import QuerySet

from carecoord.prepared import prepared
from careplans.models import Action
from neighbourhoods.models import Team
from neighbourhoods.principal import Principal
from referrals.models import HandoverItem, Referral

ACTION, REFERRAL = HandoverItem.Kind.ACTION, HandoverItem.Kind.REFERRAL


@dataclass(frozen=True, order=True)
class ItemRef:
    """Which item: `key` is how a form posts it, for example `action:0198...`."""

    kind: str
    item_id: UUID

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.item_id}"

    @classmethod
    def of(cls, key: str) -> Self:
        """Raises ValueError for anything that is no such key."""
        kind, _, item_id = key.partition(":")
        return cls(HandoverItem.Kind(kind).value, UUID(item_id))


@dataclass(frozen=True)
class GivenItem:
    """One open item in words, with the team that is accountable now and its clock (a moment or a day)."""

    ref: ItemRef
    title: str
    team_id: UUID
    team_name: str
    due_at: datetime | None = None
    due_on: date | None = None


def open_items_of(*, by: Principal, resident_id: UUID) -> list[GivenItem]:
    """All that is open for a resident, of every team, as far as `by` may see it: first what is due first.

    Of the same day actions come before referrals, each the oldest first: references are drawn, and order nothing.
    """
    items = [*_actions(by, resident_id), *_referrals(by, resident_id)]
    return sorted(items, key=lambda item: (_day(item) is None, _day(item) or date.max))


def of_team(items: Iterable[GivenItem], team_id: UUID) -> list[GivenItem]:
    return [item for item in items if item.team_id == team_id]


def name_of(team: Team) -> str:
    """A team as other organisations know it: `Ward 7, Aldermoor General`. The organisation is loaded by the caller."""
    return f"{team.name}, {team.organisation.name}"


def _actions(by: Principal, resident_id: UUID) -> list[GivenItem]:
    return [
        GivenItem(ItemRef(ACTION, row.id), row.title, team.id, name_of(team), due_on=row.due_on)
        for row in _open_actions(by, resident_id)
        if (team := row.accountable_team)
    ]


def _referrals(by: Principal, resident_id: UUID) -> list[GivenItem]:
    return [
        GivenItem(ItemRef(REFERRAL, row.id), referral_title(row), team.id, name_of(team), due_at=_limit(row))
        for row in _open_referrals(by, resident_id)
        if (team := row.accountable_team)
    ]


@prepared
def _open_actions(by: Principal, resident_id: UUID) -> QuerySet[Action]:
    rows = Action.objects.visible_to(by).filter(resident_id=resident_id, accountable_team__isnull=False)
    return rows.select_related("accountable_team__organisation").order_by("created_at", "id")


@prepared
def _open_referrals(by: Principal, resident_id: UUID) -> QuerySet[Referral]:
    rows = Referral.objects.visible_to(by).filter(resident_id=resident_id, accountable_team__isnull=False)
    return rows.select_related("accountable_team__organisation", "service").order_by("created_at", "id")


def referral_title(referral: Referral) -> str:
    return f"Referral {referral.reference}: {referral.service.name}"


def _limit(referral: Referral) -> datetime | None:
    """The clock that runs in its state: first for the answer, then for the start, then for the end."""
    if referral.status in {"sent", "received"}:
        return referral.respond_by
    return (referral.start_by if referral.status == "accepted" else None) or referral.complete_by


def _day(item: GivenItem) -> date | None:
    return item.due_on or (item.due_at.date() if item.due_at else None)
