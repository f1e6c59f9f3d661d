"""All of what my day shows a few of: planned visits and calls, actions, and reviews of plans."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from carecoord import audit
from carecoord.record import due
from carecoord.record.display.due import DueList, actions_list, reviews_list, visits_list
from carecoord.record.forms import DueForm
from carecoord.record.waiting import surroundings
from neighbourhoods.models import Team
from neighbourhoods.web import MemberRequest, for_members


@for_members
def planned_visits(request: MemberRequest) -> HttpResponse:
    form, choice = _asked(request, due.DAYS_OF_VISITS, {due.MINE: "Mine"})
    found = due.planned_visits(request.principal, choice)
    if choice.after and not found.rows:
        choice = replace(choice, after=None)
        found = due.planned_visits(request.principal, choice)
    residents = {one.resident_id for one in found.rows}
    return _show(request, "encounters.listed", residents, form, visits_list(found, choice, form.says(choice)))


@for_members
def due_actions(request: MemberRequest) -> HttpResponse:
    whose = {"": "Mine, and nobody's yet", due.MINE: "Mine", due.EVERYBODYS: "Everybody's in my teams"}
    _teams(request)
    form = DueForm(request.GET, days=due.DAYS_OF_ACTIONS, whose=whose)
    choice = form.choice(_after(request))
    found = due.due_actions(request.principal, choice)
    if choice.after and not found.rows:
        choice = replace(choice, after=None)
        found = due.due_actions(request.principal, choice)
    residents = {one.resident_id for one in found.rows}
    return _show(request, "actions.listed", residents, form, actions_list(found, choice, form.says(choice)))


@for_members
def team_overdue(request: MemberRequest, team_id: UUID) -> HttpResponse:
    """Where an alert about overdue actions leads: everybody's, of all my teams."""
    if all(team.id != team_id for team in _teams(request)):
        raise Http404("No team of yours that has residents")
    return redirect(f"{reverse('due_actions')}?days=overdue&whose={due.EVERYBODYS}")


@for_members
def plan_reviews(request: MemberRequest) -> HttpResponse:
    form, choice = _asked(request, due.DAYS_OF_REVIEWS, {})
    found = due.plan_reviews(request.principal, choice)
    if choice.after and not found.rows:
        choice = replace(choice, after=None)
        found = due.plan_reviews(request.principal, choice)
    residents = {one.resident_id for one in found.rows}
    return _show(request, "plans.listed", residents, form, reviews_list(found, choice, form.says(choice)))


def _asked(request: MemberRequest, days: Mapping[str, str], mine: Mapping[str, str]) -> tuple[DueForm, due.DueChoice]:
    """Of all my teams, of what is `mine`, or of one of several."""
    teams = _teams(request)
    several = {str(team.id): team.name for team in teams} if len(teams) > 1 else {}
    whole = "All my teams" if several else "My whole team"
    form = DueForm(request.GET, days=days, whose={"": whole, **mine, **several})
    return form, form.choice(_after(request))


def _teams(request: MemberRequest) -> tuple[Team, ...]:
    teams = surroundings(request).holding_teams
    if not teams:
        raise Http404("No team of yours that has residents")
    return teams


def _show(request: MemberRequest, verb: str, residents: set[UUID], form: DueForm, shown: DueList) -> HttpResponse:
    if residents:
        audit.looked(verb, by=request.principal, residents=sorted(residents))
    return render(request, "record/due.html", {"form": form, "list": shown})


def _after(request: MemberRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return None
