"""Keyset pages in the order of an index: no counts, no offsets, and a page costs the same wherever it is.

A cursor is encrypted: where names are the order it holds one, and addresses are written to logs everywhere.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.encoding import force_bytes
from rest_framework.request import Request

from carecoord.api.problems import refused

USUAL, MOST = 25, 100


@dataclass(frozen=True)
class Page:
    """Rows of one page, and the addresses of its neighbours."""

    rows: Sequence[Any]
    next: str | None
    previous: str | None


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after the row with these values, or, going back, before it."""

    is_back: bool
    values: tuple[Any, ...]


def page_of(
    rows: QuerySet[Any],
    request: Request,
    *,
    order: Sequence[str] = ("-created_at", "-id"),
    narrow: Callable[[Cursor | None, int], Q] | None = None,
) -> Page:
    """One page of `rows` in this order. All names go the same way, the last is unique, none is ever null.

    Rows may be models or dicts of `.values()`, as long as they hold the names of the order. `narrow` may say more
    closely, from the cursor and how many rows are wanted, where the page's rows are to be found.
    """

    def ask(cursor: Cursor | None, most: int) -> Sequence[Any]:
        narrowed = rows.filter(narrow(cursor, most)) if narrow else rows
        return list(in_order(narrowed, order, cursor, most))

    return page_found(ask, request, order=order)


def in_order(rows: QuerySet[Any], order: Sequence[str], cursor: Cursor | None, most: int) -> QuerySet[Any]:
    """At most so many of `rows`, from the cursor on; going back, the nearest to it first."""
    names = _names(order)
    is_down, is_back = order[0].startswith("-"), cursor is not None and cursor.is_back
    ordered = rows.order_by(*(f"-{name}" if is_down != is_back else name for name in names))
    if cursor:
        ordered = ordered.filter(_beyond(names, cursor.values, "lt" if is_down != is_back else "gt"))
    return ordered[:most]


def page_found(ask: Callable[[Cursor | None, int], Sequence[Any]], request: Request, *, order: Sequence[str]) -> Page:
    """One page of what `ask` finds from a cursor on, at most so many (`in_order`)."""
    names = _names(order)
    cursor, size = _asked(request, names)
    is_back = cursor is not None and cursor.is_back
    found = list(ask(cursor, size + 1))
    has_more, found = len(found) > size, found[:size]
    if is_back:
        found.reverse()
    has_next, has_previous = (True, has_more) if is_back else (has_more, cursor is not None)
    return Page(
        found,
        _address(request, False, found[-1], names) if found and has_next else None,
        _address(request, True, found[0], names) if found and has_previous else None,
    )


def _names(order: Sequence[str]) -> list[str]:
    return [name.removeprefix("-") for name in order]


def size_of(request: Request) -> int:
    text = request.query_params.get("page_size", str(USUAL))
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MOST):
        raise refused(400, "bad_page_size", f"page_size is a number from 1 to {MOST}.")
    return int(text)


def _asked(request: Request, names: Sequence[str]) -> tuple[Cursor | None, int]:
    size = size_of(request)
    text = request.query_params.get("cursor")
    return (None if text is None else _read(request, text, len(names))), size


def _read(request: Request, text: str, length: int) -> Cursor:
    try:
        is_back, *values = json.loads(_decrypted(base64.urlsafe_b64decode(text.encode()), request.path))
    except (InvalidTag, ValueError, TypeError):
        raise refused(400, "bad_cursor", "The cursor is not one of this list. Begin without one.") from None
    if len(values) != length:
        raise refused(400, "bad_cursor", "The cursor is not one of this list. Begin without one.")
    return Cursor(bool(is_back), tuple(values))


def _beyond(names: Sequence[str], values: Sequence[Any], way: str) -> Q:
    """(a, b) > (x, y) so that an index on (a, b) serves it: a >= x and (a > x or b > y)."""
    name, value = names[0], values[0]
    if len(names) == 1:
        return Q(**{f"{name}__{way}": value})
    after = Q(**{f"{name}__{way}": value}) | _beyond(names[1:], values[1:], way)
    return Q(**{f"{name}__{way}e": value}) & after


def _address(request: Request, is_back: bool, row: Any, names: Sequence[str]) -> str:
    values = [_plain(_value(row, name)) for name in names]
    plain = json.dumps([is_back, *values], separators=(",", ":")).encode()
    cursor = base64.urlsafe_b64encode(_ciphers()[0].encrypt(plain, [request.path.encode()])).decode()
    asked = {name: value for name, value in request.query_params.items() if name != "cursor"}
    return request.build_absolute_uri(f"{request.path}?{urlencode({**asked, 'cursor': cursor})}")


def _value(row: Any, name: str) -> Any:
    if isinstance(row, dict):
        return row[name]
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int) else str(value)


def _decrypted(cursor: bytes, path: str) -> bytes:
    """A cursor of one list is none of another. Raises InvalidTag for whatever was not made here."""
    for cipher in _ciphers():
        with suppress(InvalidTag):
            return cipher.decrypt(cursor, [path.encode()])
    raise InvalidTag


@cache
def _ciphers() -> tuple[AESSIV, ...]:
    """Each with a key of ours, the present one first. The same page has the same address every time."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return tuple(AESSIV(hashlib.sha512(b"api.cursor:" + force_bytes(key)).digest()) for key in keys)
