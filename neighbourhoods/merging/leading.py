"""Where the id of a record that was merged leads, and whose changes are read with the survivor's."""

from datetime import datetime
from uuid import UUID

from django.db import connection


def leads_to(resident_id: UUID) -> UUID | None:
    """The record of which this one is a part now, for whoever may know of it; None where it leads nowhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.leads_to(%s)", [resident_id])
        row = cursor.fetchone()
    return row[0] if row else None


def now_of(resident_id: UUID) -> UUID:
    """The record to which an id that was kept belongs today."""
    return leads_to(resident_id) or resident_id


def brought_since(resident_id: UUID, moment: datetime) -> frozenset[UUID]:
    """Ids of rows that stood in another record at that moment, and that a merge has brought since."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.brought_since(%s, %s)", [resident_id, moment])
        row = cursor.fetchone()
    return frozenset(row[0]) if row else frozenset()


def merged_into(resident_id: UUID) -> list[UUID]:
    """The records that were merged into this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.ids_of(%s)", [resident_id])
        row = cursor.fetchone()
    return [one for one in (row[0] if row else ()) if one != resident_id]
