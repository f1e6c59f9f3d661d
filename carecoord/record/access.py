"""Who looked at one resident: through owner functions, which also write down that this was read (IG-28, IG-30)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from carecoord import clock

PAGE = 50
STATEMENT_SPAN = timedelta(days=366)
"""IG-28 asks for at least twelve months."""


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


@dataclass(frozen=True)
class DayOfLooks:
    """How often one organisation looked on one day, in one role and for one cause; nobody's name.

    `of_identity`: only name, birth and NHS number were shown, by a search or before a reason was given.
    """

    day: date
    organisation_name: str
    actor_kind: str
    role: str
    cause: str
    of_identity: bool
    count: int
    first_at: datetime
    last_at: datetime


def looks_of_a_year(resident_id: UUID) -> list[DayOfLooks]:
    """By organisation, the latest first."""
    since = clock.now() - STATEMENT_SPAN
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.looks_by_day(%s, %s, %s)", [resident_id, since, settings.TIME_ZONE])
        return [DayOfLooks(*row) for row in cursor.fetchall()]
