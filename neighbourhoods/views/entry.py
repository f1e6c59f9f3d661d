"""One entry: what it says, who wrote it; correcting, ending, taking back, and writing a note beside another's."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST

from carecoord.errors import NotYours, RuleError, SentAlready
from carecoord.ids import new_id
from carecoord.ui import forms
from neighbourhoods.definitions import BESIDE, QUERY
from neighbourhoods.display.entries import earlier_rows, entry_row, facts_list, heading_of, note_of, provenance_of
from neighbourhoods.entries import OneEntry
from neighbourhoods.forms.entries import AnswerForm, CorrectionForm, NoteForm, QueryForm, WhyForm, initial_from
from neighbourhoods.models import Entry, Resident
from neighbourhoods.principal import Principal
from neighbourhoods.services import (
    allowed_on_entry,
    annotate_entry,
    correct_entry,
    end_entry,
    enter_entry_in_error,
    may_change,
    may_reveal,
    query_entry,
    reveal_secret,
    who_changes,
)
from neighbourhoods.views.encounter_parts import refuse
from neighbourhoods.views.entry_parts import choices_for, corrected_meanwhile, entry_page, found_entry, sent_already
from neighbourhoods.web import MemberRequest, for_members, seen_resident

MOVES = {"end": end_entry, "enter_in_error": enter_entry_in_error}
SAID = {"end": "It holds no longer.", "enter_in_error": "It is marked as entered in error."}


@dataclass(frozen=True)
class EntryForms:
    """The forms of the page; one that the reader may not use is None."""

    end: WhyForm | AnswerForm | None = None
    enter_in_error: WhyForm | None = None
    note: NoteForm | None = None
    query: QueryForm | None = None

    @property
    def shown(self) -> list[forms.Form]:
        return [form for form in (self.end, self.enter_in_error, self.note, self.query) if form is not None]


@for_members
def entry(request: MemberRequest, resident_id: UUID, entry_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "entry.viewed")
    found = found_entry(request, resident, entry_id)
    return _show(request, resident, found, _forms(request.principal, found))


@require_POST
@for_members
def entry_code(request: MemberRequest, resident_id: UUID, entry_id: UUID) -> HttpResponse:
    """The code, in this one answer: it stands in no address, no session and no browser's memory."""
    resident = seen_resident(request, resident_id, "entry.viewed")
    found = found_entry(request, resident, entry_id)
    try:
        code = reveal_secret(by=request.principal, entry=found.entry)
    except NotYours as problem:
        raise Http404(problem.sentence) from problem
    return _show(request, resident, found, _forms(request.principal, found), code=code or "No code is recorded")


@for_members
def entry_opened(request: MemberRequest, entry_id: UUID) -> HttpResponse:
    """Where an alert leads: to the entry, or to the one beside which the note stands."""
    mine = Entry.objects.visible_to(request.principal).for_role(request.principal)
    found = mine.filter(id=entry_id).first()
    if found is None:
        raise Http404("No entry of a resident of yours")
    return redirect("entry", found.resident_id, found.about_id or found.id)


@require_POST
@for_members
def entry_move(request: MemberRequest, resident_id: UUID, entry_id: UUID) -> HttpResponse:
    """It holds no longer, or was never so, with the reason."""
    resident = seen_resident(request, resident_id, "entry.viewed")
    found, verb = found_entry(request, resident, entry_id), request.POST.get("verb", "")
    mine = _forms(request.principal, found, **({verb: request.POST} if verb in MOVES else {}))
    form = getattr(mine, verb) if verb in MOVES else None
    if form is None:
        if not may_change(request.principal, found.entry):
            messages.error(request, who_changes(found.entry))
        return redirect("entry", resident.id, found.entry.id)
    if form.is_valid():
        try:
            MOVES[verb](by=request.principal, resident_id=resident.id, entry_id=found.entry.id, **form.cleaned_data)
        except RuleError as problem:
            refuse(form, problem)
        else:
            if found.entry.kind == QUERY and verb == "end":
                messages.success(request, "The question is answered. It stays in the record.")
                return redirect("entry", resident.id, found.entry.about_id)
            messages.success(request, SAID[verb] + _left_behind(verb, found))
            return redirect("resident_entries", resident.id)
    return _show(request, resident, found, mine)


@require_POST
@for_members
def entry_annotate(request: MemberRequest, resident_id: UUID, entry_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "entry.viewed")
    found = found_entry(request, resident, entry_id)
    mine = _forms(request.principal, found, note=request.POST)
    form, notice = mine.note, None
    if form is None:
        return redirect("entry", resident.id, found.entry.id)
    if form.is_valid():
        try:
            annotate_entry(
                by=request.principal,
                resident_id=resident.id,
                entry_id=found.entry.id,
                text=form.cleaned_data["text"],
                note_id=form.cleaned_data["made"],
            )
        except SentAlready as problem:
            notice = sent_already(form, problem, "note")
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, f"Your note stands beside it. Everybody around {resident.called} can read it.")
            return redirect("entry", resident.id, found.entry.id)
    return _show(request, resident, found, mine, notice=notice)


@require_POST
@for_members
def entry_query(request: MemberRequest, resident_id: UUID, entry_id: UUID) -> HttpResponse:
    """The resident questions the entry (IG-29): the team that wrote it is asked."""
    resident = seen_resident(request, resident_id, "entry.viewed")
    found = found_entry(request, resident, entry_id)
    mine = _forms(request.principal, found, query=request.POST)
    form, notice = mine.query, None
    if form is None:
        return redirect("entry", resident.id, found.entry.id)
    if form.is_valid():
        try:
            query = query_entry(
                by=request.principal,
                resident_id=resident.id,
                entry_id=found.entry.id,
                text=form.cleaned_data["text"],
                query_id=form.cleaned_data["made"],
            )
        except SentAlready as problem:
            notice = sent_already(form, problem, "question")
        except RuleError as problem:
            refuse(form, problem)
        else:
            asked = query.seal_team.name if query.seal_team else "Your team"
            messages.success(request, f"{asked} is asked to answer. The question stands beside the entry.")
            return redirect("entry", resident.id, found.entry.id)
    return _show(request, resident, found, mine, notice=notice)


@for_members
def entry_correct(request: MemberRequest, resident_id: UUID, entry_id: UUID) -> HttpResponse:
    """The same form, filled in; what it says now is kept below it."""
    resident = seen_resident(request, resident_id, "entry.viewed")
    found = found_entry(request, resident, entry_id)
    before = found.entry
    if "correct" not in allowed_on_entry(request.principal, before) and request.method != "POST":
        return redirect("entry", resident.id, before.id)
    if before.kind in BESIDE or before.definition.retired:
        return redirect("entry", resident.id, before.id)
    form = CorrectionForm(
        request.POST if request.method == "POST" else None,
        initial=initial_from(before),
        definition=before.definition,
        before=before.hidden,
        choices=_with_what_stands(choices_for(before.definition), before.data, before),
    )
    notice, to_newest = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            after = correct_entry(
                by=request.principal,
                resident_id=resident.id,
                entry_id=before.id,
                facts=form.facts(),
                reason=form.cleaned_data["correction"],
                made_id=form.cleaned_data["made"],
            )
        except SentAlready as problem:
            notice = sent_already(form, problem, "entry")
        except RuleError as problem:
            if newest := _newest(request, resident, found):
                form.add_error(None, "Somebody corrected this while you were typing.")
                notice, to_newest = corrected_meanwhile(request.principal, newest)
            else:
                refuse(form, problem)
        else:
            messages.success(request, "Corrected. What it said before stays in the record.")
            return redirect("entry", resident.id, after.id)
    return entry_page(
        request,
        "entry_correct",
        resident,
        form=form,
        notice=notice,
        to_newest=to_newest,
        entry=before,
        title=heading_of(before),
    )


def _newest(request: MemberRequest, resident: Resident, found: OneEntry) -> Entry | None:
    """What an entry says by now, where somebody has corrected it."""
    later = None
    while found.later:
        found = found_entry(request, resident, found.later.id)
        later = found.entry
    return later


entry_urls = [
    path("residents/<uuid:resident_id>/record/<uuid:entry_id>/", entry, name="entry"),
    path("entries/<uuid:entry_id>/", entry_opened, name="entry_opened"),
    path("residents/<uuid:resident_id>/record/<uuid:entry_id>/code/", entry_code, name="entry_code"),
    path("residents/<uuid:resident_id>/record/<uuid:entry_id>/move/", entry_move, name="entry_move"),
    path("residents/<uuid:resident_id>/record/<uuid:entry_id>/annotate/", entry_annotate, name="entry_annotate"),
    path("residents/<uuid:resident_id>/record/<uuid:entry_id>/query/", entry_query, name="entry_query"),
    path("residents/<uuid:resident_id>/record/<uuid:entry_id>/correct/", entry_correct, name="entry_correct"),
]


def _show(
    request: MemberRequest,
    resident: Resident,
    found: OneEntry,
    mine: EntryForms,
    notice: object = None,
    code: str = "",
) -> HttpResponse:
    one = found.entry
    return entry_page(
        request,
        "entry",
        resident,
        entry=one,
        title=heading_of(one),
        row=entry_row(one),
        facts=facts_list(one),
        provenance=provenance_of(one),
        notes=[note_of(note) for note in found.notes],
        earlier=earlier_rows(found),
        later=entry_row(found.later) if found.later else None,
        about=one.about,
        is_question=one.kind == QUERY,
        mine=mine,
        forms=mine.shown,
        notice=notice,
        can_correct="correct" in allowed_on_entry(request.principal, one) and not one.definition.retired,
        whose="" if may_change(request.principal, one) else who_changes(one),
        has_code=bool(one.definition.secret) and one.state == "current",
        can_reveal=may_reveal(request.principal, one),
        code=code,
    )


def _left_behind(verb: str, found: OneEntry) -> str:
    """What an error had replaced does not come back by itself: somebody must say that it still holds."""
    if verb != "enter_in_error" or not found.earlier or found.later:
        return ""
    return f" It had taken the place of “{found.earlier[0]}”: record that again if it holds."


def _forms(principal: Principal, found: OneEntry, **data: Any) -> EntryForms:
    may, is_beside = allowed_on_entry(principal, found.entry), found.entry.kind in BESIDE
    ending = AnswerForm if found.entry.kind == QUERY else WhyForm
    return EntryForms(
        end=ending(data.get("end"), prefix="end") if "end" in may else None,
        enter_in_error=WhyForm(data.get("enter_in_error"), prefix="error") if "enter_in_error" in may else None,
        note=None if is_beside else NoteForm(data.get("note"), prefix="note", initial={"made": new_id()}),
        query=None if is_beside else QueryForm(data.get("query"), prefix="query", initial={"made": new_id()}),
    )


def _with_what_stands(choices: Any, data: Any, before: Any) -> Any:
    """A code that has gone from its list since may stay as it is."""
    found = {key: dict(offered) for key, offered in choices.items()}
    for field in before.definition.fields:
        stood = data.get(field.key)
        for one in stood if isinstance(stood, list) else [stood]:
            if field.asks_codes and isinstance(one, dict):
                found[field.list].setdefault(one["code"], one["display"])
    return found
