"""What was known of a resident before: earlier names, addresses and key workers, from what changes replaced, and whom
one rang."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby, pairwise
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import make_aware

from carecoord import clock
from carecoord.accounts.models import User
from carecoord.audit.models import PastRow
from neighbourhoods.models import ApiClient, CaseloadEntry, Contact, Membership, Organisation, Resident, Team
from neighbourhoods.models.relationships import HeldRecord
from neighbourhoods.principal import Principal

RESIDENTS, ON_CASELOADS = Resident._meta.db_table, CaseloadEntry._meta.db_table
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Was:
    """What stood there until `until`; `by` replaced it, empty where nobody is known to have. `is_day`: all that day."""

    what: str
    value: str
    until: datetime
    by: str = ""
    is_day: bool = False


def past_of(principal: Principal, resident: Resident) -> tuple[Was, ...]:
    """The latest first. Of somebody restricted nothing that leads to them (IG-20); nor does the database show it."""
    tables = (ON_CASELOADS,) if resident.is_restricted else (RESIDENTS, ON_CASELOADS)
    rows = list(_rows(principal, resident.id, tables))
    details = [row for row in rows if row.table_name == RESIDENTS]
    found = [
        *_details(details, resident),
        *_key_workers(principal, resident, rows),
        *_contacts(principal, resident.id),
    ]
    return tuple(sorted(found, key=lambda one: one.until, reverse=True))


def _rows(principal: Principal, resident_id: UUID, tables: Iterable[str]) -> QuerySet[PastRow]:
    """With the names of who replaced them, and of what organisation."""
    person = User.objects.filter(id=OuterRef("actor_id")).values("name")[:1]
    partner = ApiClient.objects.filter(id=OuterRef("actor_id")).values("name")[:1]
    team = Team.objects.filter(id=OuterRef("actor_id")).values("name")[:1]
    organisation = Organisation.objects.filter(id=OuterRef("organisation_id")).values("name")[:1]
    mine = PastRow.objects.filter(Q(HeldRecord(principal, "resident_id")), resident_id=resident_id)
    named = mine.filter(table_name__in=tables).annotate(
        actor_name=Coalesce(Subquery(person), Subquery(partner), Subquery(team)),
        organisation_name=Subquery(organisation),
    )
    return named.order_by("table_name", "row_id", "replaced_at", "id")


def _details(rows: Sequence[PastRow], resident: Resident) -> Iterator[Was]:
    practices = _practice_names(rows, resident)
    stood = [_shown(row.row, practices) for row in rows]
    now = _shown({name: getattr(resident, name) for name in COLUMNS}, practices)
    for row, (before, after) in zip(rows, pairwise([*stood, now]), strict=True):
        for what, value in before.items():
            if value and value != after[what]:
                yield Was(what, value, row.replaced_at, _by(row))


COLUMNS = (
    "title", "given_name", "family_name", "preferred_name", "address_lines", "postcode", "phone", "email",
    "gp_practice_id",
)  # fmt: skip


def _shown(row: Values, practices: Mapping[str, str]) -> dict[str, str]:
    """A row of a resident as people read it; a practice by its name."""
    title = f" ({row['title']})" if row["title"] else ""
    return {
        "Name": f"{row['family_name'].upper()}, {row['given_name']}{title}",
        "Preferred name": row["preferred_name"],
        "Address": ", ".join(part for part in (*row["address_lines"], row["postcode"]) if part),
        "Phone": row["phone"],
        "Email": row["email"],
        "GP practice": practices.get(str(row["gp_practice_id"]), ""),
    }


def _practice_names(rows: Iterable[PastRow], resident: Resident) -> dict[str, str]:
    """By id as text, as a past row has it. Today's is known."""
    known = {str(resident.gp_practice_id): resident.gp_practice.name} if resident.gp_practice else {}
    ids = {row.row["gp_practice_id"] for row in rows} - {None, *known}
    found = Organisation.objects.filter(id__in=ids).values_list("id", "name") if ids else []
    return known | {str(id_): name for id_, name in found}


def _key_workers(principal: Principal, resident: Resident, rows: Iterable[PastRow]) -> Iterator[Was]:
    """Who was named before somebody else, and whoever was named when the team's entry ended."""
    kept = {row_id: list(versions) for row_id, versions in groupby(rows, key=lambda row: row.row_id)}
    entries = CaseloadEntry.objects.visible_to(principal).filter(resident_id=resident.id)
    entries = entries.filter(Q(id__in=kept) | Q(ended_at__isnull=False, key_worker__isnull=False))
    found = list(entries.select_related("team", "key_worker__user"))
    people = _people(version.row["key_worker_id"] for one in found for version in kept.get(one.id, ()))
    for entry in found:
        versions = kept.get(entry.id, [])
        named = [*(row.row["key_worker_id"] for row in versions), str(entry.key_worker_id or "")]
        for row, (before, after) in zip(versions, pairwise(named), strict=True):
            if before and before != after:
                yield Was("Key worker", f"{people.get(before, '')}, {entry.team.name}", row.replaced_at, _by(row))
        if entry.ended_at and entry.key_worker:
            yield Was("Key worker", f"{entry.key_worker.user.name}, {entry.team.name}", entry.ended_at)


def _contacts(principal: Principal, resident_id: UUID) -> Iterator[Was]:
    """Family, carers and professionals who are no longer to be rung."""
    contacts = Contact.objects.visible_to(principal).filter(resident_id=resident_id)
    for contact in contacts.filter(ends_on__lte=clock.today()):
        who = (contact.name, contact.relationship, contact.organisation_name)
        day = make_aware(datetime.combine(contact.ends_on or clock.today(), time.max))
        yield Was(contact.get_kind_display(), ", ".join(part for part in who if part), day, is_day=True)


def _people(ids: Iterable[str | None]) -> dict[str, str]:
    wanted = {id_ for id_ in ids if id_}
    found = Membership.objects.filter(id__in=wanted).values_list("id", "user__name") if wanted else []
    return {str(id_): name for id_, name in found}


def _by(row: Any) -> str:
    return ", ".join(part for part in (row.actor_name, row.organisation_name) if part)
