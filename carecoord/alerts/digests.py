"""Sending what was held back: one message for each person, of what is still worth saying, or none."""

import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.budget import CAUGHT_UP_WITHIN, LATE_FROM, Waiting, digest_of
from carecoord.alerts.emails import EmailWords, email_words
from carecoord.alerts.kinds import kind_of
from carecoord.alerts.models import ESCALATED_FROM, OPEN_STATES, Alert, AlertPartQuerySet, AlertRecipient, HeldMessage
from carecoord.delivery.models import Delivery
from carecoord.delivery.services import asked_to_send
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.subscriptions import heard_topics
from carecoord.prepared import add

LONGEST_RUN: Final = timedelta(seconds=20)
MOST_KINDS: Final = 4


def send_digests() -> int:
    """Everything that is due, a person at a time and each in a transaction of its own; returns how many were sent."""
    sent, ends_at = 0, time.monotonic() + LONGEST_RUN.total_seconds()
    while time.monotonic() < ends_at:
        outcome = _send_next()
        if outcome is None:
            break
        sent += outcome
    return sent


@transaction.atomic
def _send_next() -> bool | None:
    """Take all that is due of one person whom nobody else has, of what is urgent first; None where there is nobody."""
    free = _due().select_for_update(skip_locked=True, of=("self",))
    first: Any = free.order_by("-alert__is_urgent", "due_at", "user_id", "id").first()
    if first is None:
        return None
    held = _held_for(first.user_id)
    waiting = {one.id: _waiting(one) for one in held}
    said = digest_of(waiting.values())
    email = _send(first.user_id, held, said) if said else None
    over = [held_id for held_id, one in waiting.items() if one.is_over]
    HeldMessage.objects.filter(id__in=over).update(ended_at=clock.now())
    HeldMessage.objects.filter(id__in=waiting.keys() - set(over)).update(ended_at=clock.now(), sent_in=email)
    return bool(said)


def _due() -> AlertPartQuerySet:
    """While what was missed is still being caught up with, only what is urgent, or has waited for long enough."""
    now = clock.now()
    due = HeldMessage.objects.filter(ended_at=None, due_at__lte=now)
    return due.filter(Q(alert__is_urgent=True) | Q(due_at__lte=now - CAUGHT_UP_WITHIN)) if _is_behind(now) else due


def _is_behind(now: datetime) -> bool:
    missed = now - LATE_FROM
    news = OutboxMessage.objects.waiting().filter(topic__in=heard_topics(), attempts=0, next_attempt_at__lte=missed)
    return Alert.objects.filter(next_rung_at__lte=missed).exists() or news.exists()


def _held_for(user_id: UUID) -> list[Any]:
    """What is due of this person, locked, with when they opened each alert."""
    mine = AlertRecipient.objects.filter(alert=OuterRef("alert_id"), membership__user_id=user_id)
    due = HeldMessage.objects.filter(user_id=user_id, ended_at=None, due_at__lte=clock.now())
    seen = Subquery(mine.order_by(F("seen_at").desc(nulls_last=True)).values("seen_at")[:1])
    found = due.select_for_update(skip_locked=True, of=("self",)).select_related("alert__rule").annotate(seen_at=seen)
    return list(found.order_by("created_at", "id"))


def _waiting(held: Any) -> Waiting:
    alert: Alert = held.alert
    is_seen = held.seen_at is not None and held.seen_at >= held.created_at
    is_taken = alert.state == Alert.State.ACKNOWLEDGED and held.level < ESCALATED_FROM
    is_over = alert.state not in OPEN_STATES or is_seen or is_taken
    return Waiting(alert.kind, alert.about_id, is_over, alert.is_urgent)


def _send(user_id: UUID, held: Sequence[Any], said: Sequence[Waiting]) -> Delivery:
    """One thing is said in its own words and leads to it; several are counted, and lead to the page of alerts."""
    last = {(one.alert.kind, one.alert.about_id): one for one in held}
    only = last[said[0].kind, said[0].about_id] if len(said) == 1 else None
    words = _words_of_one(only) if only else _words_of_all(said)
    path = reverse("alert_open", args=[only.alert_id]) if only else reverse("alerts")
    (email,) = asked_to_send(
        recipients=[user_id],
        cause=f"digest:{held[0].id}",
        about=("alert", only.alert_id if only else held[0].alert_id),
        subject=words.subject,
        line=words.line,
        path=path,
    )
    add([email])
    return email


def _words_of_one(held: Any) -> EmailWords:
    return email_words(held.alert, held.alert.told_by.ladder[held.level])


def _words_of_all(said: Sequence[Waiting]) -> EmailWords:
    """How many things, and of which kinds: no more (IG-35)."""
    counts = Counter(kind_of(one.kind).noun for one in said).most_common()
    named = [f"{noun}: {count}" for noun, count in counts[:MOST_KINDS]]
    others = sum(count for _, count in counts[MOST_KINDS:])
    kinds = ", ".join([*named, f"other: {others}"] if others else named)
    waiting = f"{len(said)} things are waiting for you"
    if urgent := sum(one.is_urgent for one in said):
        waiting = f"{waiting}, {urgent} urgent"
    return EmailWords(subject=f"CareCoord: {waiting}", line=f"{waiting} in CareCoord ({kinds}).")
