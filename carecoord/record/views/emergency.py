"""Opening one record in an emergency, and ending that."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from carecoord.errors import RuleError
from carecoord.record.display.interruption import opened_in_emergency
from carecoord.record.forms import EmergencyForm
from carecoord.record.views.interruption import interruption, page_asked_for
from carecoord.record.waiting import surroundings
from neighbourhoods import services
from neighbourhoods.middleware import sign_in_of
from neighbourhoods.models import EmergencyGround
from neighbourhoods.web import MemberRequest, for_members, seen_by


@require_POST
@for_members
def break_glass(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """Record the ground, and open. Whoever sees the record already simply goes there."""
    if seen_by(request.principal, resident_id):
        return redirect(page_asked_for(request, resident_id))
    teams, sign_in = surroundings(request).holding_teams, sign_in_of(request)
    form = EmergencyForm(request.POST, teams=teams)
    if not teams or sign_in is None or not form.is_valid():
        return interruption(request, resident_id, emergency=form)
    try:
        opened = services.break_glass(
            by=request.principal,
            resident_id=resident_id,
            team_id=form.cleaned_data["team"],
            ground=EmergencyGround(form.cleaned_data["ground"]),
            words=form.cleaned_data["words"],
            sign_in=sign_in,
        )
    except RuleError as refusal:
        if refusal.field is None:
            raise Http404("No resident that can be opened") from refusal
        form.add_error(refusal.field, refusal.sentence)
        return interruption(request, resident_id, emergency=form)
    messages.success(request, opened_in_emergency(request.principal, opened))
    return redirect(page_asked_for(request, resident_id))


@require_POST
@for_members
def end_emergency(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """Whoever has opened it needs it no longer. What they still see by a relationship they go on seeing."""
    if not services.end_emergency(resident_id=resident_id):
        raise Http404("Nothing of yours is open in an emergency")
    messages.success(request, "Your emergency access has ended. It is reviewed all the same.")
    return redirect("my_day")
