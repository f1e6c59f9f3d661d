"""Steps towards a goal: adding one, changing it, and moving it along."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from carecoord.errors import RuleError, SentAlready
from carecoord.ids import new_id
from carecoord.ui.components import Link, Notice, Status
from carecoord.ui.sent_already import as_another
from careplans import forms, services
from careplans.forms_goals import StageForm
from careplans.models import DraftOf, Goal, StageGoal
from careplans.models.drafts import new_of
from careplans.services import Clash, Slot
from careplans.states import STAGE
from careplans.views.clashing import Clashing
from careplans.views.common import page, refuse
from careplans.views.drafting import Drafting
from careplans.views.goals import goal_or_404
from neighbourhoods.authors import authors_of, provenance
from neighbourhoods.models import Resident
from neighbourhoods.web import MemberRequest, for_members, seen_resident

FACTS = ("title", "outcome")
VERB_WORDS = forms.VERB_WORDS | {"cancel": "Leave it out", "resume": "It is not over after all"}


@for_members
def stage_new(request: MemberRequest, goal_id: UUID) -> HttpResponse:
    goal, resident = goal_or_404(request, goal_id)
    drafting = Drafting(request, Slot(resident.id, DraftOf.STAGE, new_of(goal.id)))
    form = drafting.form(StageForm, initial={"made": new_id()})
    del form.fields["outcome"]
    notice = None
    if request.method == "POST" and form.is_valid():
        made, title = form.cleaned_data["made"], form.cleaned_data["title"]
        try:
            services.add_stage(by=request.principal, goal_id=goal.id, stage_id=made, title=title)
        except SentAlready as problem:
            notice = _sent_already(form, problem)
        except RuleError as problem:
            refuse(form, problem)
        else:
            drafting.saved()
            messages.success(request, "The step is in the plan.")
            return redirect("goal_detail", goal.id)
    drafting.keep()
    context = {"form": form, "goal": goal, "notice": notice, "draft": drafting.frame()}
    return page(request, "stage_new", resident, context, refused=bool(form.errors))


@for_members
def stage_detail(request: MemberRequest, stage_id: UUID) -> HttpResponse:
    stage, resident = _stage(request, stage_id)
    drafting = Drafting(request, _slot(stage))
    form = drafting.form(StageForm, initial=_initial(stage))
    if request.method == "POST" and form.is_valid():
        values: dict[str, Any] = {name: form.cleaned_data[name] for name in FACTS}
        fields = {name: name for name in FACTS}
        clashing = Clashing(request, resident, stage, drafting, form, values, fields, FACTS, lambda _, said: str(said))
        aside: Mapping[str, str] = {}
        if clashing.is_asked:
            answered = clashing.choose()
            if isinstance(answered, HttpResponse):
                return answered
            values, aside = answered
        try:
            version = form.cleaned_data["version"] or 0
            saved = services.change_stage(by=request.principal, stage_id=stage.id, version=version, **values)
        except Clash as clash:
            drafting.keep()
            return clashing.ask(clash)
        except RuleError as problem:
            refuse(form, problem)
        else:
            clashing.done(saved, aside)
            messages.success(request, "The step is saved.")
            return redirect("goal_detail", stage.goal_id)
    drafting.keep()
    return _show(request, resident, stage, form, drafting)


@require_POST
@for_members
def stage_move(request: MemberRequest, stage_id: UUID) -> HttpResponse:
    stage, resident = _stage(request, stage_id)
    form = _moves(stage, request.POST)
    if form.is_valid():
        try:
            moved = services.move_stage(by=request.principal, stage_id=stage.id, **form.cleaned_data)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, f"The step is now: {STAGE[moved.status].label.lower()}.")
            return redirect("goal_detail", stage.goal_id)
    drafting = Drafting(request, _slot(stage), is_beside=True)
    edit = drafting.form(StageForm, initial=_initial(stage))
    return _show(request, resident, stage, edit, drafting, moves=form)


def _show(
    request: MemberRequest,
    resident: Resident,
    stage: StageGoal,
    form: StageForm,
    drafting: Drafting,
    moves: forms.MoveForm | None = None,
) -> HttpResponse:
    moves = moves or _moves(stage)
    context = {
        "stage": stage,
        "status": Status(STAGE[stage.status].label),
        "form": form,
        "moves": moves if moves.offered else None,
        "forms": [form, moves],
        "draft": drafting.frame(),
        "provenance": provenance(authors_of([stage.id]).get(stage.id), stage.created_at),
        "back_to_goal": Link(f"“{stage.goal.title}”", reverse("goal_detail", args=[stage.goal_id])),
    }
    return page(request, "stage_detail", resident, context, refused=bool(form.errors or moves.errors))


def _stage(request: MemberRequest, stage_id: UUID) -> tuple[StageGoal, Resident]:
    stage = StageGoal.objects.visible_to(request.principal).filter(id=stage_id).select_related("goal").first()
    if stage is None or Goal.objects.visible_to(request.principal).filter(id=stage.goal_id).first() is None:
        raise Http404("No step of yours")
    return stage, seen_resident(request, stage.resident_id, "goal.viewed")


def _slot(stage: StageGoal) -> Slot:
    return Slot(stage.resident_id, DraftOf.STAGE, str(stage.id))


def _sent_already(form: StageForm, problem: SentAlready) -> Notice | None:
    first = cast("StageGoal | None", problem.made)
    return as_another(form, "step", Link(first.title, reverse("stage_detail", args=[first.id])) if first else None)


def _moves(stage: StageGoal, data: object = None) -> forms.MoveForm:
    return forms.MoveForm(data, verbs=forms.verbs_now(STAGE, stage.status), words=VERB_WORDS, prefix="move")


def _initial(stage: StageGoal) -> dict[str, Any]:
    return {"title": stage.title, "outcome": stage.outcome, "version": stage.version}
