"""Where a message goes, and what it says: read when it is sent, so that what has changed meanwhile holds."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings

from carecoord.accounts.models import User
from carecoord.delivery.channels import Message, Refused
from carecoord.delivery.mobiles import CODE, CODE_LASTS, code_of
from carecoord.delivery.models import Delivery, Mobile
from carecoord.delivery.posting import endpoint_of

AddressOf = Callable[[UUID, str], str]
"""From an item and a channel to an address. Raises Refused with a sentence for whoever asked to send it."""
_named: dict[str, AddressOf] = {}


def call_addressee_of(about_type: str, address_of: AddressOf) -> None:
    """Messages about such items, sent to nobody's account, go to whom `address_of` says."""
    _named[about_type] = address_of


def message_of(delivery: Delivery) -> Message:
    """Raises Refused where it is not to be sent, or leads nowhere."""
    if delivery.channel == Delivery.Channel.WEBHOOK:
        return _to_a_system(delivery)
    mobile, line = None, delivery.line
    if delivery.channel == Delivery.Channel.SMS and delivery.recipient:
        mobile = _mobile_of(delivery.recipient, is_asked=delivery.about_type == CODE)
        if delivery.about_type == CODE:
            minutes = int(CODE_LASTS.total_seconds()) // 60
            line = f"CareCoord: {code_of(mobile)} is your code. It works for {minutes} minutes."
    return Message(
        id=delivery.id,
        address=mobile.number if mobile else _address_of(delivery),
        subject=delivery.subject,
        line=line,
        url=_url_of(delivery),
    )


def _to_a_system(delivery: Delivery) -> Message:
    endpoint = endpoint_of(delivery)
    url = _url_of(delivery)
    return Message(delivery.id, endpoint.url, delivery.subject, delivery.line, url, endpoint)


def _url_of(delivery: Delivery) -> str:
    return f"{settings.BASE_URL}{delivery.path}" if delivery.path.strip("/") else ""


def _mobile_of(person: User, *, is_asked: bool) -> Mobile:
    """A code goes to a number that is not confirmed, and nothing else does."""
    _check_account(person)
    mobile: Mobile | None = getattr(person, "mobile", None)
    if mobile is None or not mobile.number or not (is_asked or mobile.confirmed_at):
        raise Refused("This person has no mobile number that is confirmed")
    return mobile


def _address_of(delivery: Delivery) -> str:
    if delivery.recipient is None:
        return _named[delivery.about_type](delivery.about_id, delivery.channel)
    _check_account(delivery.recipient)
    return delivery.recipient.email


def _check_account(person: User) -> None:
    if not person.is_active:
        raise Refused("This person's account has ended")
