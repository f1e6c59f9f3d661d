"""Who looked at one resident: through the owner function, which also writes down that this was read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

MOST = 200


@dataclass(frozen=True)
class Look:
    at: datetime
    kind: str
    verb: str
    actor_name: str
    role: str
    organisation_name: str
    reason: str


def access_log(resident_id: UUID) -> list[Look]:
    """The latest looks, at most 200; for those who see the resident (IG-28, IG-30)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.access_log(%s, %s)", [resident_id, MOST])
        return [Look(*row) for row in cursor.fetchall()]
