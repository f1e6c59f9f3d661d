"""Options: writing down what was offered, and what was chosen or declined."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from carecoord import clock
from carecoord.errors import RuleError, SentAlready, StaleVersion
from carecoord.ids import new_id
from carecoord.ui.components import Link, Notice
from carecoord.ui.sent_already import as_another
from careplans import forms, services
from careplans.display.options import option_row
from careplans.forms_options import ChoiceForm, OptionForm
from careplans.models import CarePlan, Goal, Option
from careplans.reading import AUTHOR
from careplans.services.goals import GOAL_ENDED
from careplans.states import OPTION
from careplans.views.common import page, plan_or_404, refuse, refuse_stale, stale_notice
from neighbourhoods.models import Resident
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@for_members
def option_new(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "plan.viewed")
    plan = plan_or_404(request.principal, resident)
    goals = _goals(request.principal, plan)
    initial = {"made": new_id(), "goal": request.GET.get("goal", "")}
    form = OptionForm(request.POST if request.method == "POST" else None, initial=initial, goals=goals)
    notice = None
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        made = {"option_id": said.pop("made"), "goal_id": said.pop("goal")}
        try:
            services.offer_option(by=request.principal, plan_id=plan.id, **made, **said)
        except SentAlready as problem:
            notice = _sent_already(form, problem)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, "The option is in the plan. Say what was chosen as soon as you know.")
            return redirect("care_plan", resident.id)
    return page(request, "option_new", resident, {"form": form, "notice": notice}, refused=bool(form.errors))


@for_members
def option_detail(request: MemberRequest, option_id: UUID) -> HttpResponse:
    option, resident = option_or_404(request, option_id)
    form = ChoiceForm(
        request.POST if request.method == "POST" else None,
        initial={"decided_on": clock.today(), "version": option.version},
        verbs=forms.verbs_now(OPTION, option.status),
        called=resident.called,
    )
    stale = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data | {"version": form.cleaned_data["version"] or 0}
        try:
            services.decide_option(by=request.principal, option_id=option.id, **said)
        except StaleVersion as problem:
            refuse_stale(form, problem, option.version)
            row = option_row(resident, option)
            stale = stale_notice(": ".join(filter(None, (OPTION[option.status].label, row.why))))
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, "Saved: what became of the option.")
            return redirect("care_plan", resident.id)
    is_open = bool(forms.verbs_now(OPTION, option.status))
    context = {"option": option_row(resident, option), "goal": option.goal, "stale": stale, "id": option.id}
    return page(
        request, "option_detail", resident, context | {"form": form if is_open else None}, refused=bool(form.errors)
    )


def option_or_404(request: MemberRequest, option_id: UUID) -> tuple[Option, Resident]:
    found = Option.objects.visible_to(request.principal).filter(id=option_id)
    option = found.select_related("goal", *AUTHOR).first()
    if option is None:
        raise Http404("No option of yours")
    return option, seen_resident(request, option.resident_id, "plan.viewed")


def _goals(principal: Principal, plan: CarePlan) -> list[tuple[str, str]]:
    goals = Goal.objects.visible_to(principal).filter(care_plan=plan).exclude(status__in=GOAL_ENDED)
    return [(str(goal.id), goal.title) for goal in goals]


def _sent_already(form: OptionForm, problem: SentAlready) -> Notice | None:
    first = cast("Option | None", problem.made)
    return as_another(form, "option", Link(first.title, reverse("option_detail", args=[first.id])) if first else None)
