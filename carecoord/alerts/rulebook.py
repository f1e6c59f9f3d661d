"""Rules of alerts: of each kind of news who is told, by which channels, how urgent, and who next if nobody answers.

They are data. Those that are shipped stand in `rulebook.toml`; a place's own are rows, a new one for each change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from carecoord.alerts.kinds import NOT_ANSWERED
from carecoord.alerts.rungs import SHIPPED, Audience, Rung, ladder_of

EMAIL: Final = "email"
SMS: Final = "sms"


class Urgency(StrEnum):
    """An urgent alert is told at any hour, and its rungs run by the clock."""

    AS_IT_IS = "as_it_is"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True)
class Rule:
    """`ladder` begins with whom it tells at once. `number` is the version, 0 of a rule as it was shipped."""

    kind: str
    ladder: tuple[Rung, ...]
    channels: tuple[str, ...]
    urgency: Urgency
    number: int = 0
    is_fixed: bool = False

    @property
    def tells(self) -> Audience:
        return self.ladder[0].audience

    @property
    def asks(self) -> bool:
        """For an answer: what does not is told once."""
        return len(self.ladder) > 1

    def is_urgent(self, item_is: bool) -> bool:
        return item_is if self.urgency is Urgency.AS_IT_IS else self.urgency is Urgency.ALWAYS

    def runs_by_the_clock(self, item_does: bool) -> bool:
        return item_does or self.urgency is Urgency.ALWAYS


def rungs_as_data(ladder: tuple[Rung, ...]) -> list[dict[str, Any]]:
    """What `ladder_of` reads."""
    return [
        {"at": round(rung.share * 100), "tells": rung.audience.value, "reminds": rung.is_reminder} for rung in ladder
    ]


def shipped(kind: str) -> Rule:
    """Of an alert that something was not answered, that of what was asked. Raises KeyError where there is no rule."""
    return SHIPPED_RULES[kind.removesuffix(NOT_ANSWERED)]


def _read(kind: str, said: Mapping[str, Any]) -> Rule:
    found = {**SHIPPED["otherwise"], **said}
    first, *others = SHIPPED["ladders"][found["ladder"]]
    return Rule(
        kind,
        ladder_of([first | {"tells": found.get("tells", first["tells"])}, *others]),
        tuple(found["channels"]),
        Urgency(found["urgency"]),
        is_fixed=found.get("is_fixed", False),
    )


SHIPPED_RULES: Final[Mapping[str, Rule]] = {kind: _read(kind, said) for kind, said in SHIPPED["rules"].items()}
