"""That two organisations plan much the same, in a sentence."""

from collections.abc import Iterable, Sequence

from carecoord.ui import dates
from carecoord.ui.addresses import reverse
from carecoord.ui.components import Link, Notice
from careplans.doubles import Double
from careplans.models import Action

MOST = 3
ASK = "You may be right to both go: ring each other first."


def double_notices(doubles: Sequence[Double]) -> tuple[Notice, ...]:
    """On the page of the plan: the earliest due, and how many more there are."""
    shown = [_notice(one) for one in doubles[:MOST]]
    if (more := len(doubles) - MOST) > 0:
        shown.append(Notice("blue", f"{more} more like these.", "Each says so on its own page.", icon="people"))
    return tuple(shown)


def double_beside(action: Action, doubles: Iterable[Double]) -> tuple[Notice, ...]:
    """On the page of one action: what others plan."""
    found = [(one, other) for one in doubles if (other := one.other(action))]
    return tuple(
        Notice(
            "blue",
            f"{_team(other)} plans this too, {one.because}:",
            f"“{other.title}”, due {_due(other)}. {ASK}",
            icon="people",
            links=(Link("Their action", reverse("action_detail", args=[other.id]), other.title),),
        )
        for one, other in found[:MOST]
    )


def _notice(double: Double) -> Notice:
    first, second = double.first, double.second
    both = " ".join(f"{_team(one)}: “{one.title}”, due {_due(one)}." for one in (first, second))
    return Notice("blue", f"Two organisations plan much the same, {double.because}.", f"{both} {ASK}", icon="people")


def _team(action: Action) -> str:
    return action.accountable_team.name if action.accountable_team else ""


def _due(action: Action) -> str:
    return dates.day(action.due_on) if action.due_on else ""
