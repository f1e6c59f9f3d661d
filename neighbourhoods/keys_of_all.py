"""The keys of everybody made anew: by a migration, and by whoever has changed how they are made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection as usual
from django.db import transaction

from neighbourhoods.keys import NOTHING_FURTHER, Further, folded, keys_of

FurtherOfEach = Callable[[Sequence[UUID]], Mapping[UUID, Further]]
BATCH = 1_000
# By name and not by the model: a migration runs before later columns are there.
NEXT = """
    SELECT id, family_name, given_name, preferred_name, birth_date, postcode, phone, email, is_restricted, sort_name,
           search_keys
    FROM neighbourhoods_resident WHERE id > %s ORDER BY id LIMIT %s FOR NO KEY UPDATE
"""
WRITE = """
    UPDATE neighbourhoods_resident r SET search_keys = string_to_array(x.keys, %s), sort_name = x.sort_name
    FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS x(id, keys, sort_name) WHERE r.id = x.id
"""
BETWEEN = "\x1f"


@dataclass
class _Row:
    id: UUID
    family_name: str
    given_name: str
    preferred_name: str
    birth_date: date | None
    postcode: str
    phone: str
    email: str
    is_restricted: bool
    sort_name: str
    search_keys: list[str]


def renew_all_keys(connection: Any = usual, *, further: FurtherOfEach = lambda _: {}) -> int:
    """Make everybody's keys, and the name they are sorted by, what they would be now. Returns how many changed.

    `further` says of each what they are found by beside their own row, where there is anything.
    """
    changed, last = 0, UUID(int=0)
    while True:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(NEXT, [last, BATCH])
            rows = [_Row(*row) for row in cursor.fetchall()]
            changed += _write(cursor, rows, further([row.id for row in rows]))
        if len(rows) < BATCH:
            return changed
        last = rows[-1].id


def _write(cursor: Any, rows: Sequence[_Row], further: Mapping[UUID, Further]) -> int:
    new = [(row, keys_of(row, further.get(row.id, NOTHING_FURTHER)), _sort_name(row)) for row in rows]
    stale = [(row, keys, name) for row, keys, name in new if (keys, name) != (row.search_keys, row.sort_name)]
    if stale:
        ids = [row.id for row, _, _ in stale]
        cursor.execute(WRITE, [BETWEEN, ids, [BETWEEN.join(keys) for _, keys, _ in stale], [one for *_, one in stale]])
    return len(stale)


def _sort_name(row: _Row) -> str:
    return folded(f"{row.family_name}, {row.given_name}")[:210]
