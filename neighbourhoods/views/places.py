"""The front door's list of residents who are in no neighbourhood yet."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from carecoord import audit
from carecoord.errors import RuleError
from carecoord.ui.components import Button, ItemRow, Link, Pagination, ResidentLine, resident_line
from neighbourhoods.forms.places import PlaceForm
from neighbourhoods.models import Neighbourhood, Place, Resident
from neighbourhoods.models.residents import ResidentQuerySet
from neighbourhoods.services import place_resident
from neighbourhoods.web import MemberRequest, for_members, not_for_this_role, seen_resident

PAGE = 25


@for_members
def unplaced(request: MemberRequest) -> HttpResponse:
    if not Place.objects.filter(front_door_id__in=request.principal.team_ids).exists():
        raise Http404("Only for the front door")
    waiting = _waiting(request)
    after = _resident_id(request.GET.get("after", ""))
    last = waiting.filter(id=after).first() if after else None
    if last:
        waiting = waiting.filter(Q(sort_name__gt=last.sort_name) | Q(sort_name=last.sort_name, id__gt=last.id))
    page = list(waiting[: PAGE + 1])
    shown = page[:PAGE]
    if shown:
        audit.looked("unplaced.viewed", by=request.principal, residents=[one.id for one in shown])
    here = reverse("unplaced")
    older = f"{here}?after={shown[-1].id}" if len(page) > PAGE else ""
    context = {
        "rows": [_row(resident) for resident in shown],
        "pages": Pagination(
            previous=Link("From the beginning", here) if last else None,
            next=Link(f"Next {PAGE}", older) if older else None,
        ),
    }
    return render(request, "neighbourhoods/unplaced.html", context)


@for_members
def place(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """Say in which neighbourhood somebody is; the front door may then lose sight of them."""
    here = Place.objects.filter(front_door_id__in=request.principal.team_ids).first()
    if here is None:
        return not_for_this_role(request, resident_id, "The front door says in which neighbourhood somebody is.")
    resident = seen_resident(request, resident_id, "resident.viewed")
    neighbourhoods = list(Neighbourhood.objects.filter(place=here))
    form = PlaceForm(request.POST or None, neighbourhoods=neighbourhoods)
    if request.method == "POST" and form.is_valid():
        try:
            place_resident(
                by=request.principal,
                resident_id=resident.id,
                neighbourhood_id=form.cleaned_data["neighbourhood"],
                reason=form.cleaned_data["reason"],
            )
        except RuleError as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"{resident.called} is in {_name(neighbourhoods, form)} now.")
            return redirect("unplaced")
    context = {"form": form, "line": _line(resident), "called": resident.called, "where": _where(resident)}
    return render(request, "neighbourhoods/place.html", context, status=422 if form.errors else 200)


places_urls = [
    path("unplaced/", unplaced, name="unplaced"),
    path("residents/<uuid:resident_id>/place/", place, name="place"),
]


def _waiting(request: MemberRequest) -> ResidentQuerySet:
    residents = Resident.objects.visible_to(request.principal).filter(neighbourhood=None, died_on=None)
    return residents.select_related("gp_practice").order_by("sort_name", "id")


def _row(resident: Resident) -> ItemRow:
    url = reverse("place", args=[resident.id])
    return ItemRow(
        resident=_line(resident),
        clock=None,
        text=_where(resident),
        button=Button("Place", url, is_small=True, hidden=_line(resident).name),
    )


def _line(resident: Resident) -> ResidentLine:
    return resident_line(
        family_name=resident.family_name,
        given_name=resident.given_name,
        birth_date=resident.birth_date,
        nhs_number=resident.nhs_number,
        died_on=resident.died_on,
        url=reverse("resident_record", args=[resident.id]),
        layout="line",
    )


def _where(resident: Resident) -> str:
    """What is known of where they live; of restricted people nothing is shown (IG-20)."""
    if resident.is_restricted:
        return "Restricted: open the record."
    practice = resident.gp_practice.name if resident.gp_practice else "GP practice not known"
    return f"{resident.postcode or 'Postcode not known'}. {practice}."


def _name(neighbourhoods: list[Neighbourhood], form: PlaceForm) -> str:
    return next(one.name for one in neighbourhoods if one.id == form.cleaned_data["neighbourhood"])


def _resident_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as problem:
        raise Http404("No such page") from problem
