"""What was sent to a resident, what became of it, and a form for another message."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from carecoord import clock
from carecoord.delivery.log import tone_of
from carecoord.delivery.mobiles import as_written
from carecoord.delivery.models import Delivery
from carecoord.errors import RuleError
from carecoord.ui import dates
from carecoord.ui.components import Notice
from neighbourhoods.forms.messages import MessageForm
from neighbourhoods.messages import (
    Channel,
    address_of,
    is_unsafe,
    proxies_written_to,
    said_of_contact,
    telecoms,
    why_not,
)
from neighbourhoods.models import Entry, Resident, ResidentDetail, ResidentMessage
from neighbourhoods.principal import Principal
from neighbourhoods.services.messages import MESSAGE, send_message
from neighbourhoods.views.encounter_parts import my_teams, refuse
from neighbourhoods.views.entry_parts import entry_page
from neighbourhoods.web import MemberRequest, for_members, seen_resident

MOST_SHOWN = 100


@dataclass(frozen=True)
class MessageRow:
    words: str
    how: str
    state: str
    tone: str
    why: str
    by: str
    in_spite: str


@for_members
def resident_messages(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "messages.viewed")
    by, said = request.principal, list(said_of_contact(request.principal, resident_id))
    stopped = why_not(resident, "", said, is_for_proxy=True)
    teams = my_teams(by)
    form = None
    if teams and not stopped:
        form = MessageForm(
            request.POST if request.method == "POST" else None,
            called=resident.called,
            proxies=proxies_written_to(by, resident),
            teams=teams,
            hints=_hints(by, resident, said),
            is_unsafe=is_unsafe(said),
        )
    if form and form.is_valid():
        try:
            send_message(by=by, resident_id=resident.id, **form.said)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, "The message is on its way. What becomes of it stands below.")
            return redirect("resident_messages", resident.id)
    context = {
        "form": form,
        "rows": list(_rows(by_of(request, resident))),
        "notices": _notices(resident, stopped, said),
    }
    return entry_page(request, "resident_messages", resident, tab="resident_people", **context)


def _hints(by: Principal, resident: Resident, said: list[Entry]) -> dict[str, str]:
    """Of each way, where it goes for the person themselves, or why it does not."""
    details = telecoms(ResidentDetail.objects.visible_to(by), resident.id)
    hints = {}
    for channel, known in ((Channel.SMS, "mobile number"), (Channel.EMAIL, "email address")):
        address = address_of(resident, channel, details, None)
        goes = f"To {as_written(address) if channel == Channel.SMS else address}"
        missing = f"No {known} of {resident.called} is known. Add it under People"
        hints[channel.value] = why_not(resident, channel, said, is_for_proxy=False) or (goes if address else missing)
    return hints


def by_of(request: MemberRequest, resident: Resident) -> list[ResidentMessage]:
    found = ResidentMessage.objects.visible_to(request.principal).filter(resident=resident)
    return list(found.select_related("proxy__contact", "sent_by_organisation")[:MOST_SHOWN])


def _rows(found: list[ResidentMessage]) -> Iterable[MessageRow]:
    now = clock.now()
    sent = {
        one.about_id: one for one in Delivery.objects.filter(about_type=MESSAGE, about_id__in=[m.id for m in found])
    }
    for one in found:
        delivery = sent.get(one.id)
        whom = " to somebody who acts for them" if one.proxy_id else ""
        at = dates.moment_inside(one.created_at, now=now)
        of = f", {one.sent_by_organisation}" if one.sent_by_organisation else ""
        yield MessageRow(
            words=one.words,
            how=f"{one.get_channel_display()}{whom}",
            state=delivery.get_state_display() if delivery else "",
            tone=tone_of(delivery) if delivery else "",
            why=f"{delivery.failure}." if delivery and delivery.failure else "",
            by=f"{one.sent_by_name}{of}, {at}",
            in_spite=one.in_spite,
        )


def _notices(resident: Resident, stopped: str, said: list[Entry]) -> list[Notice]:
    notices = [Notice("amber", stopped)] if stopped else []
    unsafe = next((one for one in said if is_unsafe([one])), None)
    if unsafe and not stopped:
        sentence = f"{unsafe.text} A message is sent only if you say why."
        notices.append(Notice("red", f"It is not safe to write to {resident.called} without care.", sentence))
    return notices


message_urls = [path("residents/<uuid:resident_id>/messages/", resident_messages, name="resident_messages")]
