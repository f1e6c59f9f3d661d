"""The one line of an email: count, kind, urgency, and where to sign in (IG-35)."""

from dataclasses import dataclass

from carecoord.alerts.kinds import NOT_ANSWERED, kind_of
from carecoord.alerts.models import Alert
from carecoord.alerts.rungs import Audience, Rung


@dataclass(frozen=True)
class EmailWords:
    subject: str
    line: str


def email_words(alert: Alert, rung: Rung) -> EmailWords:
    what = _what_happened(alert, rung)
    return EmailWords(subject=f"CareCoord: {what}", line=f"{what[0].upper()}{what[1:]} in CareCoord ({_about(alert)}).")


def _what_happened(alert: Alert, rung: Rung) -> str:
    if kind_of(alert.kind).is_for_privacy:
        return "1 thing is waiting for the privacy officers"
    count = alert.together.count if alert.together else 1
    if alert.kind.endswith(NOT_ANSWERED):
        where = "in your place" if rung.audience is Audience.FRONT_DOOR else "that your team has sent"
        return f"{_of(count)} {where} {_were(count)} not answered in time"
    if rung.audience is Audience.LEADS:
        return f"{_of(count)} for your team {_were(count)} not answered in time"
    if rung.is_reminder:
        return f"{_of(count)} {'is' if count == 1 else 'are'} still waiting for your team"
    return "1 thing is waiting for your team" if count == 1 else f"{count} things are waiting for your team"


def _of(count: int) -> str:
    """Of a list, some may have been answered by now."""
    return "1 thing" if count == 1 else f"some of {count} things"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _about(alert: Alert) -> str:
    kind = kind_of(alert.kind)
    if kind.is_for_privacy:
        return f"{kind.noun}, {alert.reference}"
    return f"{kind.noun}, urgent" if alert.is_urgent else kind.noun
