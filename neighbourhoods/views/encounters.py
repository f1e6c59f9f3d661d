"""The visits, calls and notes of a resident: reading them, adding one, planning one."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from carecoord import clock
from carecoord.errors import RuleError, SentAlready
from carecoord.ids import new_id
from carecoord.ui import dates, forms
from carecoord.ui.components import Link, Notice, Pagination
from carecoord.ui.sent_already import as_another
from neighbourhoods.display.encounters import encounter_rows, planned_words, same_day_notice, this_one
from neighbourhoods.encounters import encounters_around, encounters_of, planned_today
from neighbourhoods.forms.encounters import PlanForm, RecordForm
from neighbourhoods.models import Encounter, Resident
from neighbourhoods.models.sharing import VISITS
from neighbourhoods.principal import Principal
from neighbourhoods.services import complete_encounter, plan_encounter, record_encounter
from neighbourhoods.states import HAPPENED
from neighbourhoods.views.encounter_parts import (
    encounter_page,
    id_or_none,
    my_teams,
    new_warning,
    people_of,
    refuse,
)
from neighbourhoods.web import MemberRequest, for_members, seen_resident
from neighbourhoods.withheld import kept_notice


@for_members
def resident_encounters(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "encounters.viewed")
    after = id_or_none(request.GET.get("after", ""))
    page = encounters_of(request.principal, resident.id, after)
    here = reverse("resident_encounters", args=[resident.id])
    return encounter_page(
        request,
        "resident_encounters",
        resident,
        withheld=kept_notice(request.principal, resident.id, {VISITS}),
        rows=encounter_rows(page.encounters),
        same_day=same_day_notice(resident, encounters_around(request.principal, resident.id)),
        pages=Pagination(
            previous=Link("The latest", here) if after else None,
            next=Link("Earlier ones", f"{here}?after={page.older}") if page.older else None,
        ),
    )


@for_members
def encounter_new(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """Two taps: the button of the record, then one of three that save what happened just now."""
    resident = seen_resident(request, resident_id, "encounters.viewed")
    planned = planned_today(request.principal, resident.id)
    if _was_saved(request, resident):
        return redirect("resident_record", resident.id)
    form = RecordForm(
        request.POST or None,
        initial={"made": new_id(), "seen_by": str(request.principal.membership_id), "status": "done"},
        teams=my_teams(request.principal),
        people=people_of(request.principal),
        planned=planned,
    )
    notice = None
    if request.method == "POST" and form.is_valid():
        try:
            said = _record(request.principal, resident, form)
        except SentAlready as problem:
            notice = _sent_already(form, problem)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, f"{said} is saved. Everybody around {resident.called} can read it.")
            return redirect("resident_record", resident.id)
    return encounter_page(
        request,
        "encounter_new",
        resident,
        form=form,
        notice=notice,
        planned=[(one.id, this_one(one), planned_words(one)) for one in planned],
    )


@for_members
def encounter_plan(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """Another organisation that plans the same day is shown before it is saved; saving again plans it all the same."""
    resident = seen_resident(request, resident_id, "encounters.viewed")
    form = PlanForm(
        request.POST or None,
        initial={"made": new_id(), "seen_by": str(request.principal.membership_id), "kind": "visit"},
        teams=my_teams(request.principal),
        people=people_of(request.principal),
    )
    warning = notice = None
    if request.method == "POST" and form.is_valid():
        warning = new_warning(request.principal, resident, form)
        planned = None
        try:
            planned = None if warning else _plan(request.principal, resident, form)
        except SentAlready as problem:
            notice = _sent_already(form, problem)
        except RuleError as problem:
            refuse(form, problem)
        if planned:
            when = dates.moment_inside(planned.at, now=clock.now())
            messages.success(request, f"Planned: {planned.get_kind_display().lower()}, {when}.")
            return redirect("resident_record", resident.id)
    coming = encounters_around(request.principal, resident.id).planned
    return encounter_page(
        request,
        "encounter_plan",
        resident,
        form=form,
        notice=notice,
        warning=warning,
        coming=encounter_rows(coming),
    )


encounters_urls = [
    path("residents/<uuid:resident_id>/visits/", resident_encounters, name="resident_encounters"),
    path("residents/<uuid:resident_id>/visits/new/", encounter_new, name="encounter_new"),
    path("residents/<uuid:resident_id>/visits/plan/", encounter_plan, name="encounter_plan"),
]


def _was_saved(request: MemberRequest, resident: Resident) -> bool:
    """The same words about one that was planned, sent a second time."""
    planned = id_or_none(request.POST.get("planned", ""))
    if planned is None:
        return False
    mine = Encounter.objects.visible_to(request.principal).filter(team_id__in=request.principal.team_ids)
    said = mine.filter(id=planned, resident=resident, status__in=HAPPENED).values_list("note", flat=True)
    return request.POST.get("note", "").replace("\r\n", "\n").strip() in said


def _record(principal: Principal, resident: Resident, form: RecordForm) -> str:
    """What is written down, or how what was planned for today went: the words for it."""
    typed = form.cleaned_data
    planned = form.of_today.get(typed["planned"])
    if planned is None:
        facts, given = form.facts(typed["kind"]), {"status": typed["status"], "encounter_id": typed["made"]}
        made = record_encounter(by=principal, resident_id=resident.id, team_id=typed["team"], facts=facts, **given)
        return f"The {made.get_kind_display().lower()}"
    said = {name: typed[name] for name in ("status", "at", "note", "outcome", "hidden", "method")}
    complete_encounter(by=principal, encounter_id=planned.id, seen_by_id=typed["seen_by"], **said)
    return f"The {this_one(planned)}"


def _plan(principal: Principal, resident: Resident, form: PlanForm) -> Encounter:
    typed = form.cleaned_data
    return plan_encounter(
        by=principal,
        resident_id=resident.id,
        team_id=typed["team"],
        facts=form.facts(typed["kind"]),
        encounter_id=typed["made"],
    )


def _sent_already(form: forms.Form, problem: SentAlready) -> Notice | None:
    first = cast("Encounter | None", problem.made)
    if first is None:
        return as_another(form, "entry", None)
    words = f"{first.get_kind_display()}, {dates.moment_inside(first.at, now=clock.now())}"
    return as_another(form, "entry", Link(words, reverse("encounter", args=[first.id])))
