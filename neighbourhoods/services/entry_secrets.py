"""A code that stands in no entry: the one of a key safe. Written with its entry, read only by asking for it."""

from uuid import UUID

from django.db import connection

from carecoord.audit import ActorKind
from carecoord.errors import NotYours
from neighbourhoods.models import Entry, EntrySecret
from neighbourhoods.models.memberships import VISITING_ROLES
from neighbourhoods.principal import Principal
from neighbourhoods.services.entry_facts import EntryFacts, secret_of


def keep_secret(entry: Entry, facts: EntryFacts) -> None:
    """Beside an entry that has just been written. Of a correction without one the earlier code holds."""
    if secret := secret_of(entry.definition, facts):
        EntrySecret(entry_id=entry.id, content=secret).save(force_insert=True)


def may_reveal(by: Principal, entry: Entry) -> bool:
    """Whoever visits, as long as it holds (domain.md 2.8)."""
    visits = by.kind == ActorKind.PERSON and by.role in VISITING_ROLES
    return visits and bool(entry.definition.secret) and entry.state == "current"


def reveal_secret(*, by: Principal, entry: Entry) -> str:
    """The code, empty where none was written down; the database writes the look down first.

    Raises NotYours for a role that visits nobody, and for what holds no longer.
    """
    if not may_reveal(by, entry):
        raise NotYours("The code is shown to people who visit. Ring the team that leads.")
    return _revealed(entry.id)


def _revealed(entry_id: UUID) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.reveal_secret(%s)", [entry_id])
        row = cursor.fetchone()
    return str(row[0] or "") if row else ""
