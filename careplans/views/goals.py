"""Adding a goal, changing it, and moving it along."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from carecoord.errors import RuleError, SentAlready
from carecoord.ids import new_id
from carecoord.ui.components import Link, Notice, Status
from carecoord.ui.sent_already import as_another
from careplans import forms, services
from careplans.display.goals import outcome_rows, stage_rows
from careplans.models import DraftOf, Goal, Need
from careplans.reading import outcomes_of, stages_of
from careplans.services import Clash, Slot
from careplans.services.goals import GOAL_ENDED
from careplans.states import GOAL
from careplans.views.clashing import Clashing
from careplans.views.common import back_to_plan, page, plan_or_404, refuse
from careplans.views.drafting import Drafting
from neighbourhoods.authors import authors_of, provenance
from neighbourhoods.models import Resident
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@for_members
def goal_new(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "plan.viewed")
    plan = plan_or_404(request.principal, resident)
    drafting = Drafting(request, Slot(resident.id, DraftOf.GOAL))
    initial = {"made": new_id(), "need": request.GET.get("need", "")}
    needs = needs_of(request.principal, plan.id)
    form = drafting.form(forms.GoalForm, initial=initial, called=resident.called, needs=needs)
    notice = None
    if request.method == "POST" and form.is_valid():
        try:
            services.add_goal(by=request.principal, plan_id=plan.id, goal_id=form.cleaned_data["made"], **_facts(form))
        except SentAlready as problem:
            notice = _sent_already(form, problem)
        except RuleError as problem:
            refuse(form, problem)
        else:
            drafting.saved()
            messages.success(request, "The goal is in the plan. Add the actions that lead to it.")
            return redirect("care_plan", resident.id)
    drafting.keep()
    context = {"form": form, "notice": notice, "draft": drafting.frame()}
    return page(request, "goal_new", resident, context, refused=bool(form.errors))


@for_members
def goal_detail(request: MemberRequest, goal_id: UUID) -> HttpResponse:
    goal, resident = goal_or_404(request, goal_id)
    drafting = Drafting(request, _slot(goal))
    form = _edit(request, drafting, goal, resident)
    if request.method == "POST" and form.is_valid():
        clashing = _clashing(request, resident, goal, drafting, form)
        values = _facts(form)
        aside: Mapping[str, str] = {}
        if clashing.is_asked:
            answered = clashing.choose()
            if isinstance(answered, HttpResponse):
                return answered
            values, aside = answered
        try:
            version = form.cleaned_data["version"] or 0
            saved = services.change_goal(by=request.principal, goal_id=goal.id, version=version, **values)
        except Clash as clash:
            drafting.keep()
            return clashing.ask(clash)
        except RuleError as problem:
            refuse(form, problem)
        else:
            clashing.done(saved, aside)
            messages.success(request, "The goal is saved.")
            return redirect("care_plan", resident.id)
    drafting.keep()
    return _show(request, resident, goal, form, drafting)


@require_POST
@for_members
def goal_move(request: MemberRequest, goal_id: UUID) -> HttpResponse:
    goal, resident = goal_or_404(request, goal_id)
    form = _moves(goal, request.POST)
    if form.is_valid():
        try:
            moved = services.move_goal(by=request.principal, goal_id=goal.id, **form.cleaned_data)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, f"The goal is now: {GOAL[moved.status].label.lower()}.")
            return back_to_plan(request, resident.id)
    drafting = Drafting(request, _slot(goal), is_beside=True)
    edit = _edit(request, drafting, goal, resident)
    return _show(request, resident, goal, edit, drafting, moves=form)


def _show(
    request: MemberRequest,
    resident: Resident,
    goal: Goal,
    form: forms.GoalForm,
    drafting: Drafting,
    moves: forms.MoveForm | None = None,
) -> HttpResponse:
    moves = moves or _moves(goal)
    context = {
        "goal": goal,
        "status": Status(GOAL[goal.status].label),
        "edit": None if goal.status in GOAL_ENDED else form,
        "moves": moves if moves.offered else None,
        "forms": [form, moves],
        "draft": drafting.frame(),
        "stages": stage_rows(stages_of(request.principal, goal)),
        "outcomes": outcome_rows(request.principal, outcomes_of(request.principal, goal)),
        "provenance": provenance(authors_of([goal.id]).get(goal.id), goal.created_at),
    }
    return page(request, "goal_detail", resident, context, refused=bool(form.errors or moves.errors))


def goal_or_404(request: MemberRequest, goal_id: UUID) -> tuple[Goal, Resident]:
    goal = Goal.objects.visible_to(request.principal).filter(id=goal_id).first()
    if goal is None:
        raise Http404("No goal of yours")
    return goal, seen_resident(request, goal.resident_id, "goal.viewed")


def _clashing(
    request: MemberRequest, resident: Resident, goal: Goal, drafting: Drafting, form: forms.GoalForm
) -> Clashing:
    facts = _facts(form)
    fields = {name: name.removesuffix("_id") for name in facts}
    needs = dict(needs_of(request.principal, goal.care_plan_id, goal.need_id))

    def shown(name: str, value: object) -> str:
        return needs.get(str(value), "") if name == "need_id" else "" if value is None else str(value)

    return Clashing(request, resident, goal, drafting, form, facts, fields, ("title", "wanted"), shown)


def _edit(request: MemberRequest, drafting: Drafting, goal: Goal, resident: Resident) -> forms.GoalForm:
    needs = needs_of(request.principal, goal.care_plan_id, goal.need_id)
    return drafting.form(forms.GoalForm, initial=_initial(goal), called=resident.called, needs=needs)


def needs_of(principal: Principal, plan_id: UUID, also: UUID | None = None) -> list[tuple[str, str]]:
    """The needs of a plan that hold now, and the one that is named already."""
    needs = Need.objects.visible_to(principal).filter(care_plan_id=plan_id, kind=Need.Kind.NEED)
    holding = needs.filter(Q(status="current") | Q(id=also))
    return [(str(need.id), need.title) for need in holding]


def _slot(goal: Goal) -> Slot:
    return Slot(goal.resident_id, DraftOf.GOAL, str(goal.id))


def _sent_already(form: forms.GoalForm, problem: SentAlready) -> Notice | None:
    first = cast("Goal | None", problem.made)
    link = Link(f"“{first.title}”", reverse("goal_detail", args=[first.id])) if first else None
    return as_another(form, "goal", link)


def _moves(goal: Goal, data: object = None) -> forms.MoveForm:
    return forms.MoveForm(data, verbs=forms.verbs_now(GOAL, goal.status), prefix="move")


def _initial(goal: Goal) -> dict[str, Any]:
    return {
        "title": goal.title,
        "wanted": goal.wanted,
        "importance": goal.importance,
        "confidence": goal.confidence,
        "need": str(goal.need_id or ""),
        "version": goal.version,
    }


def _facts(form: forms.GoalForm) -> dict[str, Any]:
    facts = {name: form.cleaned_data[name] for name in ("title", "wanted", "importance", "confidence")}
    return facts | ({"need_id": form.cleaned_data["need"]} if "need" in form.fields else {})
