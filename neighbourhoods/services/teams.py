"""The teams of an organisation. A team that looks after somebody is never ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError
from carecoord.gathering import remembered
from carecoord.prepared import prepared
from neighbourhoods.models import Membership, MembershipTeam, Neighbourhood, Organisation, Service, Team, TeamKind
from neighbourhoods.principal import Principal
from neighbourhoods.services.organisations import refuse_stale, refuse_taken_name, require_administrator


@remembered
def may_have_residents(team_id: UUID) -> bool:
    """Whether there is such a team, which has not ended and looks after people."""
    return any(team.holds_residents for team in _still_there(team_id))


@remembered
def task_team(team_id: UUID) -> Team | None:
    """The team of this id, which has not ended and can be made responsible for something: volunteers too."""
    return next((team for team in _still_there(team_id) if team.takes_tasks), None)


@prepared
def _still_there(team_id: UUID) -> QuerySet[Team]:
    return Team.objects.filter(id=team_id, ended_at=None)


@transaction.atomic
def create_team(
    *,
    by: Principal,
    organisation: Organisation,
    name: str,
    kind: TeamKind = TeamKind.CARE,
    neighbourhood: Neighbourhood | None = None,
    phone: str = "",
    out_of_hours: str = "",
    working_days: Iterable[int] = (),
    opens_at: time = time(8),
    closes_at: time = time(18),
) -> Team:
    """A team of an organisation. Raises RuleError for a name that is taken, ValidationError for a wrong field."""
    require_administrator(by, organisation)
    refuse_taken_name(Team.objects.filter(organisation=organisation, name=name), "team")
    team = Team(
        organisation=organisation,
        name=name,
        kind=kind,
        neighbourhood=neighbourhood,
        phone=phone,
        out_of_hours=out_of_hours,
        working_days=sorted(working_days),
        opens_at=opens_at,
        closes_at=closes_at,
    )
    team.full_clean()
    team.save(force_insert=True)
    audit.record("team.created", by=by, about=("team", team.id), of=organisation.id)
    outbox.publish("team.created", about=("team", team.id), organisation_id=organisation.id)
    return team


@dataclass(frozen=True)
class TeamFacts:
    """`working_days` counts from Monday as 0; none means Monday to Friday."""

    name: str
    neighbourhood_id: UUID | None = None
    phone: str = ""
    out_of_hours: str = ""
    working_days: tuple[int, ...] = ()
    opens_at: time = time(8)
    closes_at: time = time(18)


@transaction.atomic
def change_team(*, by: Principal, team_id: UUID, version: int, facts: TeamFacts) -> Team:
    """Raises StaleVersion where somebody saved since `version`, else what `create_team` raises. Kinds never change."""
    team = Team.objects.select_for_update(of=("self",)).select_related("organisation").get(id=team_id)
    require_administrator(by, team.organisation)
    refuse_stale(team, version)
    others = Team.objects.filter(organisation_id=team.organisation_id).exclude(id=team.id)
    refuse_taken_name(others.filter(name=facts.name), "team")
    team.name, team.phone, team.out_of_hours = facts.name, facts.phone, facts.out_of_hours
    team.neighbourhood_id = facts.neighbourhood_id
    team.working_days = sorted(facts.working_days)
    team.opens_at, team.closes_at = facts.opens_at, facts.closes_at
    team.full_clean()
    team.save_changes("name", "neighbourhood", "phone", "out_of_hours", "working_days", "opens_at", "closes_at")
    audit.record("team.changed", by=by, about=("team", team.id), of=team.organisation_id)
    return team


@transaction.atomic
def end_team(*, by: Principal, team_id: UUID, reason: str) -> Team:
    """Close a team that has nobody left to look after. Raises RuleError and says what has to be moved first."""
    team = Team.objects.select_for_update(of=("self",)).select_related("organisation").get(id=team_id)
    require_administrator(by, team.organisation)
    if team.ended_at:
        return team
    _refuse_to_end(team)
    team.ended_at = clock.now()
    team.save_changes("ended_at")
    audit.record("team.ended", by=by, about=("team", team.id), of=team.organisation_id, reason=reason)
    outbox.publish("team.ended", about=("team", team.id), organisation_id=team.organisation_id)
    return team


def _refuse_to_end(team: Team) -> None:
    if team.kind not in {TeamKind.CARE, TeamKind.WARD, TeamKind.VOLUNTEERS}:
        raise RuleError(f"{team.name} cannot be ended: every organisation or place needs this team.")
    if held := residents_held(team.id):
        residents = "1 resident" if held == 1 else f"{held} residents"
        raise RuleError(f"{team.name} still has {residents}. Hand them over or end their caseload entries first.")
    if Service.objects.filter(team=team, status=Service.Status.ACTIVE).exists():
        raise RuleError(f"Referrals to a service still go to {team.name}. Close the service first.")
    for membership in _without_another_team(team):
        raise RuleError(f"{membership.user.name} is in no other team. Give them another team or end their role first.")


def _without_another_team(team: Team) -> list[Membership]:
    """Open memberships that have this team and no other live one."""
    elsewhere = MembershipTeam.objects.filter(membership=OuterRef("pk"), team__ended_at=None).exclude(team=team)
    members = Membership.objects.in_team(team.id).select_related("user")
    return list(members.exclude(Exists(elsewhere)).order_by("user__name"))


def residents_held(team_id: UUID) -> int:
    """How many residents a team has open relationships with that do not end by themselves.

    An owner function counts them: administrators see no resident's rows.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.residents_held(%s)", [team_id])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
