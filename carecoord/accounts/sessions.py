"""How long a sign-in lasts: 15 minutes without activity, 12 hours in all. Facts of the session, read with our clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from carecoord import clock

SIGNED_IN_AT = "signed_in_at"
ACTIVE_AT = "active_at"
SECOND_FACTOR = "second_factor"
SIGNED_OUT = "signed_out"
# Activity is written down once a minute at most, so that reading a page is no UPDATE. An idle sign-in therefore ends
# after 14 to 15 minutes, never later.
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class SignedOut:
    """A sign-in that its owner did not end, and when. `changed`: another password, or an administrator ended it."""

    at: datetime
    why: Literal["idle", "limit", "changed"]


def begin(session: SessionBase) -> None:
    now = clock.now().isoformat()
    session[SIGNED_IN_AT] = session[ACTIVE_AT] = now


def ended(session: SessionBase) -> SignedOut | None:
    """How and when this sign-in ended, or None while it lasts."""
    signed_in_at, active_at = _moment(session, SIGNED_IN_AT), _moment(session, ACTIVE_AT)
    if signed_in_at is None or active_at is None:
        return None
    limits = [
        SignedOut(active_at + settings.IDLE_LIMIT, "idle"),
        SignedOut(signed_in_at + settings.SESSION_LIMIT, "limit"),
    ]
    first = min(limits, key=lambda limit: limit.at)
    return first if first.at <= clock.now() else None


def note_activity(session: SessionBase) -> None:
    """Remember that the person did something; a session that was made past the sign-in page begins here."""
    active_at = _moment(session, ACTIVE_AT)
    if active_at is None:
        begin(session)
    elif clock.now() - active_at >= NOTED_EVERY:
        session[ACTIVE_AT] = clock.now().isoformat()


def signed_in_within(session: SessionBase, span: timedelta) -> bool:
    signed_in_at = _moment(session, SIGNED_IN_AT)
    return signed_in_at is not None and clock.now() - signed_in_at < span


def remember_signed_out(session: SessionBase, signed_out: SignedOut) -> None:
    """Let the sign-in page say what happened."""
    session[SIGNED_OUT] = [signed_out.at.isoformat(), signed_out.why]


def take_signed_out(session: SessionBase) -> SignedOut | None:
    """What `remember_signed_out` left, once."""
    if SIGNED_OUT not in session:
        return None
    at, why = session.pop(SIGNED_OUT)
    return SignedOut(datetime.fromisoformat(at), why)


def _moment(session: SessionBase, name: str) -> datetime | None:
    value = session.get(name)
    return datetime.fromisoformat(value) if value else None
