"""Who wrote what has no author of its own: the audit of its first line says it (IG-31)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from carecoord import clock
from carecoord.accounts.models import User
from carecoord.audit.models import AuditEntry
from carecoord.ui import dates
from carecoord.ui.components import Provenance
from neighbourhoods.models import ApiClient, Organisation, Role, Team

FIRST: Final = ("contact.added", "goal.added", "action.created", "additional_plan.added", "proxy.proposed")
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
    actor = OuterRef("actor_id")
    person, partner, team = (
        Subquery(model.objects.filter(id=actor).values("name")[:1]) for model in (User, ApiClient, Team)
    )
    organisation = Subquery(Organisation.objects.filter(id=OuterRef("organisation_id")).values("name")[:1])
    first = AuditEntry.objects.filter(about_id__in=wanted, kind=AuditEntry.Kind.CHANGE, verb__in=FIRST)
    rows = first.annotate(actor_name=Coalesce(person, partner, team), organisation_name=organisation)
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
