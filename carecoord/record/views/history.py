"""What was changed about one resident, and who looked."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from carecoord.record.access import looks_before
from carecoord.record.display.access import look_rows
from carecoord.record.display.timeline import timeline_rows
from carecoord.record.timeline import changes_before
from carecoord.ui.components import Link, Pagination
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Resident
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@for_members
def resident_timeline(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "timeline.viewed")
    before = _entry_id(request.GET.get("before", ""))
    changes = changes_before(resident.id, before)
    here = reverse("resident_timeline", args=[resident.id])
    context = {
        "resident": record_frame(request.principal, resident, "resident_timeline"),
        "rows": timeline_rows(changes),
        "pages": Pagination(
            previous=Link("Latest changes", here) if before else None,
            next=Link("Earlier changes", f"{here}?before={changes.older}") if changes.older else None,
        ),
    }
    return render(request, "record/resident_timeline.html", context)


@for_members
def resident_access(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """The function that reads the log writes the look, so this page writes none of its own."""
    residents = Resident.objects.visible_to(request.principal).select_related("gp_practice", "neighbourhood")
    resident = residents.filter(id=resident_id).first()
    if resident is None:
        raise Http404("No resident of yours")
    before = _entry_id(request.GET.get("before", ""))
    found = looks_before(resident.id, before)
    here = reverse("resident_access", args=[resident.id])
    context = {
        "resident": record_frame(request.principal, resident, "resident_access"),
        "rows": look_rows(found.looks),
        "pages": Pagination(
            previous=Link("Latest looks", here) if before else None,
            next=Link("Earlier looks", f"{here}?before={found.older}") if found.older else None,
        ),
    }
    return render(request, "record/resident_access.html", context)


def _entry_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as problem:
        raise Http404("No such entry") from problem
