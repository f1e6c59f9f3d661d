"""A team's groups of residents whose care runs by a clock, and the list of each, the soonest due first."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from carecoord import audit
from carecoord.ui.components import Link, Pagination
from neighbourhoods.cohorts.worklists import WorklistPage, counts_of_team, packages_of_team, reviews_of_team, worklist
from neighbourhoods.definitions import cohorts
from neighbourhoods.display.worklists import cohort_table, package_table, review_table
from neighbourhoods.models import Team
from neighbourhoods.models.clinical import reads_kind
from neighbourhoods.web import MemberRequest, for_members


@for_members
def team_cohorts(request: MemberRequest, team_id: UUID) -> HttpResponse:
    """How many of whom; nobody is named."""
    team = _team(request, team_id)
    groups = [
        (reverse("team_cohort", args=[team.id, one.key]), one) for one in counts_of_team(request.principal, team.id)
    ]
    context = {"team": team, "groups": groups}
    return render(request, "neighbourhoods/team_cohorts.html", context)


@for_members
def team_cohort(request: MemberRequest, team_id: UUID, key: str) -> HttpResponse:
    team, definition = _team(request, team_id), cohorts().get(key)
    if definition is None or not reads_kind(request.principal, definition.key):
        raise Http404("No such group")
    page = _page(request)
    found = worklist(request.principal, team.id, key, page)
    about = ("team", team.id)
    audit.looked("cohort.viewed", by=request.principal, about=about, residents=[one.resident_id for one in found.rows])
    context = {
        "team": team,
        "definition": definition,
        "table": cohort_table(found.rows, definition) if found.rows else None,
        "pages": _pages(reverse("team_cohort", args=[team.id, key]), page, found),
    }
    return render(request, "neighbourhoods/team_cohort.html", context)


@for_members
def team_reviews(request: MemberRequest, team_id: UUID) -> HttpResponse:
    """What is recorded of those on the caseload, and somebody said that it must be looked at again."""
    team, page = _team(request, team_id), _page(request)
    found = reviews_of_team(request.principal, team.id, page)
    audit.looked(
        "reviews.viewed",
        by=request.principal,
        about=("team", team.id),
        residents=list(dict.fromkeys(one.resident_id for one in found.rows)),
    )
    context = {
        "team": team,
        "table": review_table(found.rows) if found.rows else None,
        "pages": _pages(reverse("team_reviews", args=[team.id]), page, found),
    }
    return render(request, "neighbourhoods/team_reviews.html", context)


@for_members
def team_packages(request: MemberRequest, team_id: UUID) -> HttpResponse:
    team = _team(request, team_id)
    found = packages_of_team(request.principal, team.id)
    audit.looked(
        "packages.viewed",
        by=request.principal,
        about=("team", team.id),
        residents=[one.resident_id for one in found],
    )
    context = {"team": team, "table": package_table(found) if found else None}
    return render(request, "neighbourhoods/team_packages.html", context)


cohort_urls = [
    path("teams/<uuid:team_id>/cohorts/", team_cohorts, name="team_cohorts"),
    path("teams/<uuid:team_id>/cohorts/<slug:key>/", team_cohort, name="team_cohort"),
    path("teams/<uuid:team_id>/reviews/", team_reviews, name="team_reviews"),
    path("teams/<uuid:team_id>/packages/", team_packages, name="team_packages"),
]


def _team(request: MemberRequest, team_id: UUID) -> Team:
    mine = Team.objects.filter(id__in=request.principal.team_ids, ended_at=None)
    team = mine.select_related("organisation").filter(id=team_id).first()
    if team is None or not team.holds_residents:
        raise Http404("No team of yours that has residents")
    return team


def _pages(here: str, page: int, found: WorklistPage) -> Pagination:
    return Pagination(
        previous=Link("Before these", f"{here}?page={page - 1}") if page > 1 else None,
        next=Link("After these", f"{here}?page={page + 1}") if found.has_more else None,
    )


def _page(request: MemberRequest) -> int:
    typed = request.GET.get("page", "1")
    if not (typed.isascii() and typed.isdigit() and 0 < int(typed[:6]) <= 10_000):
        raise Http404("No such page")
    return int(typed[:6])
