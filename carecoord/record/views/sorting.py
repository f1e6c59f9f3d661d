"""The worklist of what came by import and has no team of its own yet: people, and actions."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from carecoord import audit
from carecoord.errors import RuleError
from carecoord.record.forms import SortResidentForm
from carecoord.record.waiting import surroundings
from carecoord.ui import dates
from carecoord.ui.components import Button, ItemRow, ResidentLine, resident_line
from careplans.display import action_clock
from careplans.feeds import actions_to_sort
from careplans.models import Action
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Resident, Team
from neighbourhoods.principal import Principal
from neighbourhoods.services import say_nothing_to_sort, sort_resident
from neighbourhoods.sorting import people_to_sort
from neighbourhoods.web import MemberRequest, for_members, seen_resident

PAGE = 50


@for_members
def to_sort(request: MemberRequest) -> HttpResponse:
    """Fifty of each at a time: whoever sorts them takes them off the list."""
    if not surroundings(request).holding_teams:
        raise Http404("No team of yours that has residents")
    people = list(people_to_sort(request.principal)[: PAGE + 1])
    actions = list(actions_to_sort(request.principal)[: PAGE + 1])
    shown = {*(one.id for one in people[:PAGE]), *(one.resident_id for one in actions[:PAGE])}
    if shown:
        audit.looked("to_sort.viewed", by=request.principal, residents=sorted(shown))
    context = {
        "people": [_person(resident) for resident in people[:PAGE]],
        "rows": [_row(action) for action in actions[:PAGE]],
        "is_more": max(len(people), len(actions)) > PAGE,
        "page_size": PAGE,
    }
    return render(request, "record/to_sort.html", context)


@for_members
def resident_sort(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """Say which team takes somebody on who came by import, or that there is nothing to sort for them."""
    resident = seen_resident(request, resident_id, "resident.viewed")
    if not people_to_sort(request.principal).filter(id=resident.id).exists():
        messages.info(request, f"{resident.called} is sorted already.")
        return redirect("resident_record", resident.id)
    form = SortResidentForm(request.POST if "place" in request.POST else None, teams=_teams_of_place(request.principal))
    if "nothing" in request.POST:
        return _off_the_list(request, resident)
    if form.is_bound and form.is_valid() and _placed(request, resident, form):
        return redirect("to_sort")
    context = {
        "resident": record_frame(request.principal, resident, "resident_people"),
        "called": resident.called,
        "form": form,
        "forms": [form],
        "back": reverse("to_sort"),
    }
    return render(request, "record/resident_sort.html", context, status=422 if form.errors else 200)


def _off_the_list(request: MemberRequest, resident: Resident) -> HttpResponse:
    try:
        say_nothing_to_sort(by=request.principal, resident_id=resident.id)
    except RuleError as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, f"{resident.called} is off the list: there was nothing to sort.")
    return redirect("to_sort")


def _placed(request: MemberRequest, resident: Resident, form: SortResidentForm) -> bool:
    """Whether a team has them now; else the form says why not."""
    chosen = {"team_id": form.cleaned_data["team"], "reason": form.cleaned_data["reason"]}
    try:
        entry = sort_resident(by=request.principal, resident_id=resident.id, **chosen)
    except RuleError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return False
    messages.success(request, f"{resident.called} is on the caseload of {entry.team.name} now.")
    return True


def _teams_of_place(principal: Principal) -> list[Team]:
    teams = Team.objects.filter(ended_at=None).select_related("organisation").order_by("name", "id")
    return [team for team in teams if team.holds_residents and team.organisation.place_id == principal.place_id]


def _person(resident: Resident) -> ItemRow:
    line, url = _line(resident), reverse("resident_sort", args=[resident.id])
    died = f"Died {dates.day(resident.died_on)}. " if resident.died_on else ""
    return ItemRow(
        resident=line,
        clock=None,
        text=f"{died}Nothing is open for them.",
        button=Button("Sort", url, is_small=True, hidden=line.name),
    )


def _row(action: Action) -> ItemRow:
    url = reverse("action_detail", args=[action.id])
    return ItemRow(
        resident=_line(action.resident),
        clock=action_clock(action),
        title=action.title,
        url=url,
        button=Button("Sort", url, is_small=True, hidden=action.title),
    )


def _line(resident: Resident) -> ResidentLine:
    return resident_line(
        family_name=resident.family_name,
        given_name=resident.given_name,
        birth_date=resident.birth_date,
        nhs_number=resident.nhs_number,
        died_on=resident.died_on,
        layout="line",
    )
