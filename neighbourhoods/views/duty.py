"""A team's rota and who of it is away: for everybody in it to read, for its leads to write."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from carecoord.errors import RuleError
from carecoord.ui import forms
from neighbourhoods.duty import Rota, rota_of
from neighbourhoods.forms.duty import AbsenceForm, TurnForm
from neighbourhoods.models import Absence, DutyTurn, Membership, Team
from neighbourhoods.principal import Principal
from neighbourhoods.services.duty import add_duty_turn, cancel_duty_turn, end_absence, record_absence
from neighbourhoods.web import MemberRequest, for_members


@for_members
def team_duty(request: MemberRequest, team_id: UUID) -> HttpResponse:
    """Who is told of what comes in, now and in the next weeks."""
    by, team = request.principal, _team(request.principal, team_id)
    rota, leads = rota_of(team.id), by.leads(team.id)
    turn = TurnForm(_posted(request, "turn"), prefix="turn", people=rota.members) if leads else None
    away = _away_form(request, rota, leads=leads)
    if turn and turn.is_bound and _made(turn, lambda said: _add_turn(by, team, said)):
        messages.success(request, "The turn is on the rota.")
        return redirect("team_duty", team.id)
    if away and away.is_bound and _made(away, lambda said: _record(by, said)):
        messages.success(request, "Noted. Their alerts go to whoever covers, or else to the rest of the team.")
        return redirect("team_duty", team.id)
    shown = [form for form in (turn, away) if form]
    context = {
        "team": team,
        "rota": rota,
        "turn_form": turn,
        "away_form": away,
        "forms": shown,
        "leads": leads,
        "mine": by.membership_id,
    }
    status = 422 if any(form.errors for form in shown) else 200
    return render(request, "neighbourhoods/team_duty.html", context, status=status)


@require_POST
@for_members
def duty_turn_cancel(request: MemberRequest, turn_id: UUID) -> HttpResponse:
    try:
        turn = cancel_duty_turn(by=request.principal, turn_id=turn_id)
    except DutyTurn.DoesNotExist as problem:
        raise Http404("No turn of your team") from problem
    except RuleError as problem:
        messages.warning(request, problem.sentence)
        return redirect("my_day")
    messages.success(request, "The turn is off the rota.")
    return redirect("team_duty", turn.team_id)


@require_POST
@for_members
def absence_end(request: MemberRequest, team_id: UUID, absence_id: UUID) -> HttpResponse:
    team = _team(request.principal, team_id)
    try:
        end_absence(by=request.principal, absence_id=absence_id)
    except Absence.DoesNotExist as problem:
        raise Http404("Nobody of your team") from problem
    except RuleError as problem:
        messages.warning(request, problem.sentence)
    else:
        messages.success(request, "Noted: not away any more.")
    return redirect("team_duty", team.id)


duty_urls = [
    path("teams/<uuid:team_id>/duty/", team_duty, name="team_duty"),
    path("teams/<uuid:team_id>/duty/absences/<uuid:absence_id>/end/", absence_end, name="absence_end"),
    path("duty/turns/<uuid:turn_id>/cancel/", duty_turn_cancel, name="duty_turn_cancel"),
]


def _team(by: Principal, team_id: UUID) -> Team:
    team = Team.objects.filter(id=team_id, id__in=by.team_ids, ended_at=None).select_related("organisation").first()
    if team is None:
        raise Http404("No team of yours")
    return team


def _posted(request: MemberRequest, prefix: str) -> Any:
    return request.POST if request.method == "POST" and prefix in request.POST else None


def _away_form(request: MemberRequest, rota: Rota, *, leads: bool) -> AbsenceForm | None:
    """Everybody says it of themselves, a lead of anybody."""
    own: list[Membership] = [one for one in rota.members if one.id == request.principal.membership_id]
    people = rota.members if leads else own
    if not people:
        return None
    return AbsenceForm(_posted(request, "away"), prefix="away", people=people, team=rota.members)


def _made(form: forms.Form, make: Callable[[dict[str, Any]], object]) -> bool:
    """Whether it was; else the form says why not, at the field it is about."""
    if not form.is_valid():
        return False
    try:
        make(form.cleaned_data)
    except RuleError as problem:
        form.add_error(problem.field if problem.field in form.fields else None, problem.sentence.rstrip("."))
        return False
    return True


def _add_turn(by: Principal, team: Team, said: dict[str, Any]) -> DutyTurn:
    times = {"starts_at": said["starts_at"], "ends_at": said["ends_at"]}
    return add_duty_turn(by=by, team_id=team.id, membership_id=said["person"], **times)


def _record(by: Principal, said: dict[str, Any]) -> Absence:
    times = {"starts_at": said["starts_at"], "ends_at": said["ends_at"]}
    return record_absence(by=by, membership_id=said["person"], cover_id=said["cover"], **times)
