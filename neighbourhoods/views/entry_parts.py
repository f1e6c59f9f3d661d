"""What the pages of entries share."""

from typing import cast
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from carecoord import clock
from carecoord.errors import SentAlready
from carecoord.ui import dates, forms
from carecoord.ui.components import Link, Notice
from carecoord.ui.sent_already import as_another
from neighbourhoods.codes import Choices, choices_of
from neighbourhoods.definitions import Definition
from neighbourhoods.display.entries import heading_of
from neighbourhoods.entries import OneEntry, one_entry
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Entry, Resident
from neighbourhoods.principal import Principal
from neighbourhoods.services import allowed_on_entry
from neighbourhoods.web import MemberRequest


def entry_page(
    request: MemberRequest, name: str, resident: Resident, *, tab: str = "resident_record", **context: object
) -> HttpResponse:
    """A page inside the resident's record; 422 when a form on it was refused."""
    several = context.get("forms")
    shown = [context.get("form"), *(several if isinstance(several, list) else [])]
    frame = {
        "resident": record_frame(request.principal, resident, tab),
        "resident_id": resident.id,
        "called": resident.called,
        "everything": reverse("resident_entries", args=[resident.id]),
    }
    status = 422 if any(isinstance(form, forms.Form) and form.errors for form in shown) else 200
    return render(request, f"neighbourhoods/{name}.html", frame | context, status=status)


def found_entry(request: MemberRequest, resident: Resident, entry_id: UUID) -> OneEntry:
    found = one_entry(request.principal, resident.id, entry_id)
    if found is None:
        raise Http404("No such entry of this resident")
    return found


def choices_for(definition: Definition) -> Choices:
    return choices_of(*definition.lists) if definition.lists else {}


def corrected_meanwhile(by: Principal, newest: Entry) -> tuple[Notice, str]:
    """What stands there now, and where what was typed corrects that; empty where it may not."""
    may = "correct" in allowed_on_entry(by, newest)
    link = Link(heading_of(newest), reverse("entry", args=[newest.resident_id, newest.id]))
    kept = "What you typed is kept below: save it to correct that, or go back." if may else "What you typed is below."
    at = dates.moment_inside(newest.created_at, now=clock.now())
    bold = f"{newest.recorded_by_name} corrected it {at}. This is what it says now."
    to = reverse("entry_correct", args=[newest.resident_id, newest.id]) if may else ""
    return Notice("amber", bold, kept, links=(link,)), to


def sent_already(form: forms.Form, problem: SentAlready, what: str) -> Notice | None:
    first = cast("Entry | None", problem.made)
    link = Link(heading_of(first), reverse("entry", args=[first.resident_id, first.id])) if first else None
    return as_another(form, what, link)
