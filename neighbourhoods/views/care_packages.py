"""Asking for a care package, changing it, and moving it on."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse

from carecoord.errors import RuleError, SentAlready, StaleVersion
from carecoord.ids import new_id
from carecoord.moves import Side
from carecoord.ui.components import Button, Link, Row, SummaryList
from carecoord.ui.sent_already import as_another
from neighbourhoods.care import WRITTEN_FOR
from neighbourhoods.directory import organisations_of_place
from neighbourhoods.display.care import SAY, done_words, package_facts, package_row
from neighbourhoods.forms.care import PackageForm, PackageMoveForm, initial_of_package
from neighbourhoods.models import CarePackage, Organisation, OrganisationKind, Resident
from neighbourhoods.services import allowed_on_package, change_package, move_package, request_package
from neighbourhoods.services.package_moves import SAY_WHY, sides_of
from neighbourhoods.views.care import care_page
from neighbourhoods.views.encounter_parts import my_teams, refuse
from neighbourhoods.web import MemberRequest, for_members, seen_resident

PROVIDERS = (OrganisationKind.HOME_CARE, OrganisationKind.COUNCIL, OrganisationKind.VCSE, OrganisationKind.CARE_HOME)


@for_members
def package_new(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "care.viewed")
    teams = my_teams(request.principal)
    form = PackageForm(
        request.POST if request.method == "POST" else None,
        initial={"made": new_id()},
        providers=_providers(request),
        teams=teams,
    )
    notice = None
    if request.method == "POST" and form.is_valid():
        try:
            made = request_package(
                by=request.principal,
                resident_id=resident.id,
                team_id=form.cleaned_data.get("team") or _own_team(teams),
                facts=form.facts(),
                is_running=form.cleaned_data["is_running"],
                package_id=form.cleaned_data["made"],
            )
        except SentAlready:
            notice = as_another(form, "care package", Link("Stays and care packages", _care_at(resident)))
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, f"{made.name} is written down.")
            return redirect("care_package", resident.id, made.id)
    return care_page(request, "package_form", resident, form=form, notice=notice, title="Add a care package")


@for_members
def care_package(request: MemberRequest, resident_id: UUID, package_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "care.viewed")
    package = _package(request, resident, package_id)
    may = allowed_on_package(request.principal, package)
    is_mine = Side.GIVER in sides_of(request.principal, package)
    moves = [
        Button(SAY[verb], reverse("package_move", args=[resident.id, package.id, verb]), tone="white") for verb in may
    ]
    return care_page(
        request,
        "care_package",
        resident,
        row=package_row(package),
        facts=SummaryList(tuple(Row(label, said) for label, said in package_facts(package))),
        moves=moves,
        change=reverse("package_change", args=[resident.id, package.id])
        if is_mine and package.status != "ended"
        else "",
        whose="" if is_mine else f"{package.team.name} arranges this package. Ring them to change it.",
    )


@for_members
def package_change(request: MemberRequest, resident_id: UUID, package_id: UUID) -> HttpResponse:
    """Nothing typed is lost to somebody who saved first: the form comes again, and knows the newer version."""
    resident = seen_resident(request, resident_id, "care.viewed")
    package = _package(request, resident, package_id)
    form = PackageForm(
        request.POST if request.method == "POST" else None,
        initial=initial_of_package(package),
        providers=_providers(request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_package(
                by=request.principal,
                package_id=package.id,
                version=form.cleaned_data["version"] or 0,
                facts=form.facts(),
            )
        except StaleVersion as problem:
            form.add_error(None, f"{problem.sentence} Look at the package in another window, then save this again.")
            form.data = {**cast("QueryDict", form.data).dict(), "version": str(package.version)}
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, "Saved.")
            return redirect("care_package", resident.id, package.id)
    return care_page(request, "package_form", resident, form=form, notice=None, title=f"Change {package.name}")


@for_members
def package_move(request: MemberRequest, resident_id: UUID, package_id: UUID, move: str) -> HttpResponse:
    resident = seen_resident(request, resident_id, "care.viewed")
    package = _package(request, resident, package_id)
    if move not in SAY:
        raise Http404("No such move")
    form = PackageMoveForm(request.POST if request.method == "POST" else None, says_why=move in SAY_WHY)
    if request.method == "POST" and form.is_valid():
        try:
            move_package(by=request.principal, package_id=package.id, verb=move, **form.cleaned_data)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, done_words(move, is_ours=request.principal.acts_for(package.team_id)))
            return redirect("resident_care", resident.id)
    return care_page(request, "package_move", resident, form=form, package=package, say=SAY[move])


@for_members
def package_opened(request: MemberRequest, package_id: UUID) -> HttpResponse:
    """Where an alert leads."""
    found = CarePackage.objects.visible_to(request.principal).filter(id=package_id).first()
    if found is None:
        raise Http404("No care package of a resident of yours")
    return redirect("care_package", found.resident_id, found.id)


care_package_urls = [
    path("residents/<uuid:resident_id>/care/packages/new/", package_new, name="package_new"),
    path("residents/<uuid:resident_id>/care/packages/<uuid:package_id>/", care_package, name="care_package"),
    path("residents/<uuid:resident_id>/care/packages/<uuid:package_id>/change/", package_change, name="package_change"),
    path(
        "residents/<uuid:resident_id>/care/packages/<uuid:package_id>/<slug:move>/", package_move, name="package_move"
    ),
    path("packages/<uuid:package_id>/", package_opened, name="package_opened"),
]


def _care_at(resident: Resident) -> str:
    return reverse("resident_care", args=[resident.id])


def _own_team(teams: list[tuple[str, str]]) -> UUID:
    if not teams:
        raise RuleError("Only a team that has residents arranges a care package.")
    return UUID(teams[0][0])


def _providers(request: MemberRequest) -> QuerySet[Organisation]:
    return organisations_of_place(request.principal).filter(kind__in=PROVIDERS).order_by("name")


def _package(request: MemberRequest, resident: Resident, package_id: UUID) -> CarePackage:
    mine = CarePackage.objects.visible_to(request.principal).select_related("provider", "team", *WRITTEN_FOR)
    package = mine.filter(id=package_id, resident=resident).first()
    if package is None:
        raise Http404("No such care package of this resident")
    return package
