"""Everything recorded about a resident, and one form for every kind of entry."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from carecoord.errors import RuleError, SentAlready
from carecoord.ui.components import Button, Link, Pagination
from neighbourhoods.definitions import SECTIONS, Definition, recordable
from neighbourhoods.display.entries import contents_of, hidden_rows, kind_groups, nothing_in, past_rows, sections_of
from neighbourhoods.entries import hidden_from_reader, recorded_about
from neighbourhoods.forms.entries import EntryForm, initial_from, initial_of
from neighbourhoods.models import Entry, Resident
from neighbourhoods.models.clinical import kinds_to_record, reads_kind, unread_kinds
from neighbourhoods.principal import Principal
from neighbourhoods.services import record_entry
from neighbourhoods.views.encounter_parts import id_or_none, my_teams, refuse
from neighbourhoods.views.entry_parts import choices_for, entry_page, sent_already
from neighbourhoods.views.seal import seals_to_open
from neighbourhoods.web import MemberRequest, for_members, not_for_this_role, seen_resident
from neighbourhoods.withheld import kept_notice


@for_members
def resident_entries(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """What holds now, section by section, and below it what no longer does."""
    resident = seen_resident(request, resident_id, "entries.viewed")
    before = id_or_none(request.GET.get("before", ""))
    found = recorded_about(request.principal, resident.id, before)
    hidden = () if before else hidden_from_reader(resident.id)
    here, sections = reverse("resident_entries", args=[resident.id]), sections_of(found)
    withheld = kept_notice(request.principal, resident.id, SECTIONS)
    return entry_page(
        request,
        "resident_entries",
        resident,
        sections=() if before else sections,
        contents=None if before else contents_of(sections, len(found.past)),
        hidden=hidden_rows(hidden, resident.id, seals_to_open(request.principal) if hidden else ()),
        nothing="" if withheld else nothing_in(sections, hidden, unread=unread_kinds(request.principal)),
        past=past_rows(found),
        is_past=before is not None,
        withheld=withheld,
        sharing=reverse("resident_sharing", args=[resident.id]),
        record=Button("Record something", reverse("entry_choose", args=[resident.id]), tone="green"),
        pages=Pagination(
            previous=Link("What holds now", here) if before else None,
            next=Link("Earlier ones", f"{here}?before={found.older}#past") if found.older else None,
        ),
    )


@for_members
def entry_choose(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "entries.viewed")
    groups = kind_groups(kinds_to_record(request.principal), resident.id)
    return entry_page(request, "entry_choose", resident, groups=groups)


@for_members
def entry_new(request: MemberRequest, resident_id: UUID, kind: str) -> HttpResponse:
    definition = next((one for one in recordable(clinical=True) if one.key == kind), None)
    if definition is None:
        raise Http404("Nothing that is recorded")
    if not reads_kind(request.principal, kind):
        return not_for_this_role(request, resident_id, "Your role does not record what is clinical.")
    resident = seen_resident(request, resident_id, "entries.viewed")
    form = EntryForm(
        request.POST if request.method == "POST" else None,
        initial=_initial(request.principal, resident, definition),
        definition=definition,
        choices=choices_for(definition),
        teams=my_teams(request.principal) if len(request.principal.team_ids) > 1 else (),
    )
    notice = None
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            entry = record_entry(
                by=request.principal,
                resident_id=resident.id,
                facts=form.facts(),
                team_id=typed.get("team"),
                entry_id=typed["made"],
            )
        except SentAlready as problem:
            notice = sent_already(form, problem, "entry")
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, _saved(entry, resident))
            return redirect("resident_entries", resident.id)
    return entry_page(request, "entry_new", resident, form=form, notice=notice, definition=definition)


entries_urls = [
    path("residents/<uuid:resident_id>/record/", resident_entries, name="resident_entries"),
    path("residents/<uuid:resident_id>/record/new/", entry_choose, name="entry_choose"),
    path("residents/<uuid:resident_id>/record/new/<str:kind>/", entry_new, name="entry_new"),
]


def _initial(principal: Principal, resident: Resident, definition: Definition) -> dict[str, Any]:
    """Of a group what stands there already: one adds what was done since, and the rest stays as it is."""
    if not (definition.is_cohort and definition.single):
        return initial_of(definition)
    mine = Entry.objects.visible_to(principal).current().filter(resident=resident, kind=definition.key)
    before = mine.filter(Q(seal="") | Q(recorded_by_team_id__in=principal.team_ids)).first()
    return initial_from(before) if before else initial_of(definition)


def _saved(entry: Entry, resident: Resident) -> str:
    if entry.seal:
        return "Recorded. Few read it; everybody else is told to ask your team."
    if entry.definition.strip:
        return f"It stands beside {resident.called}'s name on every page now."
    return f"Recorded. Everybody around {resident.called} can read it."
