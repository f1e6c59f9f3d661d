"""Who looked at one resident: through owner functions, which also write down that this was read (IG-28, IG-30)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

PAGE = 50


@dataclass(frozen=True)
class Look:
    id: UUID
    at: datetime
    verb: str
    actor_name: str
    role: str
    organisation_name: str
    reason: str
    purpose: str


@dataclass(frozen=True)
class Looks:
    """One page, the latest first. `older` names the look after which the next page begins."""

    looks: Sequence[Look]
    older: UUID | None


def looks_before(resident_id: UUID, before: UUID | None) -> Looks:
    """Fifty looks before the look `before`, or the latest; for those who see the resident."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.looks(%s, %s, %s)", [resident_id, before, PAGE + 1])
        found = [Look(*row) for row in cursor.fetchall()]
    shown = found[:PAGE]
    return Looks(shown, shown[-1].id if len(found) > PAGE else None)
