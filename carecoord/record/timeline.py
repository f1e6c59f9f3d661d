"""What was changed about one resident, newest first, read from the audit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import DateTimeField, Func, JSONField, OuterRef, QuerySet, Subquery, UUIDField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from carecoord import clock
from carecoord.accounts.models import User
from carecoord.audit.models import AuditEntry
from carecoord.prepared import prepared
from neighbourhoods.encounters import encounters_named
from neighbourhoods.models import ApiClient, Encounter, Organisation, Team
from neighbourhoods.timeline import EVERYTHING, Wanted, before, changes_of

PAGE = 50
# Whoever goes to and fro within it looks once.
SITTING = timedelta(hours=1)
MOST_SINCE: Final = 100
TEAM_IDS = ("team_id", "to_team_id", "from_team_id")


@dataclass(frozen=True)
class Changes:
    """One page of a timeline. `older` names the entry after which the next page begins.

    `encounters` are the visits, calls and notes that entries tell of, for their words, which no audit holds.
    `looked_at` is when the reader had last looked, before now, and `since_then` how much others have changed since, to
    a hundred; both only of the latest.
    """

    entries: Sequence[AuditEntry]
    team_names: Mapping[str, str]
    encounters: Mapping[UUID, Encounter]
    older: UUID | None
    looked_at: datetime | None = None
    since_then: int = 0


NONE: Final = Changes((), {}, {}, None)


def latest_changes(resident_id: UUID, most: int) -> Changes:
    """One statement says too what has changed since the reader last looked, before they sat down to it."""
    entries = _latest(resident_id, most, clock.now() - SITTING)
    looked_at, number = next((vars(one)["since_my_look"] for one in entries), (None, 0))
    return replace(
        _changes(entries, None),
        looked_at=datetime.fromisoformat(looked_at) if looked_at else None,
        since_then=number,
    )


@prepared
def _latest(resident_id: UUID, most: int, before: datetime) -> QuerySet[AuditEntry]:
    since = SinceMyLook(Value(resident_id, UUIDField()), Value(before, DateTimeField()))
    return _entries(resident_id).annotate(since_my_look=since)[:most]


class SinceMyLook(Func):
    """An owner function, because nobody reads looks by themselves; a subquery, so that it is asked once."""

    function = "app.since_my_look"
    template = "(SELECT %(function)s(%(expressions)s))"
    output_field = JSONField()


def changes_before(
    resident_id: UUID, older_than: UUID | None, wanted: Wanted = EVERYTHING, *, merged: Sequence[UUID] = ()
) -> Changes:
    """Fifty of the wanted changes before the entry named, or the latest; an unknown entry begins at the latest too.

    `merged` are the records that were merged into this one."""
    if not (wanted or older_than):
        return _page(_first(resident_id, tuple(merged), PAGE + 1))
    entries = _entries(resident_id, wanted, merged)
    among = AuditEntry.objects.filter(resident_id__in=[resident_id, *merged])
    last = among.filter(id=older_than).first() if older_than else None
    if last:
        entries = entries.filter(before(last))
    return _page(list(entries[: PAGE + 1]))


@prepared
def _first(resident_id: UUID, merged: tuple[UUID, ...], most: int) -> QuerySet[AuditEntry]:
    return _entries(resident_id, merged=merged)[:most]


def _page(page: Sequence[AuditEntry]) -> Changes:
    shown = page[:PAGE]
    return _changes(shown, shown[-1].id if len(page) > PAGE else None)


def _changes(entries: Sequence[AuditEntry], older: UUID | None) -> Changes:
    told = {entry.about_id for entry in entries if entry.about_type == "encounter" and entry.about_id}
    return Changes(entries, dict(_names_of_teams(entries)), encounters_named(told), older)


def _entries(resident_id: UUID, wanted: Wanted = EVERYTHING, merged: Sequence[UUID] = ()) -> QuerySet[AuditEntry]:
    """Whoever sees the resident reads their changes: the database's policy, and the page's gate before it."""
    person = User.objects.filter(id=OuterRef("actor_id")).values("name")[:1]
    partner = ApiClient.objects.filter(id=OuterRef("actor_id")).values("name")[:1]
    team = Team.objects.filter(id=OuterRef("actor_id")).values("name")[:1]
    organisation = Organisation.objects.filter(id=OuterRef("organisation_id")).values("name")[:1]
    told = {f"{key}_name": Subquery(_name_of_team(key)) for key in TEAM_IDS}
    named = changes_of(resident_id, wanted, merged=merged).annotate(
        person_name=Coalesce(Subquery(person), Subquery(partner)),
        acting_team_name=Subquery(team),
        organisation_name=Subquery(organisation),
        **told,
    )
    return named.order_by("-at", "-id")


def _name_of_team(key: str) -> QuerySet[Team, Any]:
    """Of the team whose id stands under this key of an entry's detail."""
    named = Cast(KeyTextTransform(key, OuterRef("detail")), UUIDField())
    return Team.objects.filter(id=named).values("name")[:1]


def _names_of_teams(entries: Sequence[AuditEntry]) -> Iterator[tuple[str, str]]:
    """Teams named in the details, by id as it stands there; the names come with the entries."""
    for entry in entries:
        for key in TEAM_IDS:
            if name := vars(entry)[f"{key}_name"]:
                yield str(entry.detail[key]), name
