"""That two organisations plan much the same, in a sentence; and quietly, once somebody has said that both are right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from carecoord.ui import dates
from carecoord.ui.addresses import reverse
from carecoord.ui.components import Link, Notice
from careplans.display.people import written
from careplans.doubles import Double
from careplans.models import Action, ActionPair
from neighbourhoods.principal import Principal

MOST = 3
ASK = "You may be right to both go: ring each other first."


@dataclass(frozen=True)
class RightRow:
    """Both are right: `why`, said by whom; `link` for who may say that it is one too many after all."""

    words: str
    why: str
    said: str
    link: Link | None


@dataclass(frozen=True)
class Doubles:
    notices: tuple[Notice, ...]
    right: tuple[RightRow, ...]


def doubles_in_plan(principal: Principal, doubles: Sequence[Double]) -> Doubles:
    """The earliest due, and how many more there are."""
    open_ones = [one for one in doubles if one.right is None]
    shown = [_notice(principal, one) for one in open_ones[:MOST]]
    if (more := len(open_ones) - MOST) > 0:
        shown.append(Notice("blue", f"{more} more like these.", "Each says so on its own page.", icon="people"))
    right = (_right(principal, one, one.first, _both(one)) for one in doubles if one.right)
    return Doubles(tuple(shown), tuple(right))


def doubles_beside(principal: Principal, action: Action, doubles: Iterable[Double]) -> Doubles:
    """On the page of one action: what others plan."""
    found = [(one, other) for one in doubles if (other := one.other(action))]
    notices = [_beside(principal, one, action, other) for one, other in found if one.right is None]
    right = (_right(principal, one, action, f"{planned(other)}.") for one, other in found if one.right)
    return Doubles(tuple(notices[:MOST]), tuple(right))


def said_of(pair: ActionPair) -> str:
    at = pair.said_at or pair.created_at
    return written(pair.written_by, at, pair.written_by_name)


def planned(action: Action) -> str:
    """`District nursing: “Weigh her”, due 03-Nov-2026`."""
    return f"{_team(action)}: “{action.title}”, due {_due(action)}"


def _beside(principal: Principal, double: Double, action: Action, other: Action) -> Notice:
    return Notice(
        "blue",
        f"{_team(other)} plans this too, {double.because}:",
        f"“{other.title}”, due {_due(other)}. {ASK}",
        icon="people",
        links=(
            Link("Their action", reverse("action_detail", args=[other.id]), other.title),
            *_say(principal, double, action),
        ),
    )


def _notice(principal: Principal, double: Double) -> Notice:
    return Notice(
        "blue",
        f"Two organisations plan much the same, {double.because}.",
        f"{_both(double)} {ASK}",
        icon="people",
        links=_say(principal, double, double.first),
    )


def _say(principal: Principal, double: Double, action: Action) -> tuple[Link, ...]:
    if not double.is_of(principal):
        return ()
    return (Link("Both are right", _at(double, action), f"of {double.first.title}"),)


def _right(principal: Principal, double: Double, action: Action, words: str) -> RightRow:
    pair = double.right
    mine = Link("Not both after all", _at(double, action), f"of {double.first.title}")
    return RightRow(
        words=words,
        why=pair.reason if pair else "",
        said=said_of(pair) if pair else "",
        link=mine if double.is_of(principal) else None,
    )


def _at(double: Double, action: Action) -> str:
    other = double.other(action)
    return reverse("both_right", args=[action.id, other.id]) if other else ""


def _both(double: Double) -> str:
    return " ".join(f"{planned(one)}." for one in (double.first, double.second))


def _team(action: Action) -> str:
    return action.accountable_team.name if action.accountable_team else ""


def _due(action: Action) -> str:
    return dates.day(action.due_on) if action.due_on else ""
