"""The ladder of an alert that asks for an answer (domain.md 3.4, Rungs), as data, and which rung comes next."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from carecoord import clock
from carecoord.clock import WorkingCalendar


class Audience(StrEnum):
    """`named` is whoever the item names, and else `members`: those on duty, or all while there is no rota."""

    NAMED = "named"
    MEMBERS = "members"
    EVERYBODY = "everybody"
    LEADS = "leads"
    SENDERS_LEADS = "senders_leads"
    GUARDIAN = "guardian"
    FRONT_DOOR = "front_door"


@dataclass(frozen=True)
class Rung:
    """At `share` of the time allowed, `audience` is told. An acknowledgement stops reminders, and nothing else."""

    level: int
    share: float
    audience: Audience
    is_reminder: bool = False


SHIPPED: Final[Mapping[str, Any]] = tomllib.loads(Path(__file__).with_name("rulebook.toml").read_text())


def ladder_of(rungs: Sequence[Mapping[str, Any]]) -> tuple[Rung, ...]:
    """As a rule says it: each with the percent `at` which it `tells` whom."""
    return tuple(
        Rung(level, one["at"] / 100, Audience(one["tells"]), is_reminder=bool(one.get("reminds")))
        for level, one in enumerate(rungs)
    )


LADDER = ladder_of(SHIPPED["ladders"]["answer"])
AT_ONCE = LADDER[0]
REVIEWS = ladder_of(SHIPPED["ladders"]["review"])


def next_rung(level: int, *, is_acknowledged: bool, ladder: Sequence[Rung] = LADDER) -> Rung | None:
    """The rung after `level`; None above the last."""
    left = (rung for rung in ladder if rung.level > level and not (rung.is_reminder and is_acknowledged))
    return next(left, None)


def moment_of(rung: Rung, *, started_at: datetime, due_at: datetime, calendar: WorkingCalendar | None) -> datetime:
    """When a rung fires. `calendar` None means by the clock. A deadline before the start counts from the deadline."""
    return clock.rung_at(min(started_at, due_at), due_at, rung.share, calendar)
