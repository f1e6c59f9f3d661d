"""Verbs as addresses and answers spell them."""

from collections.abc import Iterable

from carecoord.moves import Side, StateTable


def action_name(verb: str) -> str:
    """`undo_acceptance` of a table of states is `undo-acceptance` in the API."""
    return verb.replace("_", "-")


def verb_of(action: str) -> str:
    """The table's verb for a segment of an address."""
    return action.replace("-", "_")


def allowed_actions(table: StateTable, state: str, sides: Iterable[Side]) -> list[str]:
    """What this caller may do next, spelt as the addresses are."""
    return [action_name(verb) for verb in table.allowed(state, sides)]
