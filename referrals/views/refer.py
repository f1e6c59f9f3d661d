"""Referring somebody in four steps: find a service, say why, see what they will see, send."""

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from carecoord import clock
from carecoord.errors import RuleError, StaleVersion
from carecoord.ids import new_id
from carecoord.ui import dates
from carecoord.ui.components import Button, Link, Notice, Steps
from neighbourhoods.directory import find_services, services_of_place
from neighbourhoods.frame import record_frame
from neighbourhoods.models import BannerEntry, Resident, Service, Team
from neighbourhoods.models.organisations import TeamKind
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members, seen_resident
from referrals.cards import card_of
from referrals.display_cards import card_view
from referrals.eligibility import ages_taken, is_own, why_not
from referrals.models import Referral
from referrals.referral_forms import FindServiceForm, SayWhyForm, initial_of
from referrals.services.referral_sending import WITH_A_RECEIVER
from referrals.services.referrals import change_draft, draft_referral, send_referral
from referrals.views.referral_pages import TAB, page, refuse, seen_referral

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
        "notices": [_open_notice(running[one.service.id], resident) for one in choices if one.open_url],
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


def _open_notice(referral: Referral, resident: Resident) -> Notice:
    sent = f"Sent {dates.day(referral.sent_at)} " if referral.sent_at else ""
    return Notice(
        "amber",
        f"{resident.called} already has an open referral to {referral.service.name}",
        f"{sent}by {referral.from_team}. {referral.get_status_display()}. Reference {referral.reference}.",
        button=Button("Open this referral", reverse("referral_detail", args=[referral.id])),
    )


@for_members
def refer_why(request: MemberRequest, resident_id: UUID, service_id: UUID) -> HttpResponse:
    """Step 2: a new draft."""
    resident = seen_resident(request, resident_id, "referrals.viewed")
    service = services_of_place(request.principal).filter(id=service_id).first()
    if service is None:
        raise Http404("No such service here")
    form = _form(request, resident, {"made": new_id()})
    if request.method == "POST" and form.is_valid():
        try:
            draft = draft_referral(
                by=request.principal,
                resident_id=resident.id,
                service_id=service.id,
                from_team_id=_from_team(request.principal, form),
                ask=form.ask(),
                referral_id=form.cleaned_data["made"],
            )
        except RuleError as problem:
            refuse(form, problem)
        else:
            return _onwards(request, draft)
    return _say_why(request, resident, service, form)


@for_members
def referral_change(request: MemberRequest, referral_id: UUID) -> HttpResponse:
    """Step 2 again: a draft of one's own team."""
    referral, resident = _draft(request, referral_id)
    form = _form(request, resident, initial_of(referral, _alerts(request.principal, resident)))
    notice = None
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            draft = change_draft(by=request.principal, referral_id=referral.id, ask=form.ask(), version=version)
        except StaleVersion as problem:
            notice = _stale(form, problem)
        except RuleError as problem:
            refuse(form, problem)
        else:
            return _onwards(request, draft)
    return _say_why(request, resident, referral.service, form, notice)


@for_members
def referral_preview(request: MemberRequest, referral_id: UUID) -> HttpResponse:
    """Step 3, and by its button step 4."""
    referral, resident = _draft(request, referral_id)
    problem = None
    if request.method == "POST":
        try:
            sent = send_referral(by=request.principal, referral_id=referral.id)
        except RuleError as refusal:
            problem = Notice("red", refusal.sentence)
        else:
            messages.success(request, _sent_words(sent))
            return redirect("referral_detail", sent.id)
    context = {
        "called": resident.called,
        "referral": referral,
        "card": card_view(card_of(referral, request.principal), request.principal),
        "steps": Steps(STEPS, 3, _urls(resident.id, reverse("referral_change", args=[referral.id]))),
        "problem": problem,
        "receiver": referral.service.team or referral.service,
    }
    frame = record_frame(request.principal, resident, TAB)
    return page(request, "referral_preview", frame, context, refused=problem is not None)


def _draft(request: MemberRequest, referral_id: UUID) -> tuple[Referral, Resident]:
    """A draft of one's own team and its resident; anything else is 404."""
    referral = seen_referral(request, referral_id)
    if referral.status != "draft" or not request.principal.acts_for(referral.from_team_id):
        raise Http404("No draft of yours")
    residents = Resident.objects.visible_to(request.principal).select_related("gp_practice", "neighbourhood")
    resident = residents.filter(id=referral.resident_id).first()
    if resident is None:
        raise Http404("No resident of yours")
    return referral, resident


def _form(request: MemberRequest, resident: Resident, initial: dict[str, Any]) -> SayWhyForm:
    alerts = _alerts(request.principal, resident)
    return SayWhyForm(
        request.POST or None,
        called=resident.called,
        teams=_teams(request.principal),
        alerts=alerts,
        initial={"alerts": alerts} | initial,
    )


def _alerts(principal: Principal, resident: Resident) -> list[str]:
    entries = BannerEntry.objects.visible_to(principal).filter(resident=resident, kind="alert", ended_at=None)
    return list(entries.order_by("created_at").values_list("text", flat=True))


def _teams(principal: Principal) -> list[tuple[str, str]]:
    teams = Team.objects.filter(id__in=principal.team_ids).exclude(kind__in=[TeamKind.PRIVACY, TeamKind.ADMINISTRATION])
    return [(str(team.id), team.name) for team in teams]


def _from_team(principal: Principal, form: SayWhyForm) -> UUID:
    teams = _teams(principal)
    if not teams:
        raise RuleError("Nobody can be referred by you: you act for no team that has residents.")
    return UUID(form.cleaned_data.get("from_team") or teams[0][0])


def _stale(form: SayWhyForm, problem: StaleVersion) -> Notice:
    """What stands there now, beside what was typed, which is kept; saving again replaces it."""
    current = cast("Referral", problem.current)
    form.data = cast("QueryDict", form.data).copy()
    form.data["version"] = str(current.version)
    form.add_error(None, f"{problem.sentence.rstrip('.')}: read what it says now, then save again")
    return Notice("amber", "It says now:", current.reason or "Nothing yet", icon="pencil")


def _onwards(request: MemberRequest, draft: Referral) -> HttpResponse:
    if "see" in request.POST:
        return redirect("referral_preview", draft.id)
    messages.success(request, f"Draft {draft.reference} is saved. {draft.from_team} is responsible for it.")
    return redirect("resident_referrals", draft.resident_id)


def _say_why(
    request: MemberRequest, resident: Resident, service: Service, form: SayWhyForm, notice: Notice | None = None
) -> HttpResponse:
    context = {
        "resident_id": resident.id,
        "called": resident.called,
        "service": service,
        "form": form,
        "notice": notice,
        "steps": Steps(STEPS, 2, _urls(resident.id)),
        "change": Link("Change", reverse("refer", args=[resident.id]), hidden="the service"),
    }
    frame = record_frame(request.principal, resident, TAB)
    return page(request, "refer_why", frame, context, refused=bool(form.errors))


def _urls(resident_id: UUID, *more: str) -> tuple[str, ...]:
    return (reverse("refer", args=[resident_id]), *more)


def _sent_words(referral: Referral) -> str:
    if referral.to_team is None:
        return f"Sent. {referral.service} is not on CareCoord: {referral.from_team} stays responsible to the end."
    due = dates.moment(referral.respond_by, now=clock.now()) if referral.respond_by else "the day you agree"
    return f"Sent. {referral.to_team} must reply by {due}. Your team stays responsible until they accept."
