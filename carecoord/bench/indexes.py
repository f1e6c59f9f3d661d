"""Filling tables without their indexes and foreign keys, which are made again when they are full."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from carecoord.bench.inserting import run

_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND conrelid = ANY (%s::regclass[])
"""
# Those of a constraint stay: rows are found by their primary key while others are being written.
_INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
    WHERE i.indrelid = ANY (%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


@contextmanager
def set_aside(tables: Sequence[str]) -> Iterator[None]:
    """Within one transaction: nothing of it is seen outside, and a failure leaves everything as it was."""
    keys, indexes = _rows(_FOREIGN_KEYS, tables), _rows(_INDEXES, tables)
    run("SET CONSTRAINTS ALL IMMEDIATE")  # what the place's own rows still have to be checked for
    run("SET LOCAL maintenance_work_mem = '512MB'")
    for table, name, _ in keys:
        run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        run(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        run(definition)
    for table, name, definition in keys:
        run(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


@contextmanager
def triggers_off(tables: Sequence[str]) -> Iterator[None]:
    """Our own triggers only: a row at a time they would take hours, and `loading` looks afterwards whether it holds."""
    for table in tables:
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in tables:
        run(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _rows(statement: str, tables: Sequence[str]) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(tables)])
        return list(cursor.fetchall())
