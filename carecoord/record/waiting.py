"""How much waits for a person's teams, and where that person stands: one statement, kept for the request."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from careplans.models import Action
from careplans.states import ACTION
from neighbourhoods.encounters import start_of_tomorrow
from neighbourhoods.models import Organisation, Team, TeamKind
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest
from referrals.models import Handover, Referral
from referrals.models.handovers import HandoverQuerySet
from referrals.states import HANDOVER, REFERRAL

# An owner function, whose conditions are those of `referrals_under("waiting", ...)`, `handovers_to_accept`,
# `planned_for_my_teams` and of the states in which items are open: a test compares them.
COUNT_WAITING = "SELECT * FROM app.waiting(%s, %s, %s, %s)"


@dataclass(frozen=True)
class Due:
    """Until which day my actions and my teams' reviews are counted: on my day only."""

    actions_until: date
    reviews_until: date


@dataclass(frozen=True)
class Waiting:
    """`visits` are planned until the end of today. `unowned` is what is open without a team.

    The database refuses that, and the page shows it by counting. `first_...` are the next due of each, a few.
    """

    alerts: int = 0
    referrals: int = 0
    handovers: int = 0
    visits: int = 0
    unowned: int = 0
    actions_due: int = 0
    reviews_due: int = 0
    first_actions: tuple[UUID, ...] = ()
    first_reviews: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """Where a person stands. `teams` are those of the membership that is acted as, by name; name, kind and organisation
    of each are read."""

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


def waiting(request: MemberRequest, due: Due | None = None) -> Waiting:
    return _kept(request, due)[0]


def surroundings(request: MemberRequest) -> Surroundings:
    return _kept(request, None)[1]


def count_waiting(principal: Principal, due: Due | None = None) -> Waiting:
    return _read(principal, due)[0]


def _kept(request: MemberRequest, due: Due | None) -> tuple[Waiting, Surroundings]:
    kept: tuple[Waiting, Surroundings] | None = getattr(request, "around", None)
    if kept is None:
        kept = _read(request.principal, due)
        request.around = kept  # type: ignore[attr-defined]
    return kept


def _read(principal: Principal, due: Due | None) -> tuple[Waiting, Surroundings]:
    """Every page says it, so it is one statement that is there already; it answers for the teams of whoever acts."""
    days = (due.actions_until, due.reviews_until) if due else (None, None)
    with connection.cursor() as cursor:
        cursor.execute(COUNT_WAITING, [start_of_tomorrow(), principal.membership_id, *days])
        row: tuple[Any, ...] = cursor.fetchone() or ()
    alerts, referrals, handovers, visits, unowned, actions_due, reviews_due, *rest = row
    actions, reviews, place_name, has_other_roles, teams = rest
    rows = json.loads(teams) if isinstance(teams, str) else teams
    counted = Waiting(
        alerts=alerts,
        referrals=referrals,
        handovers=handovers,
        visits=visits,
        unowned=unowned,
        actions_due=actions_due,
        reviews_due=reviews_due,
        first_actions=tuple(actions or ()),
        first_reviews=tuple(reviews or ()),
    )
    return counted, Surroundings(place_name or "", tuple(_team(*row) for row in rows), has_other_roles)


def _team(team_id: str, name: str, kind: str, organisation_id: str, organisation_name: str) -> Team:
    """What is not named here is read where somebody asks for it."""
    key = UUID(organisation_id)
    # The values in the order in which the model has its columns, whatever the names stand in.
    team = Team.from_db(connection.alias, ("id", "organisation_id", "name", "kind"), (UUID(team_id), key, name, kind))
    team.organisation = Organisation.from_db(connection.alias, ("id", "name"), (key, organisation_name))
    return team


def handovers_to_accept(principal: Principal) -> HandoverQuerySet:
    mine = Handover.objects.visible_to(principal).filter(to_team_id__in=principal.team_ids)
    return mine.filter(status="offered")


def unowned_of(principal: Principal, resident_id: UUID) -> QuerySet[Any]:
    """What is open for one resident without a team; the database keeps it at none."""
    first, *rest = (rows.filter(resident_id=resident_id).order_by().values("id") for rows in _unowned(principal))
    return first.union(*rest, all=True)


def _unowned(principal: Principal) -> tuple[QuerySet[Any], ...]:
    return (
        _without_a_team(Action.objects.visible_to(principal), ACTION.open_states()),
        # A completed referral is open only until its outcome is read, so it may have no team.
        _without_a_team(Referral.objects.visible_to(principal), REFERRAL.open_states() - {"completed"}),
        _without_a_team(Handover.objects.visible_to(principal), HANDOVER.open_states()),
    )


def _without_a_team(items: QuerySet[Any], open_states: frozenset[str]) -> QuerySet[Any]:
    return items.filter(accountable_team=None, status__in=sorted(open_states))
