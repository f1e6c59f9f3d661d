"""One resident's record: the summary, or the card that stops whoever has no recorded reason to open it."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from carecoord import audit, clock
from carecoord.errors import RuleError
from carecoord.record.display.interruption import claimed
from carecoord.record.display.summary import summary_of, voice_of
from carecoord.record.display.wrong import ALL_STEPS, if_rows, if_wrong
from carecoord.record.forms import ClaimForm
from carecoord.record.reading.glance import glance_at
from carecoord.record.reading.standing import open_of
from carecoord.record.views.interruption import interruption, page_asked_for
from carecoord.record.waiting import surroundings
from neighbourhoods.around import around
from neighbourhoods.display.people import people_to_ring
from neighbourhoods.frame import record_frame
from neighbourhoods.services import ClaimReason, claim_relationship
from neighbourhoods.services.relationships import KEPT_OUT
from neighbourhoods.web import MemberRequest, for_members, seen_by, seen_resident


@for_members
def resident_record(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """200 with the summary; 403 with the interruption card; 404 for restricted and unknown people alike."""
    resident = seen_by(request.principal, resident_id)
    if resident is None:
        return interruption(request, resident_id)
    audit.looked("resident.viewed", by=request.principal, resident_id=resident.id, about=("resident", resident.id))
    overview = summary_of(request.principal, glance_at(request.principal, resident))
    context = {
        "resident": record_frame(request.principal, resident, "resident_record", overview.counts),
        "overview": overview,
    }
    return render(request, "record/resident_record.html", context)


@for_members
def emergency_plan(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """One page to print for whoever comes when things go wrong: what to do, whom to ring, what matters."""
    by, resident = request.principal, seen_resident(request, resident_id, "emergency_plan.printed")
    found = open_of(by, resident.id)
    voice = voice_of(resident, found.most_important)
    context = {
        "resident": record_frame(by, resident, "resident_record"),
        "voice": replace(voice, more=None) if voice else None,
        "wrong": if_wrong(by, resident, found),
        "rows": list(if_rows(found.if_wrong, ALL_STEPS)),
        "ring": people_to_ring(resident, around(by, resident.id)),
        "now": clock.now(),
        "back": reverse("resident_record", args=[resident.id]),
    }
    return render(request, "record/emergency_plan.html", context)


@require_POST
@for_members
def claim(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """Record how I am involved, and open. Whoever sees the record already simply goes there."""
    if seen_by(request.principal, resident_id):
        return redirect(page_asked_for(request, resident_id))
    teams = surroundings(request).holding_teams
    form = ClaimForm(request.POST, teams=teams)
    if not teams or not form.is_valid():
        return interruption(request, resident_id, claim=form)
    try:
        claim_relationship(
            by=request.principal,
            resident_id=resident_id,
            team_id=form.cleaned_data["team"],
            reason=ClaimReason(form.cleaned_data["reason"]),
            until=form.ends_at(),
        )
    except RuleError as refusal:
        if refusal.code == KEPT_OUT:
            form.add_error(None, refusal.sentence.rstrip("."))
            return interruption(request, resident_id, claim=form)
        raise Http404("No resident that can be claimed") from refusal
    messages.success(request, claimed(request.principal, form.ends_at()))
    return redirect(page_asked_for(request, resident_id))
