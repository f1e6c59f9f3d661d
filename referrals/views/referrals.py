"""One referral, and a resident's referrals."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from carecoord import clock
from carecoord.moves import Side
from carecoord.ui import dates
from carecoord.ui.components import (
    Link,
    OpenItemGroup,
    OpenItemTable,
    TimelineRow,
)
from neighbourhoods.frame import record_frame
from neighbourhoods.models.sharing import REFERRALS
from neighbourhoods.principal import Principal
from neighbourhoods.volunteering import is_volunteer
from neighbourhoods.web import MemberRequest, for_members, seen_resident
from neighbourhoods.withheld import kept_notice
from referrals.cards import read_card
from referrals.display_cards import card_view
from referrals.display_referral_page import referral_page
from referrals.display_referrals import kind_words, status_word, title_of, urgency_tag
from referrals.feeds_referrals import SHOWN, open_item, with_reply
from referrals.models import Referral, ReferralEvent
from referrals.views.referral_pages import TAB, frame_for, page, person_of, seen_referral


@for_members
def referral_detail(request: MemberRequest, referral_id: UUID) -> HttpResponse:
    """Looking changes nothing: triage starts by a button."""
    referral = seen_referral(request, referral_id)
    if referral.is_taken_back_from(request.principal):
        return render(request, "referrals/referral_taken_back.html", {"referral": referral})
    events = list(
        ReferralEvent.objects.visible_to(request.principal)
        .filter(referral=referral)
        .select_related("written_by__user", "written_by__organisation")
    )
    person = person_of(request.principal, referral)
    card = read_card(referral.card, is_restricted=person.is_restricted) if referral.card else None
    context = {
        "referral": referral,
        "title": title_of(referral),
        "page_of": referral_page(referral, events, request.principal),
        "urgency": urgency_tag(referral.urgency),
        "card": card_view(card, request.principal) if card else None,
        "onward": _onward(referral, request.principal),
        "visit_url": _visit_of(referral, request.principal),
        "can_assign": Side.RECEIVER in referral.sides_of(request.principal) and referral.status in ASSIGNABLE,
    }
    return page(request, "referral_detail", frame_for(request.principal, referral, person), context)


ASSIGNABLE = ("sent", "received", "info_requested", "accepted", "in_progress", "on_hold")


def _visit_of(referral: Referral, principal: Principal) -> str:
    """Where a volunteer is told the way there, once the team has said that it helps."""
    helps = is_volunteer(principal) and referral.status in ("accepted", "in_progress", "on_hold")
    return reverse("visit", args=[referral.resident_id]) if helps else ""


@for_members
def resident_referrals(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "referrals.viewed")
    of_resident = Referral.objects.visible_to(request.principal).filter(resident=resident).select_related(*SHOWN)
    rows = list(with_reply(of_resident).order_by("-created_at", "-id"))
    now = clock.now()
    items = [open_item(row, request.principal, now) for row in rows if row.accountable_team_id]
    order = {"overdue": 0, "due_soon": 1, "paused": 2, "on_time": 3, "no_clock": 4}
    items.sort(key=lambda item: order[item.clock.state])
    table = OpenItemTable("Open referrals", (OpenItemGroup(tuple(items)),), item_label="Referral") if items else None
    context = {
        "called": resident.called,
        "withheld": kept_notice(request.principal, resident.id, {REFERRALS}),
        "table": table,
        "ended": [_ended(row, request.principal) for row in rows if not row.accountable_team_id],
        "refer": reverse("refer", args=[resident.id]),
    }
    return page(request, "resident_referrals", record_frame(request.principal, resident, TAB), context)


def _ended(referral: Referral, principal: Principal) -> TimelineRow:
    is_wrong = referral.status == "entered_in_error"
    return TimelineRow(
        at=dates.day(referral.ended_at or referral.created_at),
        title=title_of(referral),
        url=reverse("referral_detail", args=[referral.id]),
        text="" if is_wrong else f": {status_word(referral, principal).lower()}",
        second=f"{kind_words(referral)}, from {referral.from_team}, {referral.from_team.organisation}",
        state="entered_in_error" if is_wrong else "normal",
    )


def _onward(referral: Referral, principal: Principal) -> list[Link]:
    """The one it replaced and those that replaced it, as far as the reader sees them."""
    linked = Referral.objects.visible_to(principal).filter(journey_id=referral.journey_id).exclude(id=referral.id)
    return [
        Link(f"{other.reference} to {other.service}", reverse("referral_detail", args=[other.id]))
        for other in linked.select_related("service").order_by("created_at")
    ]
