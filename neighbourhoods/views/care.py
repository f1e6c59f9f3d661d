"""Where a resident stays, and the care packages that help them: one page, and a page for each thing to do."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from carecoord.errors import RuleError, SentAlready
from carecoord.ids import new_id
from carecoord.ui import forms
from carecoord.ui.components import Link
from carecoord.ui.sent_already import as_another
from neighbourhoods.care import WRITTEN_FOR, care_of
from neighbourhoods.directory import organisations_of_place
from neighbourhoods.display.care import package_row, restart_notice, stay_row
from neighbourhoods.forms.care import StayChangeForm, StayEndForm, StayForm, WhyForm
from neighbourhoods.frame import record_frame
from neighbourhoods.models import OrganisationKind, Resident, Stay
from neighbourhoods.services import admit, change_stay, discharge, enter_stay_in_error, meet_step
from neighbourhoods.views.encounter_parts import refuse
from neighbourhoods.web import MemberRequest, for_members, seen_resident

WHERE = (OrganisationKind.CARE_HOME, OrganisationKind.HOSPITAL, OrganisationKind.COMMUNITY_HEALTH)


@for_members
def resident_care(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "care.viewed")
    care = care_of(request.principal, resident.id)
    return care_page(
        request,
        "resident_care",
        resident,
        restart=restart_notice(care),
        stays=[stay_row(one) for one in care.open_stays],
        packages=[package_row(one) for one in care.current_packages],
        past=[
            *(stay_row(one, with_buttons=False) for one in care.past_stays),
            *(package_row(one) for one in care.ended_packages),
        ],
        add_stay=Link("They have come to stay somewhere", reverse("stay_new", args=[resident.id])),
        add_package=Link("Add a care package", reverse("package_new", args=[resident.id])),
    )


@for_members
def stay_new(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "care.viewed")
    places = organisations_of_place(request.principal).filter(kind__in=WHERE).order_by("name")
    form = StayForm(request.POST if request.method == "POST" else None, initial={"made": new_id()}, places=places)
    notice = None
    if request.method == "POST" and form.is_valid():
        try:
            stay = admit(
                by=request.principal, resident_id=resident.id, facts=form.facts(), stay_id=form.cleaned_data["made"]
            )
        except SentAlready:
            notice = as_another(form, "stay", Link("Stays and care packages", _care_at(resident)))
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, f"{resident.called} stays in {stay.where}. Care packages that ran are suspended.")
            return redirect("resident_care", resident.id)
    return care_page(request, "stay_new", resident, form=form, notice=notice)


@for_members
def stay_end(request: MemberRequest, resident_id: UUID, stay_id: UUID) -> HttpResponse:
    """They have left; or, with a reason, they were never there."""
    resident = seen_resident(request, resident_id, "care.viewed")
    stay = _stay(request, resident, stay_id)
    if not stay.is_open:
        return redirect("resident_care", resident.id)
    is_error = "enter_in_error" in request.POST
    posted = request.POST if request.method == "POST" else None
    form = StayEndForm(None if is_error else posted)
    why = WhyForm(posted if is_error else None, prefix="error")
    try:
        if is_error and why.is_valid():
            enter_stay_in_error(by=request.principal, stay_id=stay.id, **why.cleaned_data)
            messages.success(request, "It is marked as entered in error.")
            return redirect("resident_care", resident.id)
        if not is_error and form.is_valid():
            discharge(by=request.principal, stay_id=stay.id, **form.cleaned_data)
            return _left(request, resident, stay, form.cleaned_data["destination"])
    except RuleError as problem:
        refuse(why if is_error else form, problem)
    return care_page(request, "stay_end", resident, form=form, why=why, forms=[form, why], stay=stay_row(stay))


def _left(request: MemberRequest, resident: Resident, stay: Stay, destination: str) -> HttpResponse:
    """After a death to what is left to its teams."""
    if destination == Stay.Destination.DIED:
        messages.success(request, "The death is written down, and the teams around are told.")
        return redirect("resident_death", resident.id)
    messages.success(request, f"{resident.called} has left {stay.where}.")
    return redirect("resident_care", resident.id)


@for_members
def stay_change(request: MemberRequest, resident_id: UUID, stay_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "care.viewed")
    stay = _stay(request, resident, stay_id)
    initial = {"room": stay.room, "expected_discharge_on": stay.expected_discharge_on}
    form = StayChangeForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_stay(by=request.principal, stay_id=stay.id, **form.cleaned_data)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, "Saved.")
            return redirect("resident_care", resident.id)
    return care_page(request, "stay_change", resident, form=form, stay=stay_row(stay))


@require_POST
@for_members
def stay_step(request: MemberRequest, resident_id: UUID, stay_id: UUID, step: str) -> HttpResponse:
    """One tap: the assessment is done, the plan is made."""
    resident = seen_resident(request, resident_id, "care.viewed")
    stay = _stay(request, resident, stay_id)
    try:
        meet_step(by=request.principal, stay_id=stay.id, step=step)
    except KeyError as problem:
        raise Http404("No such step") from problem
    except RuleError as problem:
        messages.error(request, problem.sentence)
    else:
        messages.success(request, f"The {step} of {resident.called} is written down as of now.")
    return redirect("resident_care", resident.id)


@for_members
def stay_opened(request: MemberRequest, stay_id: UUID) -> HttpResponse:
    """Where an alert leads."""
    found = Stay.objects.visible_to(request.principal).filter(id=stay_id).first()
    if found is None:
        raise Http404("No stay of a resident of yours")
    return redirect("resident_care", found.resident_id)


def care_page(request: MemberRequest, name: str, resident: Resident, **context: Any) -> HttpResponse:
    """A page inside the resident's record; 422 when a form on it was refused."""
    shown = [context.get("form"), *context.get("forms", [])]
    frame = {
        "resident": record_frame(request.principal, resident, "resident_people"),
        "resident_id": resident.id,
        "called": resident.called,
        "back": _care_at(resident),
    }
    status = 422 if any(isinstance(form, forms.Form) and form.errors for form in shown) else 200
    return render(request, f"neighbourhoods/{name}.html", frame | context, status=status)


care_urls = [
    path("residents/<uuid:resident_id>/care/", resident_care, name="resident_care"),
    path("residents/<uuid:resident_id>/care/stay/", stay_new, name="stay_new"),
    path("residents/<uuid:resident_id>/care/stay/<uuid:stay_id>/leave/", stay_end, name="stay_end"),
    path("residents/<uuid:resident_id>/care/stay/<uuid:stay_id>/", stay_change, name="stay_change"),
    path("residents/<uuid:resident_id>/care/stay/<uuid:stay_id>/<slug:step>/", stay_step, name="stay_step"),
    path("stays/<uuid:stay_id>/", stay_opened, name="stay_opened"),
]


def _care_at(resident: Resident) -> str:
    return reverse("resident_care", args=[resident.id])


def _stay(request: MemberRequest, resident: Resident, stay_id: UUID) -> Stay:
    mine = Stay.objects.visible_to(request.principal).select_related("organisation", *WRITTEN_FOR)
    stay = mine.filter(id=stay_id, resident=resident).first()
    if stay is None:
        raise Http404("No such stay of this resident")
    return stay
