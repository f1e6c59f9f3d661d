"""Needs and strengths: adding one, changing its words, and saying that it holds no more."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from carecoord.errors import RuleError, SentAlready, StaleVersion
from carecoord.ids import new_id
from carecoord.ui.components import Link, Notice, Status
from carecoord.ui.sent_already import as_another
from careplans import forms, services
from careplans.display.people import written
from careplans.forms_goals import NeedForm
from careplans.models import DraftOf, Goal, Need
from careplans.reading import AUTHOR
from careplans.services import Slot
from careplans.states import NEED
from careplans.views.common import page, plan_or_404, refuse, refuse_stale, stale_notice
from careplans.views.drafting import Drafting
from neighbourhoods.models import Resident
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@for_members
def need_new(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "plan.viewed")
    plan = plan_or_404(request.principal, resident)
    drafting = Drafting(request, Slot(resident.id, DraftOf.NEED))
    initial = {"made": new_id(), "kind": request.GET.get("kind", "")}
    form = drafting.form(NeedForm, initial=initial, called=resident.called, is_new=True)
    notice = None
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("kind", "title", "in_own_words")}
        try:
            services.add_need(by=request.principal, plan_id=plan.id, need_id=form.cleaned_data["made"], **said)
        except SentAlready as problem:
            notice = _sent_already(form, problem)
        except RuleError as problem:
            refuse(form, problem)
        else:
            drafting.saved()
            messages.success(request, "It is in the plan. A goal may say that it is for a need.")
            return redirect("care_plan", resident.id)
    drafting.keep()
    context = {"form": form, "notice": notice, "draft": drafting.frame()}
    return page(request, "need_new", resident, context, refused=bool(form.errors))


@for_members
def need_detail(request: MemberRequest, need_id: UUID) -> HttpResponse:
    need, resident = _need(request, need_id)
    drafting = Drafting(request, _slot(need))
    form = _edit(drafting, need, resident)
    stale = None
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("title", "in_own_words")}
        version = form.cleaned_data["version"] or 0
        try:
            services.change_need(by=request.principal, need_id=need.id, version=version, **said)
        except StaleVersion as problem:
            refuse_stale(form, problem, need.version)
            stale = stale_notice(need.title)
        except RuleError as problem:
            refuse(form, problem)
        else:
            drafting.saved()
            messages.success(request, "Saved. What it said before is kept.")
            return redirect("care_plan", resident.id)
    drafting.keep()
    return _show(request, resident, need, form, drafting, stale=stale)


@require_POST
@for_members
def need_move(request: MemberRequest, need_id: UUID) -> HttpResponse:
    need, resident = _need(request, need_id)
    form = _moves(need, request.POST)
    if form.is_valid():
        try:
            moved = services.move_need(by=request.principal, need_id=need.id, **form.cleaned_data)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, f"Saved: {NEED[moved.status].label.lower()}.")
            return redirect("care_plan", resident.id)
    drafting = Drafting(request, _slot(need), is_beside=True)
    return _show(request, resident, need, _edit(drafting, need, resident), drafting, moves=form)


def _show(
    request: MemberRequest,
    resident: Resident,
    need: Need,
    form: NeedForm,
    drafting: Drafting,
    *,
    stale: Notice | None = None,
    moves: forms.MoveForm | None = None,
) -> HttpResponse:
    moves = moves or _moves(need)
    context = {
        "need": need,
        "status": Status(NEED[need.status].label),
        "stale": stale,
        "edit": form if need.status == "current" else None,
        "moves": moves if moves.offered else None,
        "forms": [form, moves],
        "draft": drafting.frame(),
        "goals": Goal.objects.visible_to(request.principal).filter(need=need),
        "by": written(need.written_by, need.created_at, need.written_by_name),
    }
    return page(request, "need_detail", resident, context, refused=bool(form.errors or moves.errors))


def _need(request: MemberRequest, need_id: UUID) -> tuple[Need, Resident]:
    need = Need.objects.visible_to(request.principal).filter(id=need_id).select_related(*AUTHOR).first()
    if need is None:
        raise Http404("Nothing of yours")
    return need, seen_resident(request, need.resident_id, "plan.viewed")


def _slot(need: Need) -> Slot:
    return Slot(need.resident_id, DraftOf.NEED, str(need.id))


def _edit(drafting: Drafting, need: Need, resident: Resident) -> NeedForm:
    initial: dict[str, Any] = {"title": need.title, "in_own_words": need.in_own_words, "version": need.version}
    return drafting.form(NeedForm, initial=initial, called=resident.called, is_new=False)


def _moves(need: Need, data: object = None) -> forms.MoveForm:
    return forms.MoveForm(data, verbs=forms.verbs_now(NEED, need.status), prefix="move")


def _sent_already(form: NeedForm, problem: SentAlready) -> Notice | None:
    first = cast("Need | None", problem.made)
    link = Link(f"“{first.title}”", reverse("need_detail", args=[first.id])) if first else None
    return as_another(form, "entry", link)
