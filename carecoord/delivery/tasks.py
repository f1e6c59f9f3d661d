"""Sending what waits: claimed in one transaction, sent outside any, noted in another."""

import logging
import time
from collections.abc import Sequence

from celery import shared_task
from django.core.cache import cache
from django.db import connection

from carecoord.accounts.invitations import mail_is_set_up
from carecoord.delivery.addresses import message_of
from carecoord.delivery.channels import Channel, Email, Message, NotTaken, Refused
from carecoord.delivery.models import Delivery
from carecoord.delivery.posting import Post, note_outcome
from carecoord.delivery.services import (
    claim_waiting,
    give_back,
    is_anything_due,
    note_failed,
    note_logged,
    note_not_taken,
    note_sent,
)
from carecoord.delivery.sms import Notify, texts_are_set_up
from carecoord.ids import new_id

log = logging.getLogger(__name__)

BATCH = 8
LONGEST_RUN_SECONDS = 30
# A slow batch is given back after this, long before the lease of its messages has run out.
LONGEST_BATCH_SECONDS = 10
# Renewed with each message. Of a worker that dies while it sends, the turn is the next one's after this.
TURN_SECONDS = 20


@shared_task(name="delivery.send_waiting")
def send_waiting() -> int:
    """Send the emails that are due; returns how many the next hop took."""
    return _send_by(Delivery.Channel.EMAIL)


@shared_task(name="delivery.send_texts")
def send_texts() -> int:
    """The same for text messages."""
    return _send_by(Delivery.Channel.SMS)


@shared_task(name="delivery.send_webhooks")
def send_webhooks() -> int:
    """The same for messages to systems of organisations."""
    return _send_by(Delivery.Channel.WEBHOOK)


class Turn:
    """One worker at a time for each channel: a slow mail server may hold up emails, and never the workers that raise
    alerts. Whoever finds another sending leaves it to that one, which looks once more after it has given up its turn.
    """

    def __init__(self, channel: Delivery.Channel) -> None:
        self._key = f"delivery:turn:{channel}:{connection.settings_dict['NAME']}"
        self._mine = new_id().hex

    def take(self) -> bool:
        return bool(cache.add(self._key, self._mine, TURN_SECONDS))

    def keep(self) -> bool:
        """False where one message took so long that it is another's by now."""
        return cache.get(self._key) == self._mine and bool(cache.touch(self._key, TURN_SECONDS))

    def give_up(self) -> None:
        if cache.get(self._key) == self._mine:
            cache.delete(self._key)


def _send_by(by: Delivery.Channel) -> int:
    sent, ends_at, turn = 0, time.monotonic() + LONGEST_RUN_SECONDS, Turn(by)
    while time.monotonic() < ends_at and is_anything_due(by) and turn.take():
        try:
            sent += _send_until(by, ends_at, turn)
        finally:
            turn.give_up()
    return sent


def _send_until(by: Delivery.Channel, ends_at: float, turn: Turn) -> int:
    sent = 0
    while time.monotonic() < ends_at and turn.keep():
        claimed = claim_waiting(most=BATCH, channel=by)
        if not claimed:
            break
        with _opened(by) as channel:
            sent += _send_all(channel, claimed, turn)
    return sent


def _opened(by: Delivery.Channel) -> Channel:
    if by == Delivery.Channel.WEBHOOK:
        return Post()
    return Notify() if by == Delivery.Channel.SMS else Email()


def _is_set_up(delivery: Delivery) -> bool:
    if delivery.channel == Delivery.Channel.WEBHOOK:
        return True
    return texts_are_set_up() if delivery.channel == Delivery.Channel.SMS else mail_is_set_up()


def _send_all(channel: Channel, claimed: Sequence[Delivery], turn: Turn) -> int:
    sent, ends_at = 0, time.monotonic() + LONGEST_BATCH_SECONDS
    for number, delivery in enumerate(claimed):
        if time.monotonic() > ends_at or not turn.keep():
            give_back(claimed[number:])
            break
        sent += _send(channel, delivery)
    return sent


def _log(delivery: Delivery, message: Message) -> None:
    """In the place of sending; a text in full, so that its code can be typed where nothing is sent."""
    said = f": {message.text}" if delivery.channel == Delivery.Channel.SMS else ""
    log.info("%s %s for %s logged, not sent%s", delivery.channel, delivery.id, message.url or "a person", said)
    note_logged(delivery)


def _send(channel: Channel, delivery: Delivery) -> bool:
    try:
        message = message_of(delivery)
        if not _is_set_up(delivery):
            _log(delivery, message)
            return False
        channel.send(message)
    except Refused as refusal:
        note_failed(delivery, str(refusal))
        _tell_outcome(delivery, str(refusal))
    except NotTaken as problem:
        note_not_taken(delivery, str(problem))
        _tell_outcome(delivery, str(problem))
    else:
        note_sent(delivery)
        _tell_outcome(delivery, "")
        return True
    return False


def _tell_outcome(delivery: Delivery, why: str) -> None:
    """To whoever keeps the endpoint, which is switched off where it fails for long."""
    if delivery.channel == Delivery.Channel.WEBHOOK:
        note_outcome(delivery, why)
