"""Care homes: who of one's own residents is there, the weekly round, and the list to take along."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from carecoord import audit, clock
from carecoord.errors import RuleError
from carecoord.ui import dates
from carecoord.ui.components import Link
from neighbourhoods.display.worklists import HEAD, home_cells, home_table, may_set_round
from neighbourhoods.exporting import ExportPurpose, as_csv, exported, may_be_cut, may_leave
from neighbourhoods.forms.homes import ListForm, RoundForm, initial_of_round
from neighbourhoods.homes import decisions_about, home_of, homes_of, next_round, residents_of_home
from neighbourhoods.models import Organisation
from neighbourhoods.services.home_rounds import set_home_round
from neighbourhoods.views.encounter_parts import refuse
from neighbourhoods.web import MemberRequest, for_members


@for_members
def homes(request: MemberRequest) -> HttpResponse:
    return render(request, "neighbourhoods/homes.html", {"homes": list(homes_of(request.principal))})


@for_members
def home(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Whoever has nobody there reads that, and nothing more."""
    found = _home(request, organisation_id)
    stays = residents_of_home(request.principal, found.id)
    ids = [one.resident_id for one in stays]
    audit.looked("home.viewed", by=request.principal, about=("organisation", found.id), residents=ids)
    context = {
        "home": found,
        "table": home_table(stays, decisions_about(request.principal, ids)) if stays else None,
        "due": sum(one.waits_until is not None for one in stays),
        "round": _round(found),
        "change": Link("Change", reverse("home_round", args=[found.id]))
        if may_set_round(request.principal, found.id)
        else None,
        "take": Link("Print it, or take it as a file", reverse("home_list", args=[found.id])),
    }
    return render(request, "neighbourhoods/home.html", context)


@for_members
def home_round(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    found = _home(request, organisation_id)
    if not may_set_round(request.principal, found.id):
        raise Http404("The home itself says it")
    form = RoundForm(request.POST if request.method == "POST" else None, initial=initial_of_round(found))
    if request.method == "POST" and form.is_valid():
        try:
            set_home_round(by=request.principal, organisation_id=found.id, **form.cleaned_data)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, "Saved.")
            return redirect("home", found.id)
    context = {"home": found, "form": form, "back": reverse("home", args=[found.id])}
    return render(request, "neighbourhoods/home_round.html", context, status=422 if form.errors else 200)


@for_members
def home_list(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """What it is for is asked first; then the page to print, or the file."""
    found = _home(request, organisation_id)
    form = ListForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _taken(request, found, form.cleaned_data["purpose"], form.cleaned_data["how"])
    context = {
        "home": found,
        "form": form,
        "cut": sum(may_be_cut(one.resident) for one in residents_of_home(request.principal, found.id)),
        "back": reverse("home", args=[found.id]),
    }
    return render(request, "neighbourhoods/home_list.html", context, status=422 if form.errors else 200)


home_urls = [
    path("homes/", homes, name="homes"),
    path("homes/<uuid:organisation_id>/", home, name="home"),
    path("homes/<uuid:organisation_id>/round/", home_round, name="home_round"),
    path("homes/<uuid:organisation_id>/list/", home_list, name="home_list"),
]


def _taken(request: MemberRequest, found: Organisation, purpose: str, how: str) -> HttpResponse:
    everybody = residents_of_home(request.principal, found.id, by_room=True)
    stays = [one for one in everybody if may_leave(one.resident, purpose)]
    ids = [one.resident_id for one in stays]
    cells = list(home_cells(stays, decisions_about(request.principal, ids)))
    exported(
        "list.exported" if how == "csv" else "list.printed",
        by=request.principal,
        residents=ids,
        purpose=purpose,
        about=("organisation", found.id),
    )
    if how == "csv":
        answer = HttpResponse(as_csv(HEAD, cells), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="care-home-list.csv"'
        return answer
    context = {
        "home": found,
        "head": HEAD,
        "rows": cells,
        "left_out": len(everybody) - len(stays),
        "is_for_care": purpose == ExportPurpose.CARE,
        "printed": f"{dates.moment_inside(clock.now(), now=clock.now())}, {request.principal.name}",
        "round": _round(found),
        "back": reverse("home", args=[found.id]),
    }
    return render(request, "neighbourhoods/home_print.html", context)


def _home(request: MemberRequest, organisation_id: UUID) -> Organisation:
    found = home_of(request.principal, organisation_id)
    if found is None:
        raise Http404("No care home here")
    return found


def _round(found: Organisation) -> str:
    if (on := next_round(found)) is None:
        return "No day is known for the weekly round."
    lead = f", led by {found.clinical_lead}" if found.clinical_lead else ""
    return f"Next weekly round: {dates.WEEKDAYS[on.weekday()]} {dates.day(on)}{lead}."
