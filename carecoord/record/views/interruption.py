"""The card that stops whoever has no recorded reason: claim one, break the glass, or go back (IG-03)."""

from urllib.parse import urlsplit
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse

from carecoord.record.display.interruption import interruption_of
from carecoord.record.forms import ClaimForm, EmergencyForm
from carecoord.record.waiting import surroundings
from neighbourhoods.emergencies import waits_for_review
from neighbourhoods.identities import identity_card
from neighbourhoods.web import SAFE, MemberRequest


def interruption(
    request: MemberRequest, resident_id: UUID, *, claim: ClaimForm | None = None, emergency: EmergencyForm | None = None
) -> HttpResponse:
    """Nothing of the record but name, birth and number, which the owner function gives and writes down.

    `claim` or `emergency` is the form that was filled in and refused.
    """
    identity = identity_card(resident_id)
    if identity is None:
        raise Http404("No resident of yours")
    teams = surroundings(request).holding_teams
    is_another = bool(teams) and waits_for_review(request.principal)
    card = interruption_of(identity, request.principal, is_claimable=bool(teams), is_another=is_another)
    ways = (claim or ClaimForm(teams=teams), emergency or EmergencyForm(teams=teams)) if teams else ()
    context = {
        "interruption": card.interruption,
        "card": card,
        "forms": ways,
        "claim": ways[0] if ways else None,
        "emergency": ways[1] if ways else None,
        "asked_for": page_asked_for(request, resident_id),
    }
    is_refused = any(form.errors for form in ways)
    return render(request, "record/interruption.html", context, status=422 if is_refused else 403)


def page_asked_for(request: MemberRequest, resident_id: UUID) -> str:
    """The page of this resident to open afterwards: the one that was asked for, or the record itself."""
    record = reverse("resident_record", args=[resident_id])
    asked = request.get_full_path() if request.method in SAFE else request.POST.get("asked_for", "")
    try:
        match = resolve(urlsplit(asked).path)
    except (Resolver404, ValueError):
        return record
    is_theirs = asked.startswith(record) and match.kwargs.get("resident_id") == resident_id
    return asked if is_theirs else record
