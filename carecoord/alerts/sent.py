"""What was sent of an alert, to whom and by which way, and what became of it; and where one is told oneself."""

from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from carecoord import audit, clock
from carecoord.accounts.invitations import mail_is_set_up
from carecoord.accounts.models import User
from carecoord.alerts.kinds import title_of
from carecoord.alerts.models import Alert, AlertRecipient, HeldMessage
from carecoord.delivery.log import deliveries_about, did_not_reach, tone_of, where_to
from carecoord.delivery.mobiles import as_written, confirm_mobile, mobile_of, say_mobile, take_mobile_away
from carecoord.delivery.models import Delivery
from carecoord.delivery.sms import texts_are_set_up
from carecoord.errors import RuleError
from carecoord.ui import dates, forms
from carecoord.ui.components import Notice
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members

MOST_SHOWN = 200


@dataclass(frozen=True)
class SentRow:
    """One message by one way; `why` where it did not arrive."""

    way: str
    state: str
    tone: str
    at: str
    why: str


@dataclass(frozen=True)
class ToldRow:
    name: str
    in_product: str
    messages: tuple[SentRow, ...]


@for_members
def alert_messages(request: MemberRequest, alert_id: UUID) -> HttpResponse:
    """For the team that it was to: who was told in CareCoord, and each message with where it stands."""
    alert = Alert.objects.of(request.principal).filter(id=alert_id).first()
    if alert is None:
        raise Http404("No alert of yours")
    audit.looked("alert.viewed", by=request.principal, about=("alert", alert.id), resident_id=alert.resident_id)
    told = AlertRecipient.objects.visible_to(request.principal).filter(alert=alert)
    people: list[Any] = list(told.select_related("membership__user").order_by("delivered_at", "id")[:MOST_SHOWN])
    sent = list(deliveries_about(("alert", alert.id))[:MOST_SHOWN])
    held = list(_held(request.principal, alert))
    context = {
        "title": title_of(alert.kind),
        "told": [_told(one, sent, held) for one in people],
        "systems": [sent_row(one) for one in sent if one.channel == Delivery.Channel.WEBHOOK],
        "shown_first": f"The first {MOST_SHOWN}" if len(people) == MOST_SHOWN else "",
    }
    return render(request, "alerts/alert_messages.html", context)


def _held(principal: Principal, alert: Alert) -> QuerySet[Any]:
    """What waited for the end of somebody's quiet hours or for their digest, newest first."""
    held = HeldMessage.objects.visible_to(principal).filter(alert=alert)
    return held.select_related("sent_in__recipient__mobile").order_by("-created_at", "-id")[:MOST_SHOWN]


def _told(one: AlertRecipient, sent: list[Delivery], held: list[Any]) -> ToldRow:
    now, person = clock.now(), one.membership.user
    later = [each for each in held if each.user_id == person.id]
    in_digest = {each.sent_in_id for each in later}
    at_once = [each for each in sent if each.recipient_id == person.id and each.id not in in_digest]
    opened = f", opened {dates.moment_inside(one.seen_at, now=now)}" if one.seen_at else ", not opened by them yet"
    return ToldRow(
        name=person.name,
        in_product=f"In CareCoord since {dates.moment_inside(one.delivered_at, now=now)}{opened}",
        messages=(*(sent_row(each) for each in at_once), *(_held_row(each) for each in later)),
    )


def _held_row(held: Any) -> SentRow:
    if held.sent_in:
        row = sent_row(held.sent_in)
        return replace(row, way=f"{row.way}, in a digest")
    now = clock.now()
    if held.ended_at is None:
        return SentRow("Email", "Held back", "grey", f"Until {dates.moment(held.due_at, now=now)}", "")
    why = "Answered, seen to or opened before it was to go."
    return SentRow("Email", "Held back, not sent", "grey", dates.moment(held.ended_at, now=now), why)


def sent_row(delivery: Delivery) -> SentRow:
    where = where_to(delivery)
    return SentRow(
        way=f"{delivery.get_channel_display()}{f' to {where}' if where else ''}",
        state=delivery.get_state_display(),
        tone=tone_of(delivery),
        at=dates.moment(delivery.sent_at or delivery.created_at, now=clock.now()),
        why=f"{delivery.failure}." if delivery.failure else "",
    )


class NumberForm(forms.Form):
    number = forms.CharField(
        label="Mobile number",
        max_length=30,
        help_text="A UK number, such as 07700 900 123. We text a code to it.",
        error_messages={"required": "Enter your mobile number"},
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code",
        max_length=12,
        help_text="The six digits of the text that we sent",
        error_messages={"required": "Enter the code of the text"},
    )


@for_members
def how_told(request: MemberRequest) -> HttpResponse:
    """Where somebody's own alerts reach them outside this product."""
    user = cast("User", request.user)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    number = NumberForm(request.POST if step == "number" else None)
    code = CodeForm(request.POST if step == "code" else None)
    if done := _taken(request, user, step, number, code):
        messages.success(request, done)
        return redirect("how_told")
    mobile = mobile_of(user)
    is_asked = mobile is not None and mobile.confirmed_at is None
    context = {
        "email": user.email,
        "email_is_set_up": mail_is_set_up(),
        "problem": address_problem(user),
        "mobile": mobile,
        "number": as_written(mobile.number) if mobile else "",
        "texts_are_set_up": texts_are_set_up() or settings.DEMO,
        "number_form": number,
        "code_form": code if is_asked else None,
        "forms": [number, code],
    }
    status = 422 if number.errors or code.errors else 200
    return render(request, "alerts/how_told.html", context, status=status)


def _taken(request: MemberRequest, user: User, step: str, number: NumberForm, code: CodeForm) -> str:
    """What was done, in a sentence; empty where nothing was, and the form says why."""
    by = request.principal
    try:
        if step == "number" and number.is_valid():
            say_mobile(by=by, user=user, number=number.cleaned_data["number"])
            return "We have texted you a code. Type it below."
        if step == "code" and code.is_valid():
            confirm_mobile(by=by, user=user, code=code.cleaned_data["code"])
            return "Urgent alerts are texted to you from now on."
        if step == "away":
            take_mobile_away(by=by, user=user)
            return "Nothing is texted to you any more."
    except RuleError as problem:
        form = number if problem.field == "number" and step == "number" else code
        form.add_error(problem.field if problem.field in form.fields else None, problem.sentence.rstrip("."))
    return ""


def address_problem(user: User) -> Notice | None:
    """That emails to somebody do not arrive, for themselves."""
    failed = did_not_reach(user.id, Delivery.Channel.EMAIL)
    if failed is None:
        return None
    return Notice(
        "amber",
        f"Emails to {user.email} do not arrive.",
        "Your alerts stand here all the same. Ask your administrator to correct your address, or your mail service why "
        f"it refuses: {failed.failure}.",
    )


sent_urls = [
    path("alerts/how-you-are-told/", how_told, name="how_told"),
    path("alerts/<uuid:alert_id>/messages/", alert_messages, name="alert_messages"),
]
