"""When a referral must be answered and started: a pure function of its events (domain.md 3.1, Clocks).

The answer is due from sending. The clock stands still while the receiver waits for information, while the referral is
on hold, and, once an acceptance has been undone, for as long as it stood. Where it had run out before a reply came in,
the time to answer begins again with the reply: nobody can answer sooner than they have been told. The time to start
is counted from sending whatever is asked meanwhile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from carecoord import clock
from carecoord.clock import Allowance, Deadline, Pause, WorkingCalendar
from referrals.allowances import REFERRAL_TIMES

STILL_VERBS = frozenset({"assign", "transfer", "amend"})
"""Events that leave a referral in the state it is in."""


@dataclass(frozen=True)
class Happened:
    """One event: the verb of `referrals.states`, and when."""

    verb: str
    at: datetime


@dataclass(frozen=True)
class Deadlines:
    """None where nothing of the kind is due, as for a draft."""

    respond: Deadline | None = None
    start: Deadline | None = None

    @property
    def respond_by(self) -> datetime | None:
        """None also while the clock is paused."""
        return self.respond.due_at if self.respond else None

    @property
    def start_by(self) -> datetime | None:
        return self.start.due_at if self.start else None


def deadlines(*, urgency: str, events: Sequence[Happened], calendar: WorkingCalendar) -> Deadlines:
    """What `events`, in their order, make due; `calendar` is that of the team that must answer."""
    moves = [event for event in events if event.verb not in STILL_VERBS]
    sent_at = next((event.at for event in moves if event.verb == "send"), None)
    if sent_at is None:
        return Deadlines()
    times = REFERRAL_TIMES[urgency]
    works = times.calendar or calendar
    pauses = list(_pauses(moves))
    return Deadlines(
        respond=_respond(sent_at, times.respond, works, pauses, [move.at for move in moves if move.verb == "reply"]),
        start=clock.deadline(sent_at, times.start, works, pauses) if times.start else None,
    )


def _respond(
    sent_at: datetime, allowed: Allowance, works: WorkingCalendar, pauses: Sequence[Pause], replies: Sequence[datetime]
) -> Deadline:
    due = clock.deadline(sent_at, allowed, works, pauses)
    for replied_at in replies:
        if due.due_at and due.due_at <= replied_at:
            due = clock.deadline(replied_at, allowed, works, pauses)
    return due


def rung_calendar(urgency: str, calendar: WorkingCalendar) -> WorkingCalendar | None:
    """What shares of the time to answer are counted in; None means by the clock on the wall."""
    times = REFERRAL_TIMES[urgency]
    return None if times.respond.by_the_clock else times.calendar or calendar


def _pauses(moves: Sequence[Happened]) -> Iterator[Pause]:
    for number, move in enumerate(moves):
        following = moves[number + 1] if number + 1 < len(moves) else None
        undone = following is not None and following.verb == "undo_acceptance"
        if move.verb in {"request_information", "hold"} or (move.verb == "accept" and undone):
            yield Pause(move.at, following.at if following else None)
