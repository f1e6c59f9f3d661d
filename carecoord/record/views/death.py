"""Recording a death, what is left to close after it, and taking a wrong one back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from carecoord.errors import RuleError
from carecoord.record.display.death import left_open, what_to_do
from carecoord.record.forms.death import DeathForm, UndoDeathForm
from carecoord.record.reading.standing import open_of
from carecoord.ui import forms
from neighbourhoods.encounters import still_planned
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Resident
from neighbourhoods.services import record_death, undo_death
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@for_members
def resident_death(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "death.viewed")
    form = DeathForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            record_death(
                by=request.principal,
                resident_id=resident.id,
                died_on=form.cleaned_data["died_on"],
                status=form.cleaned_data["death_status"],
            )
        except RuleError as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
        else:
            messages.success(request, f"The death of {resident.called} is recorded. The teams around them are told.")
            return redirect("resident_death", resident.id)
    if resident.died_on and not form.is_bound:
        return _left(request, resident, UndoDeathForm())
    return _page(request, resident, form, "resident_death_new")


@require_POST
@for_members
def death_undo(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "death.viewed")
    form = UndoDeathForm(request.POST)
    if form.is_valid():
        try:
            undo_death(by=request.principal, resident_id=resident.id, reason=form.cleaned_data["reason"])
        except RuleError as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
        else:
            messages.success(request, f"{resident.called} has not died. Whoever was told is told so.")
            return redirect("resident_record", resident.id)
    return _left(request, resident, form)


def _left(request: MemberRequest, resident: Resident, form: UndoDeathForm) -> HttpResponse:
    by = request.principal
    table = left_open(by, resident, open_of(by, resident.id), still_planned(by, resident.id))
    return _page(request, resident, form, "resident_death", table=table, told=what_to_do(table))


def _page(request: MemberRequest, resident: Resident, form: forms.Form, name: str, **more: object) -> HttpResponse:
    context = {
        "resident": record_frame(request.principal, resident, "resident_record"),
        "resident_id": resident.id,
        "called": resident.called,
        "died_on": resident.died_on,
        "form": form,
        **more,
    }
    return render(request, f"record/{name}.html", context, status=422 if form.errors else 200)
