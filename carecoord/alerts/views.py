"""Alerts of my teams, acknowledging one, opening what it is about, and the light poll."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from carecoord import audit, clock
from carecoord.alerts import feeds, pages, services
from carecoord.alerts.models import Alert
from carecoord.alerts.poll import Waiting, waiting_for
from carecoord.alerts.sent import address_problem
from carecoord.errors import NotYours
from carecoord.ui.shell import NavigationItem, Shell
from neighbourhoods.middleware import ACTING_AS
from neighbourhoods.web import MemberRequest, for_members

MOST_SHOWN = 100
STOP_POLLING = 286  # htmx's own: no further request from this page


@require_GET
@for_members
def alerts(request: MemberRequest) -> HttpResponse:
    here = reverse("alerts")
    waiting = feeds.waiting_alerts(request.principal, limit=MOST_SHOWN, next_url=here, shows_sent=True)
    acknowledged = feeds.acknowledged_alerts(request.principal)
    if residents := waiting.people.keys() | acknowledged.people.keys():
        audit.looked("alerts.listed", by=request.principal, residents=sorted(residents))
    return render(
        request,
        "alerts/alerts.html",
        {
            "waiting": waiting,
            "acknowledged": acknowledged,
            "problem": address_problem(request.user),  # type: ignore[arg-type]
            "none_waiting": pages.none_waiting(acknowledged.total),
            "shown_first": f"The first {MOST_SHOWN} of {waiting.total}" if waiting.total > MOST_SHOWN else "",
        },
    )


@require_POST
@for_members
def alert_acknowledge(request: MemberRequest, alert_id: UUID) -> HttpResponse:
    try:
        alert = services.acknowledge_alert(by=request.principal, alert_id=alert_id)
    except Alert.DoesNotExist:
        raise Http404("No alert of yours") from None
    except NotYours as refusal:
        messages.error(request, refusal.sentence)
        return _whole_page(request)
    row = feeds.shown_alert(request.principal, alert) if request.htmx else None
    if row is None:
        return _whole_page(request)
    return render(request, "alerts/alert_acknowledge.html", {"row": row})


@require_GET
@for_members
def alert_open(request: MemberRequest, alert_id: UUID) -> HttpResponse:
    """On to what it is about; where that is not the reader's to open, a page that says what to do."""
    alert = (
        Alert.objects.visible_to(request.principal)
        .knowing_own_access()
        .select_related("team", "sending_team__organisation", "acknowledged_by__user")
        .filter(id=alert_id)
        .first()
    )
    if alert is None:
        raise Http404("No alert of yours")
    services.mark_seen(by=request.principal, alert=alert)
    item_url = pages.item_url(alert)
    if item_url:
        return redirect(item_url)
    shown = pages.alert_page(request.principal, alert)
    seen = {"residents": shown["seen"]} if shown["seen"] else {}
    audit.looked("alert.viewed", by=request.principal, about=("alert", alert.id), **seen)
    return render(request, "alerts/alert_open.html", shown)


@require_GET
def alerts_poll(request: HttpRequest) -> HttpResponseBase:
    """The count in the header, for a page that stays open: three statements with session and person."""
    waiting = _waiting(request)
    if waiting is None:
        return HttpResponse(status=STOP_POLLING)
    heard_at = _heard_at(request)
    item = NavigationItem("alerts", "Alerts", reverse("alerts"), waiting.count, tone="red", on_phone=True)
    answer = render_to_string(
        "ui/alerts_poll.html",
        {
            "page": Shell(navigation=(item,), alerts_heard_at=waiting.heard_by_now(heard_at).isoformat()),
            "announcement": "A new alert is waiting for your team." if waiting.has_news_since(heard_at) else "",
        },
    )
    return HttpResponse(answer, headers={"Cache-Control": "no-store"})


def _heard_at(request: HttpRequest) -> datetime:
    """Until when the page that asks has heard of everything; one that does not say begins now."""
    try:
        heard_at = datetime.fromisoformat(request.GET.get("heard", ""))
    except ValueError:
        return clock.now()
    return heard_at if heard_at.tzinfo else clock.now()


def _waiting(request: HttpRequest) -> Waiting | None:
    """None for whoever is not signed in, or acts as nothing: their page asks no more."""
    chosen = request.session.get(ACTING_AS) if request.user.is_authenticated else None
    return waiting_for(UUID(str(request.user.pk)), UUID(str(chosen))) if chosen else None


def _whole_page(request: MemberRequest) -> HttpResponse:
    """Back to the page that asked; also where only a row was asked for, and there is none to show."""
    return HttpResponseClientRedirect(_back(request)) if request.htmx else redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The page that asked, if it is one of ours."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("alerts")
