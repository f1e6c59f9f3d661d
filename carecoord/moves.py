"""The shape of a table of states: data that drives services, screens, documents and tests alike."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from carecoord.errors import IllegalMove


class Side(StrEnum):
    """Who may make a move, and who is accountable, as seen from an item that passes between two teams."""

    GIVER = "from_team"
    RECEIVER = "to_team"
    EITHER = "either"
    NOBODY = "none"


@dataclass(frozen=True)
class State:
    """One row of a table of states: its word on the screen, who answers for the item, who is waited for.

    `said` is what stands after "This referral" in a sentence, where that is not `is` and the label.
    """

    name: str
    label: str
    accountable: Side = Side.NOBODY
    waiting_on: Side = Side.NOBODY
    said: str = ""

    @property
    def predicate(self) -> str:
        return self.said or f"is {self.label.lower()}"


@dataclass(frozen=True)
class Move:
    """One arrow: the verb, where it may start, where it leads, which side may make it.

    `said` is what stands after "You can" in a sentence, where that is not the verb and `it`.
    """

    verb: str
    origins: frozenset[str]
    target: str
    by: Side = Side.EITHER
    said: str = ""

    @property
    def infinitive(self) -> str:
        return self.said or f"{self.verb} it"


@dataclass(frozen=True)
class StateTable:
    """States and moves of one kind of item."""

    kind: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]

    def __getitem__(self, name: str) -> State:
        return next(state for state in self.states if state.name == name)

    def __iter__(self) -> Iterator[State]:
        return iter(self.states)

    def choices(self) -> list[tuple[str, str]]:
        return [(state.name, state.label) for state in self.states]

    def open_states(self) -> frozenset[str]:
        """States in which somebody is accountable: open is that, and nothing else."""
        return frozenset(state.name for state in self.states if state.accountable is not Side.NOBODY)

    def allowed(self, state: str, sides: Iterable[Side] = (Side.EITHER,)) -> tuple[str, ...]:
        """Verbs that lead on from `state` for somebody who stands on any of `sides` (EITHER means both)."""
        mine = set(sides)
        return tuple(move.verb for move in self.moves if state in move.origins and _may(move.by, mine))

    def move(self, verb: str, state: str, sides: Iterable[Side] = (Side.EITHER,)) -> Move:
        """The arrow that `verb` names from `state`.

        Raises IllegalMove, naming the verbs that are possible, when there is none for these sides.
        """
        mine = set(sides)
        for move in self.moves:
            if move.verb == verb and state in move.origins and _may(move.by, mine):
                return move
        raise IllegalMove(self._refusal(verb, state, mine), allowed=self.allowed(state, mine))

    def _refusal(self, verb: str, state: str, mine: set[Side]) -> str:
        asked = next(move.infinitive for move in self.moves if move.verb == verb)
        return f"This {self.kind} {self[state].predicate}, so you cannot {asked}. {self._possible(state, mine)}"

    def _possible(self, state: str, mine: set[Side]) -> str:
        """One sentence about what can be done now, by whom it is told or, failing that, by the other side."""
        leading_on = [move for move in self.moves if state in move.origins]
        if own := [move.infinitive for move in leading_on if _may(move.by, mine)]:
            return f"You can {_listed(own)}."
        if theirs := [move.infinitive for move in leading_on]:
            return f"Only the other team can {_listed(theirs)}."
        return "Nothing more can be done with it."


def _may(by: Side, mine: set[Side]) -> bool:
    if by is Side.EITHER:
        return bool(mine)
    return by in mine or Side.EITHER in mine


def _listed(phrases: list[str]) -> str:
    *first, last = dict.fromkeys(phrases)
    return f"{', '.join(first)} or {last}" if first else last
