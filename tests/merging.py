"""Two records of one person, and every row of the place as it stands, for tests of merging."""

from datetime import date

from django.db import connection

from neighbourhoods import gate
from neighbourhoods.services.merges import merge_residents, undo_merge

OF_THE_EVENT = {"neighbourhoods_merge", "neighbourhoods_mergechange", "outbox_outboxmessage"}
COUNTED = {"version", "updated_at"}
"""What only ever grows: an undone merge has changed the row twice."""


def twins(world, **facts):
    """Sheila, and Sheila once more, misspelt and without her number."""
    sheila = world.resident(phone="07700 900123", postcode="M1 1AE", address_lines=("3 Mill Lane",))
    again = world.resident(
        **{"given_name": "Sheila", "family_name": "Hartly", "birth_date": date(1948, 3, 14), "nhs_number": None} | facts
    )
    return sheila, again


def merged(world, survivor, other, chosen=(), by=None):
    by = by or world.lead
    with gate.acting_as(by):
        return merge_residents(
            by=by, survivor_id=survivor.id, merged_id=other.id, reason="Her neighbour says so", chosen=chosen
        )


def undone(world, merge, also=(), by=None):
    by = by or world.lead
    with gate.acting_as(by):
        return undo_merge(by=by, merge_id=merge.id, reason="Two people after all", also=also)


def columns_naming_residents():
    """By the name of the column, or by what it points at: asked of the catalogue."""
    return set(
        ask(
            """
            SELECT c.table_name, c.column_name FROM information_schema.columns c
            JOIN information_schema.tables t USING (table_schema, table_name)
            WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name = 'resident_id'
            UNION
            SELECT r.relname, a.attname FROM pg_constraint k JOIN pg_class r ON r.oid = k.conrelid
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
            WHERE k.contype = 'f' AND k.confrelid = 'neighbourhoods_resident'::regclass
            """
        )
    )


def every_row():
    """Of every table, by table and id, without what counts changes; the audit and what it keeps only ever grow."""
    tables = ask(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
        "AND table_name NOT LIKE 'audit%' AND table_name NOT LIKE 'django%'"
    )
    found = {}
    for (table,) in tables:
        if table not in OF_THE_EVENT:
            for key, row in ask(f"SELECT coalesce(to_jsonb(t) ->> 'id', md5(t::text)), to_jsonb(t) FROM \"{table}\" t"):
                found[table, key] = {name: value for name, value in _plain(row).items() if name not in COUNTED}
    return found


def _plain(row):
    import json

    return json.loads(row) if isinstance(row, str) else row


def ask(statement, values=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
