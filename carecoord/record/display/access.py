"""Looks as rows."""

from collections.abc import Iterable
from dataclasses import dataclass

from carecoord import clock
from carecoord.audit import Purpose
from carecoord.record.access import Look
from carecoord.record.sentences import LOOKS, LOOKS_BEFORE_A_REASON
from carecoord.ui import dates
from neighbourhoods.models import Role

ROLES = dict(Role.choices)


@dataclass(frozen=True)
class LookRow:
    at: str
    who: str
    role: str
    organisation: str
    what: str
    reason: str
    purpose: str


def look_rows(looks: Iterable[Look]) -> tuple[LookRow, ...]:
    now = clock.now()
    return tuple(
        LookRow(
            at=dates.moment(look.at, now=now),
            who=look.actor_name,
            role=ROLES.get(look.role, ""),
            organisation=look.organisation_name,
            what=LOOKS.get(look.verb, look.verb.replace(".", " ").replace("_", " ").capitalize()),
            reason=look.reason or _reason(look),
            # What nearly every look is for need not stand on every line.
            purpose="" if look.purpose == Purpose.CARE else f"For {look.purpose}",
        )
        for look in looks
    )


def _reason(look: Look) -> str:
    return "None yet" if look.verb in LOOKS_BEFORE_A_REASON else "Their team has a recorded reason"
