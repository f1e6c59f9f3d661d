"""What was changed about one resident, and who looked."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from carecoord.record.access import looks_before
from carecoord.record.display.access import look_rows
from carecoord.record.display.timeline import timeline_rows
from carecoord.record.forms import MomentForm, TimelineForm
from carecoord.record.timeline import NONE, changes_before
from carecoord.ui.components import Link, Pagination
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Resident
from neighbourhoods.timeline import EVERYTHING, ever_around
from neighbourhoods.web import MemberRequest, NotSeen, for_members, seen_resident


@for_members
def resident_timeline(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """What does not name days or teams that can be understood shows the filters again, and no changes."""
    resident = seen_resident(request, resident_id, "timeline.viewed")
    older_than = _entry_id(request.GET.get("before", ""))
    around = ever_around(request.principal, resident.id)
    form = TimelineForm(request.GET, teams=around.teams)
    is_understood = form.is_valid()
    wanted = form.wanted() if is_understood else EVERYTHING
    changes = changes_before(resident.id, older_than, wanted, merged=around.merged) if is_understood else NONE
    here = reverse("resident_timeline", args=[resident.id])
    context = {
        "resident": record_frame(request.principal, resident, "resident_timeline"),
        "form": form,
        "is_narrowed": bool(wanted) or not is_understood,
        "here": here,
        "moment": MomentForm(),
        "as_it_was": reverse("as_it_was", args=[resident.id]),
        "rows": timeline_rows(request.principal, changes, with_record=True),
        "pages": _pages(request, here, changes.older, is_first=older_than is None),
    }
    return render(request, "record/resident_timeline.html", context, status=200 if is_understood else 422)


@for_members
def resident_access(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """The function that reads the log writes the look, so this page writes none of its own."""
    residents = Resident.objects.visible_to(request.principal).select_related("gp_practice", "neighbourhood")
    resident = residents.filter(id=resident_id).first()
    if resident is None:
        raise NotSeen(resident_id)
    before = _entry_id(request.GET.get("before", ""))
    found = looks_before(resident.id, before)
    here = reverse("resident_access", args=[resident.id])
    context = {
        "resident": record_frame(request.principal, resident, "resident_access"),
        "resident_id": resident.id,
        "rows": look_rows(found.looks),
        "pages": Pagination(
            previous=Link("Latest looks", here) if before else None,
            next=Link("Earlier looks", f"{here}?before={found.older}") if found.older else None,
        ),
    }
    return render(request, "record/resident_access.html", context)


def _pages(request: MemberRequest, here: str, older: UUID | None, *, is_first: bool) -> Pagination:
    """With the filters as they stand in the address."""
    kept = {name: value for name, value in request.GET.items() if name != "before" and value}

    def page(**more: object) -> str:
        asked = urlencode({**kept, **more})
        return f"{here}?{asked}" if asked else here

    return Pagination(
        previous=None if is_first else Link("Latest changes", page()),
        next=Link("Earlier changes", page(before=older)) if older else None,
    )


def _entry_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as problem:
        raise Http404("No such entry") from problem
