"""Who is writing in a resident's plan, where and since when. Never what."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class Editing:
    """Something typed and not saved yet. `phone` is of a team of theirs; `typed_at` is when they last typed."""

    kind: str
    place: str
    is_mine: bool
    name: str
    organisation: str
    phone: str
    begun_at: datetime
    typed_at: datetime


def editing_of(resident_id: UUID) -> tuple[Editing, ...]:
    """Of a resident whom the principal of this transaction sees, those who began first before the others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.plan_editing(%s)", [resident_id])
        return tuple(Editing(*row) for row in cursor.fetchall())
