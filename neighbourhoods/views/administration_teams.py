"""Administration: the teams of an organisation."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from carecoord.ui.components import DefinitionRows, Row
from neighbourhoods import administered
from neighbourhoods.administered import for_administrators
from neighbourhoods.forms.administration import DAYS, TeamForm, team_words
from neighbourhoods.forms.people import ReasonForm
from neighbourhoods.models import Team, TeamKind
from neighbourhoods.principal import Principal
from neighbourhoods.services import change_team, create_team, end_team
from neighbourhoods.views.administration_pages import (
    FormPage,
    attempted,
    back_to_organisation,
    is_stale,
    posted_version,
    show_form,
)
from neighbourhoods.web import MemberRequest


@for_administrators
def admin_new_team(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    organisation = administered.organisation_of(request.principal, organisation_id)
    form = TeamForm(request.POST or None, neighbourhoods=administered.neighbourhoods_of(request.principal), is_new=True)

    def make() -> Team:
        facts = form.facts()
        return create_team(
            by=request.principal,
            organisation=organisation,
            name=facts.name,
            kind=TeamKind(form.cleaned_data["kind"]),
            neighbourhood=administered.neighbourhood_of(request.principal, facts.neighbourhood_id),
            phone=facts.phone,
            out_of_hours=facts.out_of_hours,
            working_days=facts.working_days,
            opens_at=facts.opens_at,
            closes_at=facts.closes_at,
        )

    if made := attempted(form, make):
        messages.success(request, f"{made.name} is a team of {organisation.name} now.")
        return redirect("admin_organisation", organisation.id)
    return show_form(
        request, form, FormPage(f"Add a team to {organisation.name}", "Add team", back_to_organisation(organisation))
    )


@for_administrators
def admin_change_team(request: MemberRequest, team_id: UUID) -> HttpResponse:
    team = _changeable_team(request.principal, team_id)
    form = TeamForm(
        request.POST or None,
        neighbourhoods=administered.neighbourhoods_of(request.principal),
        is_new=False,
        initial=team_words(team),
    )
    changed = attempted(
        form,
        lambda: change_team(by=request.principal, team_id=team.id, version=posted_version(request), facts=form.facts()),
    )
    if changed:
        messages.success(request, "The change is saved.")
        return redirect("admin_organisation", team.organisation_id)
    now = _facts(team) if is_stale(form) else None
    shown = FormPage(
        f"Change {team.name}", "Save", back_to_organisation(team.organisation), version=team.version, now=now
    )
    return show_form(request, form, shown)


@for_administrators
def admin_end_team(request: MemberRequest, team_id: UUID) -> HttpResponse:
    team = _changeable_team(request.principal, team_id)
    form = ReasonForm(request.POST or None)
    ended = attempted(form, lambda: end_team(by=request.principal, team_id=team.id, reason=form.cleaned_data["reason"]))
    if ended:
        messages.success(request, f"{team.name} is ended.")
        return redirect("admin_organisation", team.organisation_id)
    sentence = "Nobody can be referred or handed over to it any more. A team that still has residents cannot be ended."
    shown = FormPage(f"End {team.name}", "End this team", back_to_organisation(team.organisation), sentence, tone="red")
    return show_form(request, form, shown)


team_urls = [
    path("admin/organisations/<uuid:organisation_id>/teams/new/", admin_new_team, name="admin_new_team"),
    path("admin/teams/<uuid:team_id>/", admin_change_team, name="admin_change_team"),
    path("admin/teams/<uuid:team_id>/end/", admin_end_team, name="admin_end_team"),
]


def _changeable_team(principal: Principal, team_id: UUID) -> Team:
    team = administered.team_of(principal, team_id)
    if team.kind in {TeamKind.PRIVACY, TeamKind.ADMINISTRATION}:
        raise Http404("Made with the organisation and ended with it")
    return team


def _facts(team: Team) -> DefinitionRows:
    days = ", ".join(DAYS[day] for day in team.working_days) or "Monday to Friday"
    return DefinitionRows(
        (
            Row("Name", team.name),
            Row("Neighbourhood", team.neighbourhood.name if team.neighbourhood else "The whole place"),
            Row("Phone", team.phone or "Not known"),
            Row("When closed", team.out_of_hours or "Not known"),
            Row("Works", f"{days}, {team.opens_at:%H:%M} to {team.closes_at:%H:%M}"),
        )
    )
