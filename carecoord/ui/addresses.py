"""Addresses of the pages of many rows: a list of hundreds has one for each, and they differ in the id alone."""

from functools import cache
from uuid import UUID

from django.urls import reverse

STAND_IN = UUID(int=0)


def page_of(name: str, row_id: UUID, *more: str) -> str:
    """``reverse(name, args=[row_id, *more])``, worked out once for each name and what comes after the id."""
    before, after = _around(name, *more)
    return f"{before}{row_id}{after}"


@cache
def _around(name: str, *more: str) -> tuple[str, str]:
    before, _, after = reverse(name, args=[STAND_IN, *more]).partition(str(STAND_IN))
    return before, after
