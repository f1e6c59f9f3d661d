"""What became of messages, for people: without an address in full, unless it is the reader's own."""

from uuid import UUID

from django.db.models import QuerySet

from carecoord.delivery.models import Delivery

LAST_LOOKED_AT = 3
ENDED = [Delivery.State.SENT, Delivery.State.DELIVERED, Delivery.State.FAILED, Delivery.State.BOUNCED]
NOT_ARRIVED = frozenset({Delivery.State.FAILED, Delivery.State.BOUNCED})


def deliveries_about(about: tuple[str, UUID]) -> QuerySet[Delivery]:
    """Newest first."""
    about_type, about_id = about
    found = Delivery.objects.filter(about_type=about_type, about_id=about_id)
    return found.select_related("recipient__mobile").order_by("-id")


def did_not_reach(user_id: UUID, channel: Delivery.Channel) -> Delivery | None:
    """The newest of the last few messages that did not arrive; None where all of them did.

    A bounce comes after the next message has gone, so one that went well proves nothing by itself.
    """
    ended = Delivery.objects.filter(recipient_id=user_id, channel=channel, state__in=ENDED).order_by("-id")
    return next((one for one in ended[:LAST_LOOKED_AT] if one.state in NOT_ARRIVED), None)


def tone_of(delivery: Delivery) -> str:
    """The colour of where it stands: on its way or there is green."""
    if delivery.state in NOT_ARRIVED:
        return "red"
    return "grey" if delivery.state in {Delivery.State.WAITING, Delivery.State.LOGGED} else "green"


def where_to(delivery: Delivery) -> str:
    """`n•••@example.org`, `••• 123`; empty where nobody knows any more."""
    person = delivery.recipient
    if person is None:
        return ""
    if delivery.channel == Delivery.Channel.SMS:
        mobile = getattr(person, "mobile", None)
        return hidden_number(mobile.number) if mobile else ""
    return hidden_email(person.email)


def hidden_email(address: str) -> str:
    name, _, host = address.partition("@")
    return f"{name[:1]}•••@{host}"


def hidden_number(number: str) -> str:
    return f"••• {number[-3:]}" if number else ""
