"""What an administrator may see and change; everything else is 404. Nothing here is about a resident."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from carecoord import clock
from carecoord.accounts.models import User
from neighbourhoods.models import (
    ApiClient,
    Membership,
    MembershipTeam,
    Neighbourhood,
    Organisation,
    Place,
    Role,
    Service,
    Team,
)
from neighbourhoods.principal import Principal
from neighbourhoods.services import administers
from neighbourhoods.web import MemberRequest, for_members

# How long before its last day a sharing agreement is said to end.
ENDS_SOON = timedelta(days=30)
P = ParamSpec("P")
MOST_PEOPLE = 100


WorkOf = Callable[[UUID], Mapping[UUID, int]]
_work_of: list[WorkOf] = []


def count_work(work_of: WorkOf) -> None:
    """Have counted, by team, what somebody still has. Registered by `carecoord.wiring`."""
    _work_of[:] = [work_of]


def work_left(memberships: Iterable[Membership]) -> str:
    """What is still with them, and who could give it on first; empty where nothing is. Access can end all the same."""
    things: Counter[UUID] = Counter()
    for membership in memberships:
        for work_of in _work_of:
            things.update(work_of(membership.id))
    teams = Team.objects.filter(id__in=things).order_by("name")
    left = " ".join(_left_in(team, things[team.id]) for team in teams)
    advice = "Where it can wait, ask the lead to give that on first: Caseload, Who is on duty, What each has."
    return f"{left} {advice}" if left else ""


def _left_in(team: Team, count: int) -> str:
    leads = Membership.objects.live().filter(team_links__team=team, team_links__is_lead=True).order_by("user__name")
    names = " or ".join(leads.values_list("user__name", flat=True)) or "nobody leads it"
    return f"In {team.name} they still have {count} thing{'' if count == 1 else 's'} (lead: {names})."


def for_administrators(
    view: Callable[Concatenate[MemberRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page of the administration; for any other role there is no such page."""

    @wraps(view)
    def guarded(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.principal.role != Role.ADMINISTRATOR:
            raise Http404("Only for administrators")
        return view(request, *args, **kwargs)

    return for_members(guarded)


def administers_place(principal: Principal) -> bool:
    """Whether they are of the partnership, and so make organisations and neighbourhoods."""
    return administers(principal, None)


def place_of(principal: Principal) -> Place:
    return get_object_or_404(Place, organisations=principal.organisation_id)


def neighbourhoods_of(principal: Principal) -> list[Neighbourhood]:
    return list(Neighbourhood.objects.filter(place=place_of(principal)).order_by("name"))


def neighbourhood_of(principal: Principal, neighbourhood_id: UUID | None) -> Neighbourhood | None:
    return next((one for one in neighbourhoods_of(principal) if one.id == neighbourhood_id), None)


def organisations_of(principal: Principal) -> QuerySet[Organisation]:
    own = Organisation.objects.filter(id__in=[principal.organisation_id])
    return Organisation.objects.filter(place__organisations__in=own) if administers_place(principal) else own


def organisation_of(principal: Principal, organisation_id: UUID) -> Organisation:
    return get_object_or_404(organisations_of(principal).select_related("neighbourhood", "place"), id=organisation_id)


def team_of(principal: Principal, team_id: UUID) -> Team:
    teams = Team.objects.filter(organisation__in=organisations_of(principal), ended_at=None)
    return get_object_or_404(teams.select_related("organisation"), id=team_id)


def teams_with_residents(organisation: Organisation) -> list[Team]:
    """Those that an API client can act for."""
    teams = Team.objects.filter(organisation=organisation, ended_at=None).order_by("name")
    return [team for team in teams if team.holds_residents]


def clients_of(principal: Principal) -> QuerySet[ApiClient]:
    """With the organisation of each."""
    return ApiClient.objects.filter(organisation__in=organisations_of(principal)).select_related("organisation")


def agreements_ending(principal: Principal) -> int:
    """How many partner systems are soon shut out because their sharing agreement ends."""
    today = clock.today()
    open_now = clients_of(principal).filter(deactivated_at=None, organisation__ended_at=None)
    return open_now.filter(agreement_ends_on__range=(today, today + ENDS_SOON)).count()


def client_of(principal: Principal, client_id: UUID) -> ApiClient:
    clients = clients_of(principal).select_related("organisation", "client", "default_team")
    return get_object_or_404(clients.prefetch_related("teams"), id=client_id)


def membership_of(principal: Principal, membership_id: UUID) -> Membership:
    memberships = Membership.objects.open_now().filter(organisation__in=organisations_of(principal))
    return get_object_or_404(memberships.select_related("organisation", "user"), id=membership_id)


def person_of(principal: Principal, user_id: UUID) -> User:
    """Somebody who has or had a role in an organisation of theirs."""
    theirs = Membership.objects.filter(user_id=OuterRef("id"), organisation__in=organisations_of(principal))
    return get_object_or_404(User.objects.filter(Exists(theirs), is_service=False), id=user_id)


def counted(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """With `team_count`, `people_count` and `service_count`, each by a statement of its own inside the one."""
    return organisations.annotate(
        team_count=_count(Team.objects.filter(ended_at=None)),
        people_count=_count(Membership.objects.live(), "user_id"),
        service_count=_count(Service.objects.filter(status=Service.Status.ACTIVE)),
    )


def _count(rows: QuerySet[Any], what: str = "id") -> Coalesce:
    mine = rows.filter(organisation_id=OuterRef("id")).order_by().values("organisation_id")
    return Coalesce(Subquery(mine.annotate(n=Count(what, distinct=True)).values("n")), 0, output_field=IntegerField())


def people_of(organisation: Organisation, query: str = "") -> tuple[list[Membership], int]:
    """The first hundred open memberships by name, with their teams, and how many there are."""
    memberships = Membership.objects.open_now().filter(organisation=organisation)
    for word in query.split()[:5]:
        memberships = memberships.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
    links = MembershipTeam.objects.filter(team__ended_at=None).select_related("team").order_by("team__name")
    shown = memberships.select_related("user").prefetch_related(Prefetch("team_links", links))
    return list(shown.order_by("user__name", "user_id", "role")[:MOST_PEOPLE]), memberships.count()


@dataclass(frozen=True)
class RolesOf:
    """A person's open memberships: those that this administrator may change, and how many there are elsewhere."""

    ours: tuple[Membership, ...]
    elsewhere: int


def roles_of(principal: Principal, user: User) -> RolesOf:
    every = list(Membership.objects.open_now().filter(user=user).select_related("organisation").order_by("created_at"))
    ours = set(_ids(organisations_of(principal)))
    mine = tuple(membership for membership in every if membership.organisation_id in ours)
    return RolesOf(mine, len(every) - len(mine))


def _ids(organisations: QuerySet[Organisation]) -> Iterable[UUID]:
    return organisations.values_list("id", flat=True)
