"""What the pages of referrals share: the gate to one referral, the frame around it, and what becomes of a form."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render

from carecoord import audit
from carecoord.errors import RuleError, StaleVersion
from carecoord.prepared import prepared
from carecoord.ui.components import Notice, ResidentFrame
from neighbourhoods.frame import record_frame
from neighbourhoods.identities import Identity, identities_of
from neighbourhoods.models import Entry, Resident
from neighbourhoods.models.clinical import reads_kind
from neighbourhoods.principal import Principal
from neighbourhoods.volunteering import is_volunteer, visit_names
from neighbourhoods.web import MemberRequest
from referrals.cards import read_card
from referrals.display_cards import frame_of_card, frame_of_identity, frame_of_name
from referrals.feeds_referrals import SHOWN, with_reply
from referrals.models import Referral
from referrals.referral_forms import SayWhyForm

TAB = "resident_referrals"


def seen_referral(request: MemberRequest, referral_id: UUID) -> Referral:
    """The referral of a page, with the look written down; 404 for whoever may not see it."""
    referrals = with_reply(Referral.objects.visible_to(request.principal)).select_related(*SHOWN)
    referral = referrals.filter(id=referral_id).first()
    if referral is None:
        raise Http404("No referral of yours")
    about = ("referral", referral.id)
    audit.looked("referral.viewed", by=request.principal, resident_id=referral.resident_id, about=about)
    return referral


def frame_for(principal: Principal, referral: Referral, person: Resident | Identity | None = None) -> ResidentFrame:
    """The record's frame for those who see the resident, else what the card says; 404 where neither is theirs."""
    person = person or person_of(principal, referral)
    if isinstance(person, Resident):
        return record_frame(principal, person, TAB)
    if is_volunteer(principal):
        return frame_of_name(person)
    if referral.card and not referral.card["person"].get("is_minimal"):
        return frame_of_card(read_card(referral.card, is_restricted=person.is_restricted), principal)
    return frame_of_identity(person)


def person_of(principal: Principal, referral: Referral) -> Resident | Identity:
    """Whom it is about, as far as they are the reader's to see; else 404."""
    residents = Resident.objects.visible_to(principal).select_related("gp_practice", "neighbourhood")
    if resident := residents.filter(id=referral.resident_id).first():
        return resident
    if referral.is_taken_back_from(principal):
        raise Http404("Entered in error")
    named = visit_names if is_volunteer(principal) else identities_of
    person = named([referral.resident_id]).get(referral.resident_id)
    if person is None:
        raise Http404("Not yours to see")
    return person


def page(
    request: MemberRequest, name: str, frame: ResidentFrame, context: dict[str, Any], *, refused: bool = False
) -> HttpResponse:
    """A page about one resident; 422 when a form on it was refused."""
    return render(request, f"referrals/{name}.html", {"resident": frame} | context, status=422 if refused else 200)


def refuse(form: forms.Form, problem: RuleError) -> None:
    """Put a service's sentence where the form can show it, and keep what was typed."""
    form.add_error(problem.field if problem.field in form.fields else None, problem.sentence.rstrip("."))


def own_referral(request: MemberRequest, referral_id: UUID) -> Referral:
    """What one's own team writes, or has written and sent; anything else is 404."""
    referral = seen_referral(request, referral_id)
    if not request.principal.acts_for(referral.from_team_id):
        raise Http404("No draft of yours")
    return referral


def resident_of(request: MemberRequest, referral: Referral) -> Resident:
    residents = Resident.objects.visible_to(request.principal).select_related("gp_practice", "neighbourhood")
    resident = residents.filter(id=referral.resident_id).first()
    if resident is None:
        raise Http404("No resident of yours")
    return resident


def alerts_of(principal: Principal, resident: Resident) -> list[str]:
    return list(_alert_texts(principal, resident.id)) if reads_kind(principal, "alert") else []


@prepared
def _alert_texts(principal: Principal, resident_id: UUID) -> QuerySet[Entry, str]:
    entries = Entry.objects.visible_to(principal).current().filter(resident_id=resident_id, kind="alert")
    return entries.order_by("created_at").values_list("text", flat=True)


def stale_notice(form: SayWhyForm, problem: StaleVersion) -> Notice:
    """What stands there now, beside what was typed, which is kept; saving again replaces it."""
    current = cast("Referral", problem.current)
    form.data = cast("QueryDict", form.data).copy()
    form.data["version"] = str(current.version)
    form.add_error(None, f"{problem.sentence.rstrip('.')}: read what it says now, then save again")
    return Notice("amber", "It says now:", current.reason or "Nothing yet", icon="pencil")
