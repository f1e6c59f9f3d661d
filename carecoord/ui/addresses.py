"""Addresses of pages, worked out once: Django tries all patterns each time, and a page has some fifty addresses."""

from collections.abc import Sequence
from functools import cache, lru_cache
from uuid import UUID, uuid4

from django.conf import settings
from django.urls import get_script_prefix
from django.urls import reverse as worked_out

STAND_IN = UUID(int=0)


def reverse(name: str, args: Sequence[object] = ()) -> str:
    """What ``django.urls.reverse`` says. Kept is the address without its ids."""
    for arg in args:
        if type(arg) is not UUID:
            return worked_out(name, args=args)
    first, *rest = _between_ids(name, len(args), get_script_prefix(), settings.ROOT_URLCONF)
    return first + "".join([f"{arg}{part}" for arg, part in zip(args, rest, strict=True)])


def page_of(name: str, row_id: UUID, *more: str) -> str:
    """``reverse(name, args=[row_id, *more])``, for long lists: they differ in the id alone."""
    before, after = _around(name, *more)
    return f"{before}{row_id}{after}"


@lru_cache(maxsize=1000)
def _between_ids(name: str, ids: int, _prefix: str, _urlconf: str) -> tuple[str, ...]:
    stand_ins = [uuid4() for _ in range(ids)]
    rest, parts = worked_out(name, args=stand_ins), []
    for one in stand_ins:
        part, _, rest = rest.partition(str(one))
        parts.append(part)
    return (*parts, rest)


@cache
def _around(name: str, *more: str) -> tuple[str, str]:
    before, _, after = worked_out(name, args=[STAND_IN, *more]).partition(str(STAND_IN))
    return before, after
