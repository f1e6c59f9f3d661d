"""Asking for something to be sent, and what became of it."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from carecoord import clock
from carecoord.delivery.models import Delivery
from carecoord.gathering import Gathering
from carecoord.outbox.broker import nudge_on_commit
from carecoord.prepared import add

SEND_WAITING = "delivery.send_waiting"
TASKS = {
    Delivery.Channel.EMAIL: SEND_WAITING,
    Delivery.Channel.SMS: "delivery.send_texts",
    Delivery.Channel.WEBHOOK: "delivery.send_webhooks",
}
"""Each channel is sent by a task of its own: one that is slow holds up none of the others."""
MOST_ATTEMPTS = 12
LONGEST_PAUSE = timedelta(minutes=30)
# Longer than a batch takes: what a worker had claimed that died while sending is the next one's after this.
LEASE = timedelta(seconds=60)
_asked_together: Gathering[Delivery] = Gathering("delivery_asked_together")


def asked_to_send(
    *,
    recipients: Iterable[UUID | None],
    cause: str,
    about: tuple[str, UUID],
    subject: str,
    line: str,
    path: str,
    channel: Delivery.Channel = Delivery.Channel.EMAIL,
) -> list[Delivery]:
    """One message to each of these users, for the caller to write in the transaction of its cause: the same cause
    again, left as it is, sends nothing. Empty where a block writes all of its own. None is whom the item names.

    `line` and `subject` name no resident (IG-35); `path` begins with a slash.
    """
    about_type, about_id = about
    now = clock.now()
    asked = [
        Delivery(
            channel=channel,
            recipient_id=user_id,
            about_type=about_type,
            about_id=about_id,
            cause=cause,
            subject=subject,
            line=line,
            path=path,
            created_at=now,
            next_attempt_at=now,
        )
        for user_id in recipients
    ]
    if asked:
        nudge_on_commit(TASKS[channel])
    return [] if _asked_together.takes(asked) else asked


def asked_together() -> AbstractContextManager[None]:
    """What the block asks to be sent is written at its end, in its transaction."""
    return _asked_together.until_the_end(_write)


def _write(asked: list[Delivery]) -> None:
    add(asked, ignore_conflicts=True)


def is_anything_due(channel: Delivery.Channel = Delivery.Channel.EMAIL) -> bool:
    return _due(channel).exists()


def _due(channel: Delivery.Channel) -> QuerySet[Delivery]:
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, next_attempt_at__lte=clock.now())
    return waiting.filter(channel=channel)


@transaction.atomic
def claim_waiting(*, most: int, channel: Delivery.Channel = Delivery.Channel.EMAIL) -> list[Delivery]:
    """Take messages that are due and that nobody else has, for the time of the lease."""
    claimed = list(
        _due(channel)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("recipient__mobile")
        .order_by("next_attempt_at", "id")[:most]
    )
    leased_until = clock.now() + LEASE
    for delivery in claimed:
        delivery.next_attempt_at = leased_until
        delivery.attempts += 1
    Delivery.objects.bulk_update(claimed, ["next_attempt_at", "attempts"])
    return claimed


def note_sent(delivery: Delivery) -> None:
    _note(delivery, state=Delivery.State.SENT, sent_at=clock.now(), failure="")


def note_all_sent() -> int:
    """For a place whose messages go nowhere: what waits counts as taken when it was asked for; returns how many."""
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    return waiting.update(state=Delivery.State.SENT, attempts=1, sent_at=F("created_at"))


def note_logged(delivery: Delivery) -> None:
    """Nothing is set up to send it: it stands in the log, and nobody was sent anything."""
    _note(delivery, state=Delivery.State.LOGGED, failure="")


def note_not_taken(delivery: Delivery, why: str) -> None:
    """Wait and try again, twice as long each time; after the last attempt it is failed, and people see that."""
    if delivery.attempts >= MOST_ATTEMPTS:
        note_failed(delivery, why)
    else:
        _note(delivery, failure=why[:200], next_attempt_at=clock.now() + pause_after(delivery.attempts))


def note_failed(delivery: Delivery, why: str) -> None:
    _note(delivery, state=Delivery.State.FAILED, failure=why[:200])


def note_delivered(delivery_id: UUID) -> bool:
    """It has reached the phone. False where it is none that was sent."""
    sent = Delivery.objects.filter(id=delivery_id, state__in=[Delivery.State.SENT, Delivery.State.DELIVERED])
    return bool(sent.update(state=Delivery.State.DELIVERED, failure=""))


def note_came_back(delivery_id: UUID, why: str, *, channel: Delivery.Channel) -> bool:
    """The next hop took it, and it never arrived. False where it is none that was sent.

    It may have been taken without our knowing: what was tried, and waits to be tried again, is not sent any more.
    """
    was_taken = Q(state__in=[Delivery.State.SENT, Delivery.State.BOUNCED])
    was_tried = Q(state__in=[Delivery.State.WAITING, Delivery.State.FAILED], attempts__gt=0)
    sent = Delivery.objects.filter(was_taken | was_tried, id=delivery_id, channel=channel)
    return bool(sent.update(state=Delivery.State.BOUNCED, failure=why[:200]))


def give_back(deliveries: Iterable[Delivery]) -> None:
    """Messages that were claimed and not tried: due again at once."""
    for delivery in deliveries:
        _note(delivery, attempts=delivery.attempts - 1, next_attempt_at=clock.now())


def pause_after(attempts: int) -> timedelta:
    return min(timedelta(seconds=10 * 2 ** (attempts - 1)), LONGEST_PAUSE)


def _note(delivery: Delivery, **facts: str | int | datetime) -> None:
    # Only while it still waits: another worker may have sent it after our lease had run out.
    Delivery.objects.filter(id=delivery.id, state=Delivery.State.WAITING).update(**facts)
