"""Where a person stands: place, teams, other roles. One statement, kept for the request."""

from dataclasses import dataclass

from django.db.models import Exists

from neighbourhoods.models import Membership, Team, TeamKind
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest


@dataclass(frozen=True)
class Surroundings:
    """`teams` are those of the membership that is acted as, by name."""

    place_name: str
    teams: tuple[Team, ...]
    has_other_roles: bool

    @property
    def holding_teams(self) -> tuple[Team, ...]:
        """Those that may have residents: not privacy officers, not administrators."""
        return tuple(team for team in self.teams if team.holds_residents)

    @property
    def front_door(self) -> Team | None:
        return next((team for team in self.teams if team.kind == TeamKind.FRONT_DOOR), None)


def surroundings(request: MemberRequest) -> Surroundings:
    kept: Surroundings | None = getattr(request, "surroundings", None)
    if kept is None:
        kept = _read(request.principal)
        request.surroundings = kept  # type: ignore[attr-defined]
    return kept


def _read(principal: Principal) -> Surroundings:
    others = Membership.objects.live().filter(user_id=principal.actor_id)
    if principal.membership_id:
        others = others.exclude(id=principal.membership_id)
    teams = tuple(
        Team.objects.filter(id__in=principal.team_ids)
        .select_related("organisation__place")
        .annotate(has_other_roles=Exists(others))
        .order_by("name", "id")
    )
    if not teams:
        return Surroundings("", (), others.exists())
    return Surroundings(teams[0].organisation.place.name, teams, teams[0].has_other_roles)
