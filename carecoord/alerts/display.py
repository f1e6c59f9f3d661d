"""An alert as a row: what happened, to whom, and what happens if nobody answers (design.md section 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from carecoord import clock
from carecoord.alerts.kinds import NOT_ANSWERED, kind_of, title_of
from carecoord.alerts.models import ESCALATED_FROM, Alert
from carecoord.alerts.rungs import AT_ONCE
from carecoord.ui import dates
from carecoord.ui.addresses import reverse
from carecoord.ui.components import AlertRow, Clock, ResidentLine, resident_line
from neighbourhoods.identities import Identity
from neighbourhoods.models import TeamKind
from neighbourhoods.principal import Principal

YOU = "you"


@dataclass(frozen=True)
class Reader:
    """Who reads, when, to which page Acknowledge comes back, and whether a row leads to what was sent of it."""

    principal: Principal
    now: datetime
    next_url: str = ""
    shows_sent: bool = False


@dataclass(frozen=True)
class Shown:
    """An alert and what its row needs beside it. `leads` are those of its team, `leads_told_at` when they were told."""

    alert: Alert
    leads: Sequence[str]
    leads_told_at: datetime | None
    identity: Identity | None
    is_own_access: bool = False


def alert_row(shown: Shown, reader: Reader) -> AlertRow:
    alert = shown.alert
    opens = reverse("alert_open", args=[alert.id])
    is_acknowledged = alert.state == Alert.State.ACKNOWLEDGED
    return AlertRow(
        key=str(alert.id),
        what=title_of(alert.kind),
        sentence=sentence(shown, reader),
        state=_state(alert),
        resident=_resident(shown.identity, opens) if shown.identity else None,
        clock=clock_of(alert, reader.now),
        acknowledge_url="" if is_acknowledged or shown.is_own_access else reverse("alert_acknowledge", args=[alert.id]),
        acknowledged=acknowledged_by(alert, reader) if is_acknowledged else "",
        url="" if shown.identity else opens,
        next_url=reader.next_url,
        sent_url=reverse("alert_messages", args=[alert.id]) if reader.shows_sent else "",
    )


def sentence(shown: Shown, reader: Reader) -> str:
    """When it was sent, and who is told when, or was told, because nobody has answered."""
    now, names = reader.now, _names(shown, reader)
    alert, sent = shown.alert, f"Sent {_moment(shown.alert.started_at, now)}."
    if alert.kind.endswith(NOT_ANSWERED):
        return f"{sent} {_still_unanswered(shown, reader)}"
    if shown.leads_told_at:
        return f"Told {names} {_moment(shown.leads_told_at, now)} because nobody answered."
    if alert.due_at is None or alert.upcoming() is None:
        told = f"Reference {alert.reference}. {sent}" if kind_of(alert.kind).is_for_privacy else sent
        return f"{told} About your own access: somebody else acknowledges it." if shown.is_own_access else told
    if shown.is_own_access:
        return f"Reference {alert.reference}. {sent} About your own access: somebody else reviews it."
    if kind_of(alert.kind).is_for_privacy:
        told = f"Reference {alert.reference}. {sent} To be reviewed {_at(alert.due_at, now)}"
        return f"{told}; after that the lead of the privacy officers is told, then the Caldicott Guardian."
    told_at = alert.moment_of(alert.told_by.ladder[ESCALATED_FROM]) or alert.due_at
    verb = "is" if len(shown.leads) == 1 and names != YOU else "are"
    return f"{sent} If nobody answers, {names} {verb} told {_at(told_at, now)}."


def clock_of(alert: Alert, now: datetime) -> Clock | None:
    if alert.due_at is None:
        return None
    standing = clock.standing(start=alert.started_at, due=alert.due_at, now=now, calendar=alert.calendar)
    return Clock(state=standing.value)


def acknowledged_by(alert: Alert, reader: Reader) -> str:
    """`Acknowledged by you, today 10:41`."""
    who = alert.acknowledged_by
    name = (alert.acknowledged_by_name or "the system") if who is None else who.user.name
    if who is not None and who.id == reader.principal.membership_id:
        name = "you"
    return f"Acknowledged by {name}, {_moment(alert.acknowledged_at or alert.updated_at, reader.now)}"


def _still_unanswered(shown: Shown, reader: Reader) -> str:
    """For the team that has sent it, and for the front door, which is told the team and nothing else."""
    alert = shown.alert
    team = alert.sending_team.name if alert.sending_team else "The other team"
    why = "has nobody who can answer" if alert.escalation_level == AT_ONCE.level else "has not answered"
    told = f"Told {_names(shown, reader)} {_moment(alert.created_at, reader.now)} because {team} {why}."
    if alert.team.kind == TeamKind.FRONT_DOOR:
        # Of whom it is about nothing may be said here, and one team may leave two things unanswered in a minute.
        return f"{told} Ring them. Reference {alert.reference}."
    if kind_of(alert.kind).is_for_privacy:
        return f"{told} It stands here until somebody has reviewed it."
    return f"{told} It is still your team's until they answer."


def _state(alert: Alert) -> Literal["new", "escalated", "acknowledged"]:
    if alert.state == Alert.State.ACKNOWLEDGED:
        return "acknowledged"
    return "escalated" if alert.escalation_level >= ESCALATED_FROM else "new"


def _resident(identity: Identity, opens: str) -> ResidentLine:
    return resident_line(
        family_name=identity.family_name,
        given_name=identity.given_name,
        birth_date=identity.birth_date,
        nhs_number=identity.nhs_number,
        died_on=identity.died_on,
        url=opens,
        layout="line",
    )


def _names(shown: Shown, reader: Reader) -> str:
    """The leads by name, and the reader as `you`; a team without one is told as a whole."""
    by = reader.principal
    leads = [YOU if one == by.name and by.leads(shown.alert.team_id) else one for one in shown.leads]
    *others, last = leads or [f"all of {shown.alert.team.name}"]
    return f"{', '.join(others)} and {last}" if others else last


def _moment(at: datetime, now: datetime) -> str:
    return dates.moment(at, now=now).replace("Today", "today")


def _at(at: datetime, now: datetime) -> str:
    """`today at 11:12`, `on 26-Nov-2026 at 17:00`."""
    day = dates.due_day(at, now=now)
    return f"{'today' if day == 'Today' else f'on {day}'} at {dates.time_of_day(at)}"
