"""States as partners set them: the state that is wanted, for the verb that leads there."""

from collections.abc import Collection, Iterable

from carecoord.errors import IllegalMove
from carecoord.moves import Side, StateTable


def verb_to(
    table: StateTable,
    state: str,
    target: str,
    sides: Iterable[Side] = (Side.EITHER,),
    *,
    not_yet: Collection[str] = (),
) -> str:
    """The move from `state` to `target`. Raises IllegalMove, naming what is possible, where there is none.

    `not_yet`: moves of the table that something else still stands in the way of.
    """
    possible = table.allowed(state, sides)
    for verb in possible:
        if table.move(verb, state, sides).target == target:
            return verb
    sentence = f"This {table.kind} {table[state].predicate}: it cannot become {table[target].label.lower()} from there."
    raise IllegalMove(sentence, allowed=[verb for verb in possible if verb not in not_yet])
