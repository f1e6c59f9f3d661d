"""How a referral stands against its clock now, as a tag."""

from datetime import datetime

from carecoord import clock
from carecoord.clock import Standing
from carecoord.moves import Side
from carecoord.ui import dates
from carecoord.ui.components import Clock
from referrals.clocks import rung_calendar
from referrals.models import Referral
from referrals.reasons import reason_label

UNANSWERED = frozenset({"sent", "received"})


def clock_tag(referral: Referral, now: datetime) -> Clock:
    """What is due of whoever is waited for. Needs `to_team` and `from_team` of the row."""
    if referral.status == "info_requested":
        return Clock("paused", "Waiting for information")
    if referral.status == "on_hold":
        return _hold_tag(referral, now)
    return _tag(referral, _due(referral), now)


def is_overdue(referral: Referral, now: datetime) -> bool:
    return clock_tag(referral, now).state == "overdue"


def _due(referral: Referral) -> datetime | None:
    if referral.status in UNANSWERED:
        return referral.respond_by
    return referral.start_by if referral.status == "accepted" else None


def _tag(referral: Referral, due: datetime | None, now: datetime) -> Clock:
    team = referral.team_on(Side.RECEIVER) or referral.from_team
    found = clock.standing(
        start=referral.sent_at or now, due=due, now=now, calendar=rung_calendar(referral.urgency, team.calendar)
    )
    return Clock(found.value, dates.moment(due, now=now) if due else "")


def _hold_tag(referral: Referral, now: datetime) -> Clock:
    """On hold until a day; once that day has come it is overdue."""
    until = referral.hold_until
    why = reason_label("hold", referral.status_reason_code)
    if until and dates.local_day(now) >= until:
        return Clock(Standing.OVERDUE.value, f"On hold until {dates.day(until)}")
    return Clock(Standing.PAUSED.value, f"{why}, until {dates.day(until)}" if until else why)
