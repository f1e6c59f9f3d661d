"""What of a resident's changes is asked for: what they are about, who made them, and between which days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, Q, QuerySet, TextField

from carecoord.audit.models import AuditEntry
from carecoord.prepared import prepared_together
from neighbourhoods.definitions import definition_of
from neighbourhoods.encounters import start_of
from neighbourhoods.models import MembershipTeam, Relationship, Resident, Team
from neighbourhoods.models.visibility import among
from neighbourhoods.principal import Principal

# What an entry of the audit is about, by how it is asked for. Each is under one: a test asks for it.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "plan": ("care_plan", "goal", "stagegoal", "goaloutcome", "option", "need", "additional_plan", "attachment"),
    "actions": ("action",),
    "referrals": ("referral",),
    "handovers": ("handover",),
    "visits": ("encounter",),
    # Entries beside the banner were called so until November 2026.
    "recorded": ("entry", "banner_entry"),
    "care": ("stay", "care_package"),
    "people": (
        "contact",
        "caseload_entry",
        "relationship",
        "emergency_access",
        "objection",
        "proxy",
        "huddle_listing",
    ),
    "details": ("resident", "detail", "alert", "merge"),
}


@dataclass(frozen=True)
class Wanted:
    """Which changes; whatever is empty leaves none out. Days are whole. `team_id`: what its members did."""

    kind: str = ""
    organisation_id: UUID | None = None
    team_id: UUID | None = None
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return self != Wanted()


EVERYTHING: Final = Wanted()
OF_ENTRIES: Final = KINDS["recorded"]


def is_of_few(about_type: str, detail: Mapping[str, Any]) -> bool:
    """Whether neither of what kind it is nor why may be said: it is sealed, or of a kind that may be sealed any day,
    when the person no longer wants it shared (IG-22)."""
    if detail.get("sealed"):
        return True
    kind = str(detail.get("about_kind") or detail.get("kind") or "") if about_type in OF_ENTRIES else ""
    return bool(kind) and bool(definition_of(kind).unsealed_by)


def changes_of(
    resident_id: UUID, wanted: Wanted = EVERYTHING, *, merged: Sequence[UUID] = ()
) -> "QuerySet[AuditEntry]":
    """In no order; with those of the records that were `merged` into it.

    Each condition is one that the index of a resident's changes answers without reading the rows: ten years of them
    cost what their index does.
    """
    whose = Q(resident_id__in=[resident_id, *merged]) if merged else Q(resident_id=resident_id)
    entries = AuditEntry.objects.filter(whose, kind=AuditEntry.Kind.CHANGE)
    if wanted.kind:
        entries = entries.filter(about_type__in=KINDS[wanted.kind])
    if wanted.organisation_id:
        entries = entries.filter(organisation_id=wanted.organisation_id)
    if wanted.team_id:
        members = MembershipTeam.objects.filter(team_id=wanted.team_id).values("membership_id")
        entries = entries.filter(among(F("membership_id"), ArraySubquery(members)))
    if wanted.since:
        entries = entries.filter(at__gte=start_of(wanted.since))
    if wanted.until and wanted.until < date.max:
        entries = entries.filter(at__lt=start_of(wanted.until + timedelta(days=1)))
    return entries


def before(last: AuditEntry) -> Q:
    """What comes after it, the newest first; as the index is read, which an OR alone would not be."""
    return Q(at__lte=last.at) & (Q(at__lt=last.at) | Q(id__lt=last.id))


@dataclass(frozen=True)
class EverAround:
    """Every team that may open the record, or could once, organisation by organisation; the records merged into it."""

    teams: Sequence[Team]
    merged: tuple[UUID, ...]


def ever_around(principal: Principal, resident_id: UUID) -> EverAround:
    """One statement."""
    teams, ids = _ever_around(principal, resident_id)
    return EverAround(teams, tuple(UUID(one) for (of_them,) in ids for one in of_them if one != str(resident_id)))


@prepared_together
def _ever_around(principal: Principal, resident_id: UUID) -> tuple[QuerySet[Any, Any], ...]:
    ever = Relationship.objects.visible_to(principal).filter(resident_id=resident_id).values("team_id")
    teams = Team.objects.filter(among(F("id"), ArraySubquery(ever))).select_related("organisation")
    ids = Resident.objects.filter(id=resident_id).values_list(_IdsOf(F("id")))
    return teams.order_by("organisation__name", "organisation_id", "name", "id"), ids


class _IdsOf(Func):
    template = "app.ids_of(%(expressions)s)::text[]"
    output_field = ArrayField(TextField())
