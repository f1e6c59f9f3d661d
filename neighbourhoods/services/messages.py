"""Sending a message to a resident or to whoever acts for them: fixed words, kept on the record (IG-32 to IG-36)."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from carecoord import audit, clock, outbox
from carecoord.delivery.models import Delivery
from carecoord.delivery.services import asked_to_send
from carecoord.errors import NotYours, RuleError
from carecoord.prepared import add
from neighbourhoods.messages import (
    WORDINGS,
    Channel,
    address_of,
    is_unsafe,
    proxies_written_to,
    said_of_contact,
    telecoms,
    why_not,
    words_of_message,
)
from neighbourhoods.models import Proxy, Resident, ResidentDetail, ResidentMessage, Team
from neighbourhoods.models.entries import MAX_REASON
from neighbourhoods.principal import Principal
from neighbourhoods.services.encounter_facts import words
from neighbourhoods.services.locks import held_resident

NOT_AGAIN_WITHIN = timedelta(minutes=5)
MESSAGE = "resident_message"


@transaction.atomic
def send_message(
    *,
    by: Principal,
    resident_id: UUID,
    team_id: UUID,
    channel: str,
    wording: str,
    proxy_id: UUID | None = None,
    in_spite: str = "",
) -> ResidentMessage:
    """Ask for it to be sent; the worker asks once more whether it may be. `proxy_id` names who acts for them.

    Raises NotYours for another's team, and RuleError where they may not or cannot be written to that way, where it is
    said to be unsafe and `in_spite` does not say why it is sent all the same, or where the same was sent just now.
    """
    resident = held_resident(by, resident_id)
    phone = _phone_of(by, team_id)
    if channel not in Channel.values or wording not in WORDINGS:
        raise RuleError("Choose what is sent, and how.", field="wording")
    proxy = _proxy(by, resident, proxy_id)
    said, is_for_proxy = list(said_of_contact(by, resident_id)), proxy is not None
    if why := why_not(resident, channel, said, is_for_proxy=is_for_proxy):
        raise RuleError(why, code="not_to_be_written_to")
    reason = words(in_spite, "in_spite", MAX_REASON) if is_unsafe(said) else ""
    if is_unsafe(said) and not reason:
        raise RuleError("It is said to be unsafe. Say why this is sent all the same.", field="in_spite", code="unsafe")
    _check_address(by, resident, channel, proxy)
    message = ResidentMessage(
        resident=resident,
        channel=channel,
        proxy=proxy,
        wording=wording,
        words=words_of_message(wording, phone=phone, is_for_proxy=is_for_proxy),
        in_spite=reason,
        team_id=team_id,
        sent_by_id=by.membership_id,
        sent_by_name=by.name,
        sent_by_organisation_id=by.organisation_id,
    )
    _refuse_again(message)
    message.save(force_insert=True)
    _send(by, message)
    return message


def _send(by: Principal, message: ResidentMessage) -> None:
    add(
        asked_to_send(
            recipients=[None],
            cause=f"message:{message.id}",
            about=(MESSAGE, message.id),
            subject="Something is waiting for you",
            line=message.words,
            path="/",
            channel=Delivery.Channel(message.channel),
        )
    )
    about, of = (MESSAGE, message.id), message.resident_id
    facts = {"channel": message.channel, "to": "proxy" if message.proxy_id else "person"}
    audit.record("message.sent", by=by, resident_id=of, about=about, reason=message.in_spite, **facts)
    outbox.publish("message.sent", about=about, resident_id=of, team_id=message.team_id)


def _phone_of(by: Principal, team_id: UUID) -> str:
    """Whom they are asked to ring."""
    if not by.acts_for(team_id):
        raise NotYours("Choose a team of yours.", field="team")
    team = Team.objects.select_related("organisation").get(id=team_id)
    if phone := team.phone or team.organisation.phone:
        return phone
    raise RuleError("No phone number of this team is known. Ask your administrator to add it.", field="team")


def _proxy(by: Principal, resident: Resident, proxy_id: UUID | None) -> Proxy | None:
    if proxy_id is None:
        return None
    for one in proxies_written_to(by, resident):
        if one.id == proxy_id:
            return one
    raise RuleError(f"Choose {resident.called}, or somebody who acts for them now.", field="to")


def _check_address(by: Principal, resident: Resident, channel: str, proxy: Proxy | None) -> None:
    details = [] if proxy else telecoms(ResidentDetail.objects.visible_to(by), resident.id)
    if not address_of(resident, channel, details, proxy.contact if proxy else None):
        what = "mobile number" if channel == Channel.SMS else "email address"
        raise RuleError(f"No {what} of theirs is known. Add it under People.", field="channel")


def _refuse_again(message: ResidentMessage) -> None:
    same = ResidentMessage.objects.filter(
        resident=message.resident, channel=message.channel, wording=message.wording, proxy=message.proxy
    )
    if same.filter(created_at__gt=clock.now() - NOT_AGAIN_WITHIN).exists():
        raise RuleError("The same was sent a moment ago. Give it five minutes.")
