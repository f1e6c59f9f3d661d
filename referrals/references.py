"""The names of referrals: `ALD-2041`, letters of the place and random digits, so that nobody counts other people's."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from neighbourhoods.models import Place

_drawing: ContextVar[tuple[int, int]] = ContextVar("drawing", default=(1, 0))


def drawn(place: Place, digits: int) -> str:
    """One of so many digits; whether it is free, only the database can say."""
    least = 10 ** (digits - 1)
    many, which = _drawing.get()
    number = least + many * secrets.randbelow(9 * least // many) + which
    return f"{_letters(place)}-{number}"


@contextmanager
def one_of(many: int, which: int) -> Iterator[None]:
    """Within the block only every so manyth number is drawn.

    For work that is shared by transactions that end together: one that drew another's would wait for its end.
    """
    token = _drawing.set((many, which))
    try:
        yield
    finally:
        _drawing.reset(token)


def _letters(place: Place) -> str:
    letters = "".join(sign for sign in place.name.upper() if "A" <= sign <= "Z")
    return letters[:3] or "REF"
