"""Who somebody is and how they are reached: changing it, and more names, numbers, addresses, phones and emails."""

from dataclasses import replace
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse

from carecoord.errors import RuleError, StaleVersion
from carecoord.ui import dates, forms
from carecoord.ui.components import Notice
from neighbourhoods.codes import choices_of
from neighbourhoods.directory import organisations_of_place
from neighbourhoods.display.details import ADD, Kind, says
from neighbourhoods.forms.details import DetailForm, EndDetailForm, ResidentForm, initial_of
from neighbourhoods.frame import record_frame
from neighbourhoods.models import OrganisationKind, Resident, ResidentDetail
from neighbourhoods.principal import Principal
from neighbourhoods.services import add_detail, change_resident, end_detail, identity_of
from neighbourhoods.services.residents import CODED
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@for_members
def resident_change(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """Nothing typed is lost to somebody who saved first: what stands there now is shown above the form."""
    resident = seen_resident(request, resident_id, "people.viewed")
    form = _form(request, resident, request.POST if request.method == "POST" else None)
    stale = None
    if request.method == "POST" and form.is_valid():
        identity = replace(identity_of(resident), **form.facts())
        try:
            change_resident(
                by=request.principal,
                resident_id=resident.id,
                identity=identity,
                version=form.cleaned_data["version"],
            )
        except StaleVersion as problem:
            stale = _refuse_stale(form, problem, resident)
        except RuleError as problem:
            named = FIELD.get(problem.field or "", problem.field)
            form.add_error(named if named in form.fields else None, problem.sentence)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, f"What is known of {identity.preferred_name or identity.given_name} is saved.")
            return redirect("resident_people", resident.id)
    return _page(request, resident, form, "resident_change", stale=stale)


@for_members
def resident_detail_new(request: MemberRequest, resident_id: UUID, what: str) -> HttpResponse:
    resident = seen_resident(request, resident_id, "people.viewed")
    if what not in ADD or (resident.is_restricted and what not in Kind.of_who()):
        raise Http404("Nothing that is added here")
    form = DetailForm(request.POST if request.method == "POST" else None, kind=what)
    if request.method == "POST" and form.is_valid():
        try:
            detail = add_detail(by=request.principal, resident_id=resident.id, facts=form.facts(), held=form.held())
        except RuleError as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
        else:
            messages.success(request, f"{says(detail)} is written down.")
            return redirect("resident_people", resident.id)
    return _page(request, resident, form, "resident_detail_new", title=ADD[what])


@for_members
def resident_detail_end(request: MemberRequest, resident_id: UUID, detail_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "people.viewed")
    mine = ResidentDetail.objects.visible_to(request.principal)
    detail = mine.filter(id=detail_id, resident_id=resident.id).first()
    if detail is None:
        raise Http404("Nothing of this resident")
    form = EndDetailForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        end_detail(by=request.principal, resident_id=resident.id, detail_id=detail.id, **form.cleaned_data)
        messages.success(request, f"{says(detail)} holds no longer.")
        return redirect("resident_people", resident.id)
    return _page(request, resident, form, "resident_detail_end", what=says(detail))


details_urls = [
    path("residents/<uuid:resident_id>/people/change/", resident_change, name="resident_change"),
    path("residents/<uuid:resident_id>/people/more/<slug:what>/", resident_detail_new, name="resident_detail_new"),
    path(
        "residents/<uuid:resident_id>/people/more/<uuid:detail_id>/end/",
        resident_detail_end,
        name="resident_detail_end",
    ),
]
FIELD = {"address_lines": "address", "gp_practice_id": "gp_practice"}


def _form(request: MemberRequest, resident: Resident, data: Any) -> ResidentForm:
    choices = {key: dict(offered) for key, offered in choices_of(*CODED.values()).items()}
    for name, key in CODED.items():
        if stood := getattr(resident, name):
            choices[key].setdefault(stood, stood)
    return ResidentForm(
        data,
        initial=initial_of(resident),
        choices=choices,
        practices=list(_practices(request.principal)),
        is_restricted=resident.is_restricted,
    )


def _practices(by: Principal) -> Any:
    return organisations_of_place(by).filter(kind=OrganisationKind.GP_PRACTICE).order_by("name")


def _refuse_stale(form: ResidentForm, problem: StaleVersion, resident: Resident) -> Notice:
    """The same form again, which now knows the newer version, and what stands there where the two differ."""
    form.add_error(None, problem.sentence)
    form.data = {**cast("QueryDict", form.data).dict(), "version": str(resident.version)}
    now, typed = initial_of(resident), form.cleaned_data
    differ = [name for name in form.fields if name != "version" and _plain(now.get(name)) != _plain(typed.get(name))]
    said = [f"{form.fields[name].label}: {_in_words(form.fields[name], now.get(name))}" for name in differ]
    return Notice(tone="amber", bold="What stands there now:", text=". ".join(said) or "the same as you typed.")


def _in_words(field: Any, value: Any) -> str:
    """What was chosen by what it is called, never by its code."""
    plain = _plain(value)
    called = {str(code): str(title) for code, title in getattr(field, "choices", ())}
    return called.get(plain, plain) or "nothing"


def _plain(value: Any) -> str:
    """As it is compared, and read out."""
    match value:
        case tuple():
            return ", ".join(value)
        case bool():
            return "yes" if value else "no"
        case None:
            return ""
        case date():
            return dates.day(value)
    return str(value).replace("\n", ", ")


def _page(request: MemberRequest, resident: Resident, form: forms.Form, template: str, **more: object) -> HttpResponse:
    context = {
        "resident": record_frame(request.principal, resident, "resident_people"),
        "form": form,
        "called": resident.called,
        "back": reverse("resident_people", args=[resident.id]),
        **more,
    }
    return render(request, f"neighbourhoods/{template}.html", context, status=422 if form.errors else 200)
