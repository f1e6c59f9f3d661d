"""What the demonstration's people say about themselves, as data: kind, words, and what is asked beside them."""

from collections.abc import Mapping
from datetime import timedelta

from carecoord import clock
from neighbourhoods.definitions import definition_of
from neighbourhoods.services import EntryFacts

Said = tuple[str, str] | tuple[str, str, Mapping[str, str]]

FOR_RESUSCITATION: Said = ("cpr", "", {"decision": "450475007"})
NOT_FOR_RESUSCITATION: Said = ("cpr", "", {"decision": "450476008"})


def adjustment(category: str, text: str, if_not_met: str = "") -> Said:
    """`category` is one of the eleven of the list."""
    return "adjustment", text, {"category": category, "if_not_met": if_not_met}


def risk(of: str, text: str) -> Said:
    return "risk", text, {"type": of}


def interpreter(language: str) -> Said:
    return adjustment("006", f"Interpreter: {language}", "Family would have to interpret, and would leave things out")


def facts_of(said: Said) -> EntryFacts:
    """As of now: what needs a day was so today, and is to be reviewed when its definition says."""
    kind, text, *more = said
    definition, today = definition_of(kind), clock.today()
    return EntryFacts(
        kind,
        text,
        dict(more[0]) if more else {},
        event_on=today if definition.needs_day else None,
        review_due_on=today + timedelta(days=definition.review_days) if definition.review_days else None,
    )
