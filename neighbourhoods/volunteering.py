"""What volunteers see: their own tasks and referrals, and of whom they help the minimum to act (IG-11).

Their pages are named here; every other page is closed to them, one that is made tomorrow too. The rows are closed a
second time by the database (neighbourhoods/migrations/0074 and 0075): a team of volunteers never holds a record.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection

from neighbourhoods.identities import Identity
from neighbourhoods.models import Role
from neighbourhoods.principal import Principal

OPEN: Final = frozenset(
    {
        "my_day",
        "visit",
        "visit_task",
        "referral_detail",
        "referral_assign",
        "referral_move",
        "help",
        "accessibility",
        "privacy_notice",
    }
)
"""Pages, by name, that somebody opens who acts as a volunteer."""


def is_volunteer(principal: Principal) -> bool:
    return principal.role == Role.VOLUNTEER


@dataclass(frozen=True)
class VisitCard:
    """Name, contact, access needs and risks to whoever visits. A restricted resident's has no way there.

    `needs` are adjustments, `access` how to get in, `risks` those to a visitor.
    """

    person: Identity
    pronouns: str
    address: tuple[str, ...]
    phone: str
    language: str
    interpreter_required: bool | None
    contact_method: str
    lead_team: str
    lead_phone: str
    needs: tuple[str, ...]
    access: tuple[str, ...]
    risks: tuple[str, ...]


def visit_card(resident_id: UUID) -> VisitCard | None:
    """For whoever acts for a team of volunteers that helps this resident now; the database writes the look down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.visit_card(%s)", [resident_id])
        row = cursor.fetchone()
    if row is None:
        return None
    found, title, given, family, preferred, pronouns, lines, postcode, phone, language, interpreter, method, *more = row
    died_on, is_restricted, lead_team, lead_phone, said = more
    entries = json.loads(said) if isinstance(said, str) else said
    return VisitCard(
        person=_named(found, title, given, family, died_on, is_restricted, preferred),
        pronouns=pronouns,
        address=tuple(line for line in (*lines, postcode) if line),
        phone=phone,
        language=language,
        interpreter_required=interpreter,
        contact_method=method,
        lead_team=lead_team or "",
        lead_phone=lead_phone or "",
        needs=_of("adjustment", entries),
        access=_of("social.access", entries),
        risks=_of("risk.visitor", entries),
    )


def visit_names(resident_ids: Iterable[UUID]) -> Mapping[UUID, Identity]:
    """Names, and nothing else that identifies, of whom one's team was asked to help: 200 at most."""
    wanted = list(dict.fromkeys(resident_ids))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.visit_names(%s::uuid[])", [wanted])
        return {row[0]: _named(*row) for row in cursor.fetchall()}


def _of(kind: str, entries: list[list[str]]) -> tuple[str, ...]:
    return tuple(says for of_kind, says in entries if of_kind == kind)


def _named(
    found: UUID,
    title: str,
    given_name: str,
    family_name: str,
    died_on: date | None,
    is_restricted: bool,
    preferred_name: str = "",
) -> Identity:
    return Identity(
        id=found,
        nhs_number=None,
        title=title,
        given_name=given_name,
        family_name=family_name,
        preferred_name=preferred_name,
        birth_date=None,
        gender="unknown",
        died_on=died_on,
        district=None if is_restricted else "",
        is_seen=False,
    )
