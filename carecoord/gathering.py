"""Rows that need not be written at once, and look-ups that need not be made twice, within one long piece of work.

For work in one transaction that goes through years in seconds. Everybody else is not inside such a block, and gets
every row written, and everything looked up, where it says so.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
Row = TypeVar("Row")

_remembered: ContextVar[dict[Any, Any] | None] = ContextVar("remembered", default=None)


class Gathering(Generic[Row]):
    """Rows of one table that a block writes together, at its end and in its transaction; of a failed block, none."""

    def __init__(self, name: str) -> None:
        self._rows: ContextVar[list[Row] | None] = ContextVar(name, default=None)

    def takes(self, rows: list[Row]) -> bool:
        """Whether they will be written at the end of a block. If not, the caller writes them now."""
        waiting = self._rows.get()
        if waiting is not None:
            waiting += rows
        return waiting is not None

    @property
    def is_open(self) -> bool:
        return self._rows.get() is not None

    @contextmanager
    def until_the_end(self, write: Callable[[list[Row]], object]) -> Iterator[None]:
        rows: list[Row] = []
        token = self._rows.set(rows)
        try:
            yield
        finally:
            self._rows.reset(token)
        if rows and not self.takes(rows):
            write(rows)


@contextmanager
def remembering() -> Iterator[None]:
    """Within the block, `remembered` look-ups are made once for the same arguments. Nothing of theirs may change."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def is_remembering() -> bool:
    """Whether a look-up that is never made twice would only fill the memory of the block."""
    return _remembered.get() is not None


def remembered(look_up: Callable[P, R]) -> Callable[P, R]:
    """A look-up of what does not change within a `remembering` block. What it raises is not remembered."""

    @wraps(look_up)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        known = _remembered.get()
        if known is None:
            return look_up(*args, **kwargs)
        key = (look_up, args, tuple(kwargs.items()))
        if key not in known:
            known[key] = look_up(*args, **kwargs)
        found: R = known[key]
        return found

    return asked
