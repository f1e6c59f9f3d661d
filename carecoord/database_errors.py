"""What an error of the database means for whoever asked: somebody was faster, or it is away for a moment."""

from typing import Final

from django.db import DatabaseError, Error, InterfaceError, OperationalError

# PostgreSQL: deadlock, serialisation, lock not to be had, statement timed out, unique.
LOST_RACES: Final = frozenset({"40P01", "40001", "55P03", "57014", "23505", "23P01"})
STILL_OPEN: Final = "open_items_have_a_lead_team"
"""Looked at when a transaction ends: something was opened beside it."""
OUT_OF_REACH: Final = ("08", "53", "57P")
"""Beginnings: of the connection, too little of something, shut down or starting up."""


def is_lost_race(error: BaseException | None) -> bool:
    """Somebody else was changing the same; asked again, it may be as well."""
    if not isinstance(error, DatabaseError):
        return False
    said = getattr(error.__cause__, "diag", None)
    return _state(error) in LOST_RACES or getattr(said, "constraint_name", None) == STILL_OPEN


def is_out_of_reach(error: BaseException | None) -> bool:
    """The database is not there, or was lost on the way: what was asked may have been done, but hardly was."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = _state(error)
    return state is None or state.startswith(OUT_OF_REACH)


def _state(error: Error) -> str | None:
    """None where there was no answer at all."""
    return getattr(error.__cause__, "pgcode", None)
