"""Register a resident: search first, then the form, then a look at whoever it may be already. All of it posted."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from carecoord.errors import RuleError
from carecoord.record.display.register import AlikePanel, alike_panel
from carecoord.record.forms import BeforeRegisteringForm, RegisterForm
from carecoord.record.searched import Standing, proof_of, search_proved_by
from carecoord.record.waiting import surroundings
from carecoord.ui.components import Steps
from neighbourhoods.duplicates import Alike, people_like
from neighbourhoods.models import Organisation, OrganisationKind, Resident
from neighbourhoods.services import AlikeKnown, Identity, open_caseload_entry, register_new_resident
from neighbourhoods.web import MemberRequest, for_members

STEPS = ("Search", "Register")


@for_members
def resident_new(request: MemberRequest) -> HttpResponse:
    if not surroundings(request).holding_teams:
        return render(request, "403.html", {"reason": "Your role registers no residents."}, status=403)
    match request.POST.get("step", ""):
        case "search":
            return _search(request)
        case "register":
            return _register(request)
        case _:
            return _first_step(request, BeforeRegisteringForm())


def _search(request: MemberRequest) -> HttpResponse:
    form = BeforeRegisteringForm(request.POST)
    if not form.is_valid():
        return _first_step(request, form)
    typed = form.cleaned_data
    wanted = Identity(
        typed["given_name"], typed["family_name"], typed["birth_date"], nhs_number=typed["number"] or None
    )
    entered = {**typed, "nhs_number": typed["number"], "birth_date_status": "exact"}
    return _second_step(request, _form(request, initial=entered), _searched(request, wanted))


def _register(request: MemberRequest) -> HttpResponse:
    form = _form(request, request.POST)
    proof = request.POST.get("searched", "")
    if not form.is_valid():
        return _second_step(request, form, Searched(proof))
    identity = form.identity()
    search = search_proved_by(proof, request.principal, identity)
    if search.standing is not Standing.GOOD:
        return _second_step(request, form, _searched(request, identity, search.standing))
    try:
        resident = register_new_resident(
            by=request.principal,
            identity=identity,
            team_id=form.cleaned_data["team"],
            looked_at=search.looked_at,
            why_new=form.cleaned_data["why_new"],
        )
    except AlikeKnown as known:
        if known.field:
            form.add_error(known.field, known.sentence)
        return _second_step(request, form, _seen(request, identity, known.alike, "" if known.field else known.sentence))
    except RuleError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return _second_step(request, form, _searched(request, identity))
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _second_step(request, form, Searched(proof))
    if form.cleaned_data["on_caseload"]:
        open_caseload_entry(
            by=request.principal, resident_id=resident.id, team_id=form.cleaned_data["team"], reason="Registered"
        )
    messages.success(request, _registered(resident, form.cleaned_data["team"], request))
    return redirect("resident_record", resident.id)


@dataclass(frozen=True)
class Searched:
    """What stands above the form. `words` say why it stands there again, `is_nobody` that nobody was found."""

    proof: str
    alike: AlikePanel | None = None
    words: str = ""
    is_nobody: bool = False


def _searched(request: MemberRequest, identity: Identity, words: str = "") -> Searched:
    return _seen(request, identity, people_like(identity), words)


def _seen(request: MemberRequest, identity: Identity, alike: Collection[Alike], words: str) -> Searched:
    proof = proof_of(request.principal, identity, [one.known.id for one in alike])
    return Searched(proof, alike_panel(alike), words, is_nobody=not alike)


def _form(request: MemberRequest, data: Any = None, initial: dict[str, Any] | None = None) -> RegisterForm:
    teams = surroundings(request).holding_teams
    here = Organisation.objects.filter(place=request.principal.place_id, ended_at=None)
    practices = here.filter(kind=OrganisationKind.GP_PRACTICE)
    return RegisterForm(data, initial=initial, teams=teams, practices=list(practices))


def _registered(resident: Resident, team_id: object, request: MemberRequest) -> str:
    team = next(team for team in surroundings(request).holding_teams if team.id == team_id)
    where = f"in {resident.neighbourhood.name}. " if resident.neighbourhood else ""
    told = (
        ""
        if resident.neighbourhood
        else " No neighbourhood follows from the practice or the postcode: the front door will place them."
    )
    return f"{resident.called} is registered with {team.name}{', ' + where.strip() if where else '.'}{told}"


def _first_step(request: MemberRequest, form: BeforeRegisteringForm) -> HttpResponse:
    context = {"form": form, "steps": Steps(STEPS, 1)}
    return render(request, "record/resident_new_search.html", context, status=422 if form.errors else 200)


def _second_step(request: MemberRequest, form: RegisterForm, search: Searched) -> HttpResponse:
    """The form, with whoever it may be above it: a likely one asks how one knows that it is somebody else."""
    form.fields["why_new"].required = search.alike is not None and search.alike.has_likely
    context = {"form": form, "steps": Steps(STEPS, 2, (reverse("resident_new"),)), "search": search}
    return render(request, "record/resident_new.html", context, status=422 if form.errors else 200)
