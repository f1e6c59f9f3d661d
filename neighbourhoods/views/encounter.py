"""One visit, call or note: reading it, saying how it went, changing or correcting it, taking it back."""

from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from carecoord.errors import RuleError, StaleVersion
from carecoord.ui import forms
from carecoord.ui.components import Notice
from neighbourhoods.display.encounters import earlier_rows, facts_list, heading_of, saved_words, status_tag
from neighbourhoods.forms.encounters import ChangeForm, OutcomeForm, ReasonForm
from neighbourhoods.models import Encounter, Resident
from neighbourhoods.principal import Principal
from neighbourhoods.services import allowed_moves, change_encounter, complete_encounter, facts_of, move_encounter
from neighbourhoods.views.encounter_parts import encounter_page, new_warning, people_of, refuse
from neighbourhoods.web import MemberRequest, for_members, seen_resident

SHOWN = ("team__organisation", "seen_by__user", "seen_by__organisation", "written_by__user")
# What the page offers of the moves that need a reason: the heading, the button and what is said afterwards.
TAKEN_BACK = {
    "cancel": ("Not needed after all", "Cancel it", "It is cancelled."),
    "enter_in_error": ("Was it a mistake?", "Mark it as entered in error", "It is marked as entered in error."),
}


@dataclass(frozen=True)
class EncounterForms:
    """The forms of the page; one that the reader may not use is None."""

    outcome: OutcomeForm | None = None
    reason: ReasonForm | None = None
    verb: str = ""

    @property
    def shown(self) -> list[forms.Form]:
        return [form for form in (self.outcome, self.reason) if form is not None]

    @property
    def words(self) -> tuple[str, str, str]:
        return TAKEN_BACK.get(self.verb, ("", "", ""))


@for_members
def encounter(request: MemberRequest, encounter_id: UUID) -> HttpResponse:
    found, resident = _seen(request, encounter_id)
    return _show(request, found, resident, _forms(request.principal, found))


@require_POST
@for_members
def encounter_outcome(request: MemberRequest, encounter_id: UUID) -> HttpResponse:
    """How a planned one went."""
    found, resident = _seen(request, encounter_id)
    mine = _forms(request.principal, found, outcome=request.POST)
    form = mine.outcome
    if form is None:
        return redirect("encounter", found.id)
    if form.is_valid():
        try:
            complete_encounter(by=request.principal, encounter_id=found.id, **form.cleaned_data)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, f"Saved. Everybody around {resident.called} can read it.")
            return redirect("resident_record", resident.id)
    return _show(request, found, resident, mine)


@require_POST
@for_members
def encounter_move(request: MemberRequest, encounter_id: UUID) -> HttpResponse:
    """Cancelled, or entered in error, with the reason."""
    found, resident = _seen(request, encounter_id)
    mine = _forms(request.principal, found, reason=request.POST)
    form = mine.reason
    if form is None or request.POST.get("verb") != mine.verb:
        return redirect("encounter", found.id)
    if form.is_valid():
        try:
            move_encounter(by=request.principal, encounter_id=found.id, verb=mine.verb, **form.cleaned_data)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, mine.words[2])
            return redirect("resident_encounters", resident.id)
    return _show(request, found, resident, mine)


@for_members
def encounter_change(request: MemberRequest, encounter_id: UUID) -> HttpResponse:
    """Nothing typed is lost to somebody who saved first: what stands there now is shown above the form.

    What is planned on another day meets the same warning as what is planned anew.
    """
    found, resident = _seen(request, encounter_id)
    if "change" not in allowed_moves(request.principal, found):
        return redirect("encounter", found.id)
    form = ChangeForm(
        request.POST or None,
        initial=_initial(found),
        encounter=found,
        people=people_of(request.principal, found.seen_by),
    )
    stale: Notice | None = None
    warning: Notice | None = None
    is_valid = request.method == "POST" and form.is_valid()
    if is_valid and _is_planned_for_another_day(found, form):
        warning = new_warning(request.principal, resident, form)
    if is_valid and not warning:
        try:
            change_encounter(
                by=request.principal,
                encounter_id=found.id,
                version=form.cleaned_data["version"],
                facts=replace(facts_of(found), **form.changes()),
                reason=form.cleaned_data.get("correction", ""),
            )
        except StaleVersion as problem:
            stale = _refuse_stale(form, problem, found)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, "Saved.")
            return redirect("encounter", found.id)
    return encounter_page(
        request,
        "encounter_change",
        resident,
        form=form,
        encounter=found,
        title=heading_of(found),
        stale=stale,
        warning=warning,
    )


encounter_urls = [
    path("visits/<uuid:encounter_id>/", encounter, name="encounter"),
    path("visits/<uuid:encounter_id>/outcome/", encounter_outcome, name="encounter_outcome"),
    path("visits/<uuid:encounter_id>/move/", encounter_move, name="encounter_move"),
    path("visits/<uuid:encounter_id>/change/", encounter_change, name="encounter_change"),
]


def _seen(request: MemberRequest, encounter_id: UUID) -> tuple[Encounter, Resident]:
    found = Encounter.objects.visible_to(request.principal).select_related(*SHOWN).filter(id=encounter_id).first()
    if found is None:
        raise Http404("Nothing of a resident of yours")
    return found, seen_resident(request, found.resident_id, "encounter.viewed")


def _show(request: MemberRequest, found: Encounter, resident: Resident, mine: EncounterForms) -> HttpResponse:
    return encounter_page(
        request,
        "encounter",
        resident,
        title=heading_of(found),
        status=status_tag(found),
        facts=facts_list(found),
        earlier=earlier_rows(found),
        mine=mine,
        forms=mine.shown,
        can_change="change" in allowed_moves(request.principal, found),
        encounter=found,
    )


def _forms(principal: Principal, found: Encounter, outcome: Any = None, reason: Any = None) -> EncounterForms:
    """What is planned is cancelled; what has ended can only have been a mistake."""
    moves = allowed_moves(principal, found)
    verb = next((verb for verb in TAKEN_BACK if verb in moves), "")
    return EncounterForms(
        outcome=OutcomeForm(outcome, prefix="outcome") if "complete" in moves else None,
        reason=ReasonForm(reason, prefix="move") if verb else None,
        verb=verb,
    )


def _is_planned_for_another_day(found: Encounter, form: ChangeForm) -> bool:
    return found.status == "planned" and localtime(found.at).date() != localtime(form.cleaned_data["at"]).date()


def _initial(found: Encounter) -> dict[str, object]:
    facts = facts_of(found)
    return {
        "at": facts.at,
        "method": facts.method,
        "seen_by": str(facts.seen_by_id or ""),
        "purpose": facts.purpose,
        "note": facts.note,
        "outcome": facts.outcome,
        "hidden": facts.hidden,
        "version": found.version,
    }


def _refuse_stale(form: ChangeForm, problem: StaleVersion, found: Encounter) -> Notice:
    """Let the same form be saved again over what stands there now."""
    current = cast("Encounter", problem.current)
    form.data = {**cast("QueryDict", form.data).dict(), "version": str(current.version)}
    form.add_error(None, f"{problem.sentence.rstrip('.')}: read what it says now, then save again")
    return Notice("amber", "While you were typing, somebody saved:", saved_words(found), icon="pencil", is_live=True)
