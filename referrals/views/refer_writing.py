"""Steps 2 to 4 of referring: say why, see what they will see, send."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from carecoord import clock
from carecoord.errors import RuleError, SentAlready, StaleVersion
from carecoord.ids import new_id
from carecoord.prepared import prepared
from carecoord.ui import dates
from carecoord.ui.components import Link, Notice, Steps
from carecoord.ui.sent_already import as_another, into_draft
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Resident, Service, Team
from neighbourhoods.models.organisations import TeamKind
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members, seen_resident
from referrals.cards import card_of
from referrals.display_cards import card_view
from referrals.models import Referral
from referrals.referral_forms import SayWhyForm, initial_of
from referrals.services.referral_drafts import service_of
from referrals.services.referrals import change_draft, draft_referral, send_referral
from referrals.views.refer import STEPS
from referrals.views.referral_pages import TAB, alerts_of, own_referral, page, refuse, resident_of, stale_notice


@for_members
def refer_why(request: MemberRequest, resident_id: UUID, service_id: UUID) -> HttpResponse:
    """Step 2: a new draft."""
    resident = seen_resident(request, resident_id, "referrals.viewed")
    service = _service(request.principal, service_id)
    form = _form(request, resident, {"made": new_id()})
    notice, send_to = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            draft = draft_referral(
                by=request.principal,
                resident_id=resident.id,
                service_id=service.id,
                from_team_id=_from_team(form),
                ask=form.ask(),
                referral_id=form.cleaned_data["made"],
            )
        except SentAlready as problem:
            notice, send_to = _made_already(form, service, problem)
        except RuleError as problem:
            refuse(form, problem)
        else:
            return _onwards(request, draft)
    return _say_why(request, resident, service, form, notice, send_to)


@for_members
def referral_change(request: MemberRequest, referral_id: UUID) -> HttpResponse:
    """Step 2 again: a draft of one's own team."""
    referral = own_referral(request, referral_id)
    if referral.status != "draft":
        return _sent_already(request, referral)
    resident = resident_of(request, referral)
    form = _form(request, resident, initial_of(referral, alerts_of(request.principal, resident)))
    notice = None
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            draft = change_draft(by=request.principal, referral_id=referral.id, ask=form.ask(), version=version)
        except StaleVersion as problem:
            notice = stale_notice(form, problem)
        except RuleError as problem:
            refuse(form, problem)
        else:
            return _onwards(request, draft)
    return _say_why(request, resident, referral.service, form, notice)


@for_members
def referral_preview(request: MemberRequest, referral_id: UUID) -> HttpResponse:
    """Step 3, and by its button step 4."""
    referral = own_referral(request, referral_id)
    if referral.status != "draft":
        return _sent_already(request, referral)
    resident, problem = resident_of(request, referral), None
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


def _sent_already(request: MemberRequest, referral: Referral) -> HttpResponse:
    """A button pressed twice, or a page gone back to: where it stands now."""
    messages.warning(request, "This referral is no longer a draft. See what stands here now.")
    return redirect("referral_detail", referral.id)


def _form(request: MemberRequest, resident: Resident, initial: dict[str, Any]) -> SayWhyForm:
    alerts = alerts_of(request.principal, resident)
    return SayWhyForm(
        request.POST or None,
        called=resident.called,
        teams=[(str(team.id), team.name) for team in _teams(request.principal)],
        alerts=alerts,
        initial={"alerts": alerts} | initial,
    )


def _service(principal: Principal, service_id: UUID) -> Service:
    try:
        return service_of(principal, service_id)
    except Service.DoesNotExist:
        raise Http404("No such service here") from None


@prepared
def _teams(principal: Principal) -> QuerySet[Team]:
    return Team.objects.filter(id__in=principal.team_ids).exclude(kind__in=[TeamKind.PRIVACY, TeamKind.ADMINISTRATION])


def _from_team(form: SayWhyForm) -> UUID:
    if not form.teams:
        raise RuleError("Nobody can be referred by you: you act for no team that has residents.")
    return UUID(form.cleaned_data.get("from_team") or form.teams[0][0])


def _made_already(form: SayWhyForm, service: Service, problem: SentAlready) -> tuple[Notice | None, str]:
    """What to say, and where the form goes now: into its draft while that is one, for the same service and team."""
    first = cast("Referral | None", problem.made)
    if first is None:
        return as_another(form, "referral", None), ""
    link = Link(f"Referral {first.reference}", reverse("referral_detail", args=[first.id]))
    same = (first.service_id, first.from_team_id) == (service.id, _from_team(form))
    if first.status == "draft" and same:
        return into_draft(form, first.version, link), reverse("referral_change", args=[first.id])
    return as_another(form, "referral", link), ""


def _onwards(request: MemberRequest, draft: Referral) -> HttpResponse:
    if "see" in request.POST:
        return redirect("referral_preview", draft.id)
    messages.success(request, f"Draft {draft.reference} is saved. {draft.from_team} is responsible for it.")
    return redirect("resident_referrals", draft.resident_id)


def _say_why(
    request: MemberRequest,
    resident: Resident,
    service: Service,
    form: SayWhyForm,
    notice: Notice | None = None,
    send_to: str = "",
) -> HttpResponse:
    context = {
        "resident_id": resident.id,
        "called": resident.called,
        "service": service,
        "form": form,
        "notice": notice,
        "send_to": send_to,
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
    due = dates.moment_inside(referral.respond_by, now=clock.now()) if referral.respond_by else "the day you agree"
    return f"Sent. {referral.to_team} must reply by {due}. Your team stays responsible until they accept."
