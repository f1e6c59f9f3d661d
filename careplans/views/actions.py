"""Adding an action, changing it, ending it, and sorting what came by import."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from carecoord.errors import RuleError, SentAlready
from carecoord.ids import new_id
from carecoord.ui import dates
from carecoord.ui.components import Link, Notice
from carecoord.ui.sent_already import as_another
from careplans import forms, services
from careplans.display.actions import action_page
from careplans.display.doers import doer_choices, doer_names
from careplans.display.doubles import doubles_beside
from careplans.doubles import doubles_of, with_what_is_right
from careplans.feeds import SHOWN, current_plan_of, open_actions_of
from careplans.models import Action, DraftOf, Goal
from careplans.services import Clash, Slot
from careplans.services.goals import GOAL_ENDED
from careplans.states import ACTION
from careplans.views.clashing import Clashing
from careplans.views.common import back_to_plan, page, people_of, refuse
from careplans.views.drafting import Drafting
from neighbourhoods.authors import authors_of, provenance
from neighbourhoods.models import Resident, Team, TeamKind
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@dataclass(frozen=True)
class ActionForms:
    """The forms of an action's page; one that the reader may not use is None."""

    edit: forms.ActionForm | None = None
    moves: forms.MoveForm | None = None
    sort: forms.SortForm | None = None

    @property
    def shown(self) -> list[Any]:
        return [form for form in (self.edit, self.moves, self.sort) if form is not None]

    @property
    def refused(self) -> bool:
        return any(form.errors for form in self.shown)


@for_members
def action_new(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "plan.viewed")
    plan = current_plan_of(request.principal, resident.id)
    teams = _my_teams(request.principal)
    drafting = Drafting(request, Slot(resident.id, DraftOf.ACTION))
    form = drafting.form(
        forms.ActionForm,
        initial={"made": new_id(), "goal": request.GET.get("goal", ""), "team": teams[0][0] if teams else ""},
        people=people_of(*request.principal.team_ids),
        teams=teams,
        goals=_goals(request.principal, resident),
        doers=doer_choices(request.principal, resident),
    )
    notice = None
    if request.method == "POST" and form.is_valid():
        try:
            services.create_action(
                by=request.principal,
                resident_id=resident.id,
                team_id=form.cleaned_data["team"],
                goal_id=form.cleaned_data["goal"],
                care_plan_id=plan.id if plan else None,
                action_id=form.cleaned_data["made"],
                **_facts(form),
            )
        except SentAlready as problem:
            notice = _sent_already(form, problem)
        except RuleError as problem:
            refuse(form, problem)
        else:
            drafting.saved()
            team = dict(teams)[str(form.cleaned_data["team"])]
            messages.success(request, f"The action is saved. {team} is responsible for it.")
            return redirect("care_plan", resident.id)
    drafting.keep()
    context = {"form": form, "notice": notice, "draft": drafting.frame()}
    return page(request, "action_new", resident, context, refused=bool(form.errors))


@for_members
def action_detail(request: MemberRequest, action_id: UUID) -> HttpResponse:
    action, resident = _action(request, action_id)
    drafting = Drafting(request, _slot(action))
    mine = _forms(request.principal, resident, action, drafting)
    form = mine.edit
    if request.method == "POST" and form is None:
        raise Http404("Not for you to change")
    if request.method == "POST" and form and form.is_valid():
        clashing = _clashing(request, resident, action, drafting, form)
        values = _facts(form)
        aside: Mapping[str, str] = {}
        if clashing.is_asked:
            answered = clashing.choose()
            if isinstance(answered, HttpResponse):
                return answered
            values, aside = answered
        try:
            version = form.cleaned_data["version"] or 0
            saved = services.change_action(by=request.principal, action_id=action.id, version=version, **values)
        except Clash as clash:
            drafting.keep()
            return clashing.ask(clash)
        except RuleError as problem:
            refuse(form, problem)
        else:
            clashing.done(saved, aside)
            messages.success(request, "The action is saved.")
            return redirect("care_plan", resident.id)
    drafting.keep()
    return _show(request, resident, action, mine, drafting)


@require_POST
@for_members
def action_move(request: MemberRequest, action_id: UUID) -> HttpResponse:
    """Done, and every other move of the table, for the team that answers for the action."""
    action, resident = _action(request, action_id)
    form = forms.MoveForm(request.POST, verbs=[move.verb for move in ACTION.moves], prefix="move")
    if form.is_valid():
        try:
            moved = services.move_action(by=request.principal, action_id=action.id, **form.cleaned_data)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, _moved_words(moved))
            return back_to_plan(request, resident.id)
    drafting = Drafting(request, _slot(action), is_beside=True)
    mine = _forms(request.principal, resident, action, drafting)
    if mine.moves is None:
        raise Http404("Not for you to move")
    form.offer(mine.moves.offered)
    return _show(request, resident, action, ActionForms(mine.edit, form, mine.sort), drafting)


@require_POST
@for_members
def action_sort(request: MemberRequest, action_id: UUID) -> HttpResponse:
    action, resident = _action(request, action_id)
    drafting = Drafting(request, _slot(action), is_beside=True)
    mine = _forms(request.principal, resident, action, drafting, sort_data=request.POST)
    form = mine.sort
    if form is None:
        raise Http404("Nothing to sort")
    if form.is_valid():
        try:
            services.sort_action(by=request.principal, action_id=action.id, team_id=form.cleaned_data["team"])
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, "Sorted. The team you chose is responsible for it now.")
            return back_to_plan(request, resident.id)
    return _show(request, resident, action, mine, drafting)


def _show(
    request: MemberRequest,
    resident: Resident,
    action: Action,
    mine: ActionForms,
    drafting: Drafting,
) -> HttpResponse:
    alike = [one for one in doubles_of(open_actions_of(request.principal, resident.id)) if one.other(action)]
    context = {
        "action": action_page(request.principal, action),
        "doubles": doubles_beside(request.principal, action, with_what_is_right(request.principal, alike)),
        "mine": mine,
        "forms": mine.shown,
        "draft": drafting.frame() if mine.edit else None,
        "provenance": provenance(authors_of([action.id]).get(action.id), action.created_at),
        "action_url": reverse("action_detail", args=[action.id]),
        "history_url": reverse("action_history", args=[action.id]),
        "move_url": reverse("action_move", args=[action.id]),
        "sort_url": reverse("action_sort", args=[action.id]),
    }
    return page(request, "action_detail", resident, context, refused=mine.refused)


def _action(request: MemberRequest, action_id: UUID) -> tuple[Action, Resident]:
    actions = Action.objects.visible_to(request.principal).select_related(*SHOWN, "goal")
    action = actions.filter(id=action_id).first()
    if action is None:
        raise Http404("No action of yours")
    return action, seen_resident(request, action.resident_id, "action.viewed")


FIELDS = {
    "title": "title",
    "done_by": "done_by",
    "assigned_to_id": "assigned_to",
    "due_on": "due_on",
    "detail": "detail",
    "strategies": "strategies",
    "confidence": "confidence",
    "review_on": "review_on",
}
DAYS = ("due_on", "review_on")
TEXTS = ("title", "detail", "strategies")


def _clashing(
    request: MemberRequest, resident: Resident, action: Action, drafting: Drafting, form: forms.ActionForm
) -> Clashing:
    people = dict(people_of(*request.principal.team_ids))

    def shown(name: str, value: Any) -> str:
        if value is None:
            return ""
        if name == "assigned_to_id":
            return people.get(str(value), "Somebody of another team")
        if name == "done_by":
            return doer_names([value]).get(value, "The team")
        return dates.day(value) if name in DAYS else str(value)

    return Clashing(request, resident, action, drafting, form, _facts(form), FIELDS, TEXTS, shown)


def _slot(action: Action) -> Slot:
    return Slot(action.resident_id, DraftOf.ACTION, str(action.id))


def _forms(
    principal: Principal, resident: Resident, action: Action, drafting: Drafting, sort_data: Any = None
) -> ActionForms:
    team_id = action.accountable_team_id or action.last_accountable_team_id
    if not principal.acts_for(team_id):
        return ActionForms()
    verbs = forms.verbs_now(ACTION, action.status, "complete")
    moves = forms.MoveForm(verbs=verbs, prefix="move") if verbs else None
    if action.accountable_team_id is None:
        return ActionForms(moves=moves)
    edit = drafting.form(
        forms.ActionForm,
        initial=_initial(action),
        people=people_of(team_id),
        doers=doer_choices(principal, resident, action.done_by),
        action=action,
    )
    sort = forms.SortForm(sort_data, teams=_teams_of_place(principal), prefix="sort")
    return ActionForms(edit, moves, sort if action.needs_sorting else None)


def _sent_already(form: forms.ActionForm, problem: SentAlready) -> Notice | None:
    first = cast("Action | None", problem.made)
    return as_another(form, "action", Link(first.title, reverse("action_detail", args=[first.id])) if first else None)


def _my_teams(principal: Principal) -> list[tuple[str, str]]:
    teams = Team.objects.filter(id__in=principal.team_ids, ended_at=None)
    return [(str(team.id), team.name) for team in teams if team.takes_tasks]


def _teams_of_place(principal: Principal) -> list[tuple[str, str]]:
    without = (TeamKind.PRIVACY, TeamKind.ADMINISTRATION, TeamKind.VOLUNTEERS)
    teams = Team.objects.filter(ended_at=None).exclude(kind__in=without)
    if principal.place_id:
        teams = teams.filter(organisation__place_id=principal.place_id)
    return [(str(team.id), f"{team.name}, {team.organisation.name}") for team in teams.select_related("organisation")]


def _goals(principal: Principal, resident: Resident) -> list[Goal]:
    goals = Goal.objects.visible_to(principal).filter(resident_id=resident.id)
    return list(goals.exclude(status__in=GOAL_ENDED))


def _initial(action: Action) -> dict[str, object]:
    return {field: getattr(action, name) for name, field in FIELDS.items()} | {
        "assigned_to": str(action.assigned_to_id or ""),
        "version": action.version,
    }


def _facts(form: forms.ActionForm) -> dict[str, Any]:
    return {name: form.cleaned_data[field] for name, field in FIELDS.items()}


def _moved_words(action: Action) -> str:
    if action.status == "completed":
        return "Done. Nobody has to do it any more."
    label = ACTION[action.status].label.lower()
    return f"The action is now: {label}."
