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
    """One row of a table of states: its word on the screen, who answers for the item, who is waited for."""

    name: str
    label: str
    accountable: Side = Side.NOBODY
    waiting_on: Side = Side.NOBODY


@dataclass(frozen=True)
class Move:
    """One arrow: the verb, where it may start, where it leads, which side may make it."""

    verb: str
    origins: frozenset[str]
    target: str
    by: Side = Side.EITHER


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
        raise IllegalMove(self._refusal(verb, state), allowed=self.allowed(state, mine))

    def _refusal(self, verb: str, state: str) -> str:
        label = self[state].label.lower()
        what = f"This {self.kind} is {label}, so you cannot {verb.replace('_', ' ')} it."
        return f"{what} Open it again to see what is possible now."


def _may(by: Side, mine: set[Side]) -> bool:
    if by is Side.EITHER:
        return bool(mine)
    return by in mine or Side.EITHER in mine
