"""Additional support plans: writing one, changing and ending it, and saying that it was an error."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from carecoord.errors import RuleError, SentAlready
from carecoord.ids import new_id
from carecoord.ui import dates
from carecoord.ui.components import Link, Notice
from carecoord.ui.sent_already import as_another
from careplans import forms, services
from careplans.display.other_plans import other_plan_row
from careplans.forms_additional import AdditionalForm
from careplans.models import AdditionalPlan, DraftOf
from careplans.reading import AUTHOR
from careplans.services import Clash, Slot
from careplans.services.mistakes import is_ours
from careplans.views.clashing import Clashing
from careplans.views.common import page, plan_or_404, refuse
from careplans.views.drafting import Drafting
from neighbourhoods.models import Resident
from neighbourhoods.web import MemberRequest, for_members, seen_resident

FACTS = ("name", "content", "starts_on", "ends_on", "review_due_on", "reviewed_by")


@for_members
def additional_new(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "plan.viewed")
    plan = plan_or_404(request.principal, resident)
    drafting = Drafting(request, Slot(resident.id, DraftOf.ADDITIONAL))
    form = drafting.form(AdditionalForm, initial={"made": new_id()})
    notice = None
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in FACTS}
        made = form.cleaned_data["made"]
        try:
            services.add_additional_plan(by=request.principal, plan_id=plan.id, additional_plan_id=made, **facts)
        except SentAlready as problem:
            notice = _sent_already(form, problem)
        except RuleError as problem:
            refuse(form, problem)
        else:
            drafting.saved()
            messages.success(request, "It stands in the plan, under Other plans.")
            return redirect("care_plan", resident.id)
    drafting.keep()
    context = {"form": form, "notice": notice, "draft": drafting.frame()}
    return page(request, "additional_new", resident, context, refused=bool(form.errors))


@for_members
def additional_plan(request: MemberRequest, additional_id: UUID) -> HttpResponse:
    plan, resident = _plan(request, additional_id)
    drafting = Drafting(request, Slot(plan.resident_id, DraftOf.ADDITIONAL, str(plan.id)))
    form = drafting.form(AdditionalForm, initial={name: getattr(plan, name) for name in (*FACTS, "version")})
    if request.method == "POST" and form.is_valid():
        answered = _save(request, resident, plan, drafting, form)
        if answered is not None:
            return answered
    drafting.keep()
    url = reverse("additional_error", args=[plan.id])
    context = {
        "plan": plan,
        "row": other_plan_row(plan),
        "form": None if plan.error_at else form,
        "mistake": None if plan.error_at or not is_ours(request.principal, plan) else Link("Entered in error", url),
        "draft": drafting.frame(),
    }
    return page(request, "additional_plan", resident, context, refused=bool(form.errors))


@for_members
def additional_error(request: MemberRequest, additional_id: UUID) -> HttpResponse:
    """Saying that a plan was an error, and why."""
    plan, resident = _plan(request, additional_id)
    if plan.error_at:
        raise Http404("Nothing to mark")
    form = forms.ErrorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.enter_additional_plan_in_error(
                by=request.principal, additional_plan_id=plan.id, **form.cleaned_data
            )
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, "It is marked as entered in error. It stays, struck out.")
            return redirect("care_plan", resident.id)
    context = {"form": form, "plan": plan, "row": other_plan_row(plan)}
    return page(request, "additional_error", resident, context, refused=bool(form.errors))


def _save(
    request: MemberRequest, resident: Resident, plan: AdditionalPlan, drafting: Drafting, form: AdditionalForm
) -> HttpResponse | None:
    """None where the form is shown again."""
    values: dict[str, Any] = {name: form.cleaned_data[name] for name in FACTS}
    fields = {name: name for name in FACTS}
    clashing = Clashing(request, resident, plan, drafting, form, values, fields, ("content",), _shown)
    aside: Mapping[str, str] = {}
    if clashing.is_asked:
        answered = clashing.choose()
        if isinstance(answered, HttpResponse):
            return answered
        values, aside = answered
    try:
        saved = services.change_additional_plan(
            by=request.principal, additional_plan_id=plan.id, version=form.cleaned_data["version"] or 0, **values
        )
    except Clash as clash:
        drafting.keep()
        return clashing.ask(clash)
    except RuleError as problem:
        refuse(form, problem)
        return None
    clashing.done(saved, aside)
    messages.success(request, "The additional plan is saved.")
    return redirect("care_plan", resident.id)


def _plan(request: MemberRequest, additional_id: UUID) -> tuple[AdditionalPlan, Resident]:
    found = AdditionalPlan.objects.visible_to(request.principal).filter(id=additional_id)
    plan = found.select_related(*AUTHOR).first()
    if plan is None:
        raise Http404("No plan of yours")
    return plan, seen_resident(request, plan.resident_id, "plan.viewed")


def _shown(_: str, value: Any) -> str:
    return dates.day(value) if isinstance(value, date) else str(value or "")


def _sent_already(form: AdditionalForm, problem: SentAlready) -> Notice | None:
    first = cast("AdditionalPlan | None", problem.made)
    return as_another(form, "plan", Link(first.name, reverse("additional_plan", args=[first.id])) if first else None)
