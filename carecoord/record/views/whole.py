"""The whole record in one order: as it is, and as it was at a moment of the past."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from carecoord import audit, clock
from carecoord.record.display.past import before_it_began, past_page, said
from carecoord.record.display.timeline import minute_of
from carecoord.record.display.whole import authored_by_audit, contents_of, parts_of
from carecoord.record.forms import MomentForm
from carecoord.record.reading import record_as_it_was, record_now
from neighbourhoods.authors import authors_of
from neighbourhoods.frame import banner_of, record_frame
from neighbourhoods.models import Resident
from neighbourhoods.web import MemberRequest, NotSeen, for_members, seen_by, seen_resident
from neighbourhoods.withheld import kept_notice

MINUTE = "%Y-%m-%dT%H:%MZ"
EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)


@for_members
def whole_record(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "record.viewed")
    content = record_now(request.principal, resident)
    parts = parts_of(request.principal, content, authors_of(authored_by_audit(content)))
    context = {
        "resident": record_frame(request.principal, resident, "resident_record"),
        "parts": parts,
        "contents": contents_of(parts),
        "withheld": kept_notice(request.principal, resident.id),
        "as_it_was": reverse("as_it_was", args=[resident.id]),
    }
    return render(request, "record/whole_record.html", context)


@for_members
def as_it_was(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """With a minute in the address the record of then; else the form that asks for one, which leads there."""
    resident = seen_by(request.principal, resident_id)
    if resident is None:
        raise NotSeen(resident_id)
    if "at" in request.GET:
        return _past(request, resident, _moment(request.GET["at"]))
    is_asked = any(name.startswith("at_") for name in request.GET)
    form = MomentForm(request.GET if is_asked else None)
    if is_asked and form.is_valid():
        here = reverse("as_it_was", args=[resident.id])
        return redirect(f"{here}?at={minute_of(form.cleaned_data['at'])}")
    _looked(request, resident, "timeline.viewed")
    context = {
        "resident": record_frame(request.principal, resident, "resident_timeline"),
        "called": resident.called,
        "form": form,
        "back": reverse("resident_timeline", args=[resident.id]),
    }
    return render(request, "record/as_it_was_when.html", context, status=422 if form.errors else 200)


def _past(request: MemberRequest, resident: Resident, moment: datetime) -> HttpResponse:
    """One resident, with today's rights. Writes down which moment was looked at."""
    _looked(request, resident, "record.viewed_as_it_was", moment=moment.isoformat())
    context = {
        "at": said(moment),
        "now": clock.now(),
        "record": reverse("resident_record", args=[resident.id]),
        "when": reverse("as_it_was", args=[resident.id]),
        "past": None,
    }
    if moment < resident.created_at:
        context |= {"nothing": before_it_began(resident, moment), "banner": banner_of(resident)}
    else:
        content = record_as_it_was(request.principal, resident, moment)
        past = past_page(request.principal, content, moment, authors_of(authored_by_audit(content)))
        context |= {"past": past, "banner": past.banner}
    return render(request, "record/as_it_was.html", context)


def _looked(request: MemberRequest, resident: Resident, verb: str, **detail: str) -> None:
    audit.looked(verb, by=request.principal, resident_id=resident.id, about=("resident", resident.id), **detail)


def _moment(text: str) -> datetime:
    """The end of the minute, so that what was written in it counts; of this minute, now. 404 for anything else."""
    try:
        minute = datetime.strptime(text, MINUTE).replace(tzinfo=UTC)
    except ValueError as problem:
        raise Http404("No such moment") from problem
    if minute < EARLIEST or minute > clock.now():
        raise Http404("Nothing is recorded of what has not happened, nor of so long ago")
    return min(minute + timedelta(minutes=1, microseconds=-1), clock.now())
