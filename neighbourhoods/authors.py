"""Who wrote what has no author of its own: the audit of its first line says it (IG-31)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from carecoord import clock
from carecoord.accounts.models import User
from carecoord.audit.models import AuditEntry
from carecoord.ui import dates
from carecoord.ui.components import Provenance
from neighbourhoods.models import ApiClient, Organisation, Role, Team

FIRST: Final = (
    "contact.added",
    "goal.added",
    "action.created",
    "stage.added",
    "need.added",
    "option.offered",
    "additional_plan.added",
    "attachment.added",
    "proxy.proposed",
)
ROLES: Final = dict(Role.choices)


@dataclass(frozen=True)
class Author:
    name: str
    role: str
    organisation: str


def authors_of(ids: Iterable[UUID]) -> Mapping[UUID, Author]:
    """By what they wrote. One statement; none for nothing. Of what came some other way nobody is named."""
    wanted = list(ids)
    if not wanted:
        return {}
    first = AuditEntry.objects.filter(about_id__in=wanted, kind=AuditEntry.Kind.CHANGE, verb__in=FIRST)
    rows = _named(first)
    return {
        about_id: Author(name or "The system", ROLES.get(role, ""), of or "")
        for about_id, name, role, of in rows.values_list("about_id", "actor_name", "role", "organisation_name")
        if about_id
    }


def provenance(author: Author | None, recorded_at: datetime, *, organisation: str = "", event: str = "") -> Provenance:
    """The line under a row. `organisation` stands where no author is known."""
    at = dates.moment(recorded_at, now=clock.now()).replace("Today", "today")
    if author is None:
        return Provenance("an import", at, organisation=organisation, event=event)
    return Provenance(author.name, at, author.role, author.organisation, event)


@dataclass(frozen=True)
class Change:
    author: Author
    at: datetime


def last_change_of(about: tuple[str, UUID], resident_id: UUID) -> Change | None:
    """Who changed this last, and when; None where the audit says nothing of it, or nothing to this reader."""
    last = _changes(about, resident_id).order_by("-at", "-id").first()
    return Change(_author(last), last.at) if last else None


def changers_of(about: tuple[str, UUID], resident_id: UUID) -> Mapping[tuple[UUID | None, UUID | None], Author]:
    """Everybody who has changed this, by their own id and their organisation's, in the role of their last change."""
    changes = _changes(about, resident_id).order_by("at", "id")
    return {(one.actor_id, one.organisation_id): _author(one) for one in changes}


def _changes(about: tuple[str, UUID], resident_id: UUID) -> Any:
    about_type, about_id = about
    kind = AuditEntry.Kind.CHANGE
    entries = AuditEntry.objects.filter(resident_id=resident_id, kind=kind, about_type=about_type, about_id=about_id)
    return _named(entries)


def _author(entry: Any) -> Author:
    return Author(entry.actor_name or "The system", ROLES.get(entry.role, ""), entry.organisation_name or "")


def _named(entries: QuerySet[AuditEntry]) -> Any:
    """With the names of who acted, and of what organisation."""
    actor = OuterRef("actor_id")
    person, partner, team = (
        Subquery(model.objects.filter(id=actor).values("name")[:1]) for model in (User, ApiClient, Team)
    )
    organisation = Subquery(Organisation.objects.filter(id=OuterRef("organisation_id")).values("name")[:1])
    return entries.annotate(actor_name=Coalesce(person, partner, team), organisation_name=organisation)
