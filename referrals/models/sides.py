"""What referrals and handovers share: two teams, one of which is accountable while the item is open."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from carecoord.moves import Side
from neighbourhoods.models import ResidentRecord, Team, VisibleQuerySet
from neighbourhoods.models.sharing import REFERRALS, Shared
from neighbourhoods.principal import Principal

PARTNER = "Who it was, where that was no member: a partner's system and its organisation."
M = TypeVar("M", bound=models.Model, covariant=True)


def shared(principal: Principal) -> Q:
    """Not withheld from the organisation, unless one of its own teams is one of the two (IG-16)."""
    return Q(Shared(principal, REFERRALS, teams=["from_team_id", "to_team_id"]))


class TwoSidedQuerySet(VisibleQuerySet[M]):
    """Also shown to its own two teams, whatever their relationship with the resident is or has become."""

    def seen(self, principal: Principal) -> Q:
        mine = Q(from_team_id__in=principal.team_ids) | Q(to_team_id__in=principal.team_ids)
        return mine | (super().seen(principal) & shared(principal))

    def open(self) -> Self:
        return self.filter(accountable_team__isnull=False)


class TwoSided(ResidentRecord):
    """Abstract. `accountable_team` is set exactly while the item is open (CHECK); `waiting_on`: whose move it is."""

    # Each table has an index of both with the id, which is the order of a team's whole list.
    from_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    accountable_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    waiting_on = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True

    def sides_of(self, principal: Principal) -> frozenset[Side]:
        """On which sides `principal` stands, by the teams they act for."""
        sides = {Side.GIVER: self.from_team_id, Side.RECEIVER: self.to_team_id}
        return frozenset(side for side, team_id in sides.items() if team_id in principal.team_ids)

    def team_on(self, side: Side) -> Team | None:
        return {Side.GIVER: self.from_team, Side.RECEIVER: self.to_team}.get(side)
