"""Every version of a goal, an action, a step, an option, a need or an additional plan, and what changed between any
two."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse

from carecoord.ui.components import Link, Status
from careplans import forms
from careplans.display.history import changed, said_by, version_blocks
from careplans.display.people import written
from careplans.history import Row, set_aside_beside, versions_of_row
from careplans.models import Action, AdditionalPlan, Goal, Need, Option, StageGoal
from careplans.views.common import page
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@for_members
def goal_history(request: MemberRequest, goal_id: UUID) -> HttpResponse:
    goal = Goal.objects.visible_to(request.principal).filter(id=goal_id).first()
    return _history(request, goal, "goal.viewed", "goal_detail")


@for_members
def action_history(request: MemberRequest, action_id: UUID) -> HttpResponse:
    action = Action.objects.visible_to(request.principal).filter(id=action_id).first()
    return _history(request, action, "action.viewed", "action_detail")


@for_members
def stage_history(request: MemberRequest, stage_id: UUID) -> HttpResponse:
    stage = StageGoal.objects.visible_to(request.principal).filter(id=stage_id).first()
    return _history(request, stage, "goal.viewed", "stage_detail")


@for_members
def option_history(request: MemberRequest, option_id: UUID) -> HttpResponse:
    option = Option.objects.visible_to(request.principal).filter(id=option_id).first()
    return _history(request, option, "plan.viewed", "option_detail")


@for_members
def need_history(request: MemberRequest, need_id: UUID) -> HttpResponse:
    need = Need.objects.visible_to(request.principal).filter(id=need_id).first()
    return _history(request, need, "plan.viewed", "need_detail")


@for_members
def additional_history(request: MemberRequest, additional_id: UUID) -> HttpResponse:
    plan = AdditionalPlan.objects.visible_to(request.principal).filter(id=additional_id).first()
    return _history(request, plan, "plan.viewed", "additional_plan")


def _history(request: MemberRequest, row: Row | None, verb: str, back: str) -> HttpResponse:
    if row is None:
        raise Http404("Nothing of yours")
    resident = seen_resident(request, row.resident_id, verb)
    versions = versions_of_row(row)
    blocks, numbers = version_blocks(versions), [one.number for one in versions]
    asked = request.GET if {"older", "newer"} & set(request.GET) else None
    form = forms.CompareForm(
        asked,
        versions=[(str(block.number), block.label) for block in blocks],
        initial={"older": str(numbers[0]), "newer": str(numbers[-1])},
    )
    difference = None
    if form.is_valid():
        older, newer = sorted((form.cleaned_data["older"], form.cleaned_data["newer"]))
        said = dict(zip(numbers, said_by(versions), strict=True))
        difference = {"title": f"From version {older} to version {newer}", "facts": changed(said[older], said[newer])}
    context = {
        "row": row,
        "blocks": blocks,
        "form": form if len(versions) > 1 else None,
        "difference": difference,
        "aside": [(one, written(one.written_by, one.created_at)) for one in set_aside_beside(request.principal, row)],
        "now": Status("As it stands", "green"),
        "back": Link("Back", reverse(back, args=[row.id])),
    }
    return page(request, "row_history", resident, context, refused=bool(form.errors))
