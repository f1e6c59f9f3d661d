"""Step 1 of referring somebody: find a service that takes them."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.components import Button, Notice, Steps
from neighbourhoods.directory import find_services
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Resident, Service
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members, seen_resident
from referrals.eligibility import ages_taken, is_own, why_not
from referrals.models import Referral
from referrals.referral_forms import FindServiceForm
from referrals.states import WITH_A_RECEIVER
from referrals.views.referral_pages import TAB, page

MOST = 40
STEPS = ("Find a service", "Say why", "See what they will see", "Send")


@dataclass(frozen=True)
class ServiceChoice:
    """A service in step 1: whom it takes, why not this resident, and the referral that is open there already."""

    service: Service
    takes: str
    why_not: str
    open_url: str
    open_reference: str


@for_members
def refer(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "referrals.viewed")
    form = FindServiceForm(request.GET or None)
    found = list(find_services(request.principal, form.search())[: MOST + 1])
    running = _running(request.principal, resident)
    choices = [_choice(service, resident, request.principal, running) for service in found[:MOST]]
    takes = [one for one in choices if not one.why_not]
    context = {
        "resident_id": resident.id,
        "called": resident.called,
        "filters": form,
        "steps": Steps(STEPS, 1),
        "notices": [
            _open_notice(running[one.service.id], resident, is_first=number == 0)
            for number, one in enumerate(one for one in choices if one.open_url)
        ],
        "heading": _heading(len(takes), resident),
        "takes": takes,
        "does_not": [one for one in choices if one.why_not],
        "has_more": len(found) > MOST,
        "drafts": Referral.objects.visible_to(request.principal)
        .filter(resident=resident, status="draft", from_team_id__in=request.principal.team_ids)
        .select_related("service__organisation"),
    }
    return page(request, "refer", record_frame(request.principal, resident, TAB), context)


def _heading(count: int, resident: Resident) -> str:
    return f"{count} service{'' if count == 1 else 's'} take{'s' if count == 1 else ''} someone like {resident.called}"


def _running(principal: Principal, resident: Resident) -> dict[UUID, Referral]:
    """Open referrals of the resident that the reader may see, by service."""
    rows = Referral.objects.visible_to(principal).filter(resident=resident, status__in=WITH_A_RECEIVER)
    return {row.service_id: row for row in rows.select_related("service", "from_team")}


def _choice(service: Service, resident: Resident, principal: Principal, running: dict[UUID, Referral]) -> ServiceChoice:
    already = running.get(service.id)
    reason = why_not(service, born=resident.birth_date, today=clock.today())
    if is_own(service, principal):
        reason = "Your own team's: add an action instead."
    return ServiceChoice(
        service=service,
        takes="; ".join(part for part in (ages_taken(service).capitalize(), service.eligibility) if part) or "Everyone",
        why_not=reason,
        open_url=reverse("referral_detail", args=[already.id]) if already else "",
        open_reference=already.reference if already else "",
    )


def _open_notice(referral: Referral, resident: Resident, *, is_first: bool) -> Notice:
    sent = f"Sent {dates.day(referral.sent_at)} " if referral.sent_at else ""
    return Notice(
        "amber",
        f"{resident.called} already has an open referral to {referral.service.name}",
        f"{sent}by {referral.from_team}. {referral.get_status_display()}. Reference {referral.reference}.",
        button=Button(
            "Open this referral",
            reverse("referral_detail", args=[referral.id]),
            tone="green" if is_first else "white",
            hidden=referral.reference,
        ),
    )
