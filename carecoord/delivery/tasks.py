"""Sending what waits: claimed in one transaction, sent outside any, noted in another."""

import logging
import time
from collections.abc import Sequence

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from carecoord.accounts.invitations import mail_is_set_up
from carecoord.delivery.channels import Channel, Email, Message, NotTaken, Refused
from carecoord.delivery.models import Delivery
from carecoord.delivery.services import (
    claim_waiting,
    give_back,
    is_anything_due,
    note_failed,
    note_logged,
    note_not_taken,
    note_sent,
)

log = logging.getLogger(__name__)

BATCH = 8
LONGEST_RUN_SECONDS = 30
# Of a worker that dies while it sends: then it is the next one's.
TURN_SECONDS = LONGEST_RUN_SECONDS + 30


@shared_task(name="delivery.send_waiting")
def send_waiting() -> int:
    """Send what is due; returns how many the next hop took.

    One worker at a time: a slow mail server may hold up emails, and never the workers that raise alerts. Whoever finds
    another sending leaves it to that one, which looks once more after it has given up its turn.
    """
    sent, ends_at = 0, time.monotonic() + LONGEST_RUN_SECONDS
    while time.monotonic() < ends_at and is_anything_due() and cache.add(_turn(), True, TURN_SECONDS):
        try:
            sent += _send_until(ends_at)
        finally:
            cache.delete(_turn())
    return sent


def _turn() -> str:
    return f"delivery:turn:{connection.settings_dict['NAME']}"


def _send_until(ends_at: float) -> int:
    sent = 0
    while time.monotonic() < ends_at:
        claimed = claim_waiting(most=BATCH)
        if not claimed:
            break
        with Email() as channel:
            sent += _send_all(channel, claimed, ends_at)
    return sent


def _send_all(channel: Channel, claimed: Sequence[Delivery], ends_at: float) -> int:
    sent = 0
    for number, delivery in enumerate(claimed):
        if time.monotonic() > ends_at:
            give_back(claimed[number:])
            break
        sent += _send(channel, delivery)
    return sent


def _send(channel: Channel, delivery: Delivery) -> bool:
    if not delivery.recipient.is_active:
        note_failed(delivery, "This person's account has ended")
        return False
    if not mail_is_set_up():
        log.info("email %s for %s%s logged, not sent", delivery.id, settings.BASE_URL, delivery.path)
        note_logged(delivery)
        return False
    try:
        channel.send(_message(delivery))
    except Refused as refusal:
        note_failed(delivery, str(refusal))
    except NotTaken as problem:
        note_not_taken(delivery, str(problem))
    else:
        note_sent(delivery)
        return True
    return False


def _message(delivery: Delivery) -> Message:
    return Message(
        id=delivery.id,
        address=delivery.recipient.email,
        subject=delivery.subject,
        line=delivery.line,
        url=f"{settings.BASE_URL}{delivery.path}",
    )
