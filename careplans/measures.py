"""How a resident is, measured over time: read from what is recorded of them and from their stays (domain.md 2.8).

Every read passes the gate. What was an error, or was corrected, was never measured; what was replaced by a newer one
was.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localtime

from carecoord import clock
from carecoord.ui import dates
from neighbourhoods.definitions import FieldDefinition, measured_kinds
from neighbourhoods.models import Entry, Stay
from neighbourhoods.models.entries import EntryQuerySet
from neighbourhoods.principal import Principal
from neighbourhoods.services.entries import REPLACED
from neighbourhoods.services.entry_facts import said

EXTERNAL = "assessment"
"""What names a tool of somebody else's, and its score."""
MOST = 500
QUARTERS = 8
SCORE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)(?: ?(?:/|of|out of) ?(\d{1,6}))?")


@dataclass(frozen=True)
class Reading:
    """One value of one day. `said` is how it reads, which is all there is where `value` is no number."""

    on: date
    value: float | None
    said: str
    by: str


@dataclass(frozen=True)
class Series:
    """One measure over time, the oldest first. `most` is None of what is counted, and where nobody says how high a
    scale goes; `better` is one of `definitions.BETTER`, or empty where nobody says."""

    kind: str
    title: str
    label: str
    better: str
    least: int
    most: int | None
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Quarter:
    """How often somebody was taken into a hospital in three months, up to this day."""

    ends: date
    admissions: int


@dataclass(frozen=True)
class Measured:
    """Each kind with its series in the order of its definition; other tools by their name. `is_cut`: only the latest
    `MOST` are here."""

    series: Sequence[Series]
    quarters: Sequence[Quarter]
    is_cut: bool = False

    def of_kind(self, kind: str) -> list[Series]:
        return [one for one in self.series if one.kind == kind]


def measured_entries(principal: Principal, resident_id: UUID) -> EntryQuerySet:
    """The entries with a score that count, of kinds that the reader's role may read."""
    mine = Entry.objects.visible_to(principal).for_role(principal).filter(resident_id=resident_id, error_at=None)
    of_kind = Q(kind__in=measured_kinds()) | (Q(kind=EXTERNAL) & Q(data__has_key="score"))
    corrected = Exists(Entry.objects.filter(supersedes=OuterRef("id")))
    return mine.filter(of_kind).exclude(corrected & ~Q(ended_reason=REPLACED))


def measured_of(principal: Principal, resident_id: UUID) -> Measured:
    """Two statements, however much there is."""
    found = measured_entries(principal, resident_id).select_related("recorded_by_organisation")
    latest = list(found.order_by("-event_on", "-id")[: MOST + 1])
    entries = latest[MOST - 1 :: -1] if len(latest) > MOST else latest[::-1]
    return Measured([*_defined(entries), *_external(entries)], _quarters(principal, resident_id), len(latest) > MOST)


def value_of(field: FieldDefinition, data: Mapping[str, Any]) -> float | None:
    """What was measured, as a number."""
    value = data.get(field.key)
    number = str(value["code"] if isinstance(value, dict) else value)
    return float(number) if number.isdecimal() else None


def _defined(entries: Iterable[Entry]) -> list[Series]:
    by_kind: dict[str, list[Entry]] = {}
    for entry in entries:
        by_kind.setdefault(entry.kind, []).append(entry)
    return [
        Series(
            kind=kind,
            title=definition.title,
            label=field.label,
            better=field.better,
            least=field.least,
            most=None if field.better == "fewer" else field.most,
            readings=tuple(_reading(entry, field) for entry in by_kind[kind] if field.key in entry.data),
        )
        for kind, definition in measured_kinds().items()
        if kind in by_kind
        for field in definition.measures
    ]


def _reading(entry: Entry, field: FieldDefinition) -> Reading:
    return Reading(_day(entry), value_of(field, entry.data), said(entry.data[field.key]), _by(entry))


def _external(entries: Iterable[Entry]) -> list[Series]:
    """Other tools by their name; how high one goes is what all its scores say alike."""
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind == EXTERNAL:
            by_name.setdefault(str(entry.data.get("name", "")).casefold(), []).append(entry)
    return [_tool(found) for _, found in sorted(by_name.items())]


def _tool(entries: Sequence[Entry]) -> Series:
    scores = [SCORE.fullmatch(str(entry.data["score"]).strip()) for entry in entries]
    ends = {match[2] for match in scores if match}
    end = ends.pop() if len(ends) == 1 else None
    readings = [
        Reading(_day(entry), float(match[1]) if match else None, str(entry.data["score"]), _by(entry))
        for entry, match in zip(entries, scores, strict=True)
    ]
    last = entries[-1]
    return Series(
        EXTERNAL, last.definition.title, str(last.data["name"]), "", 0, int(end) if end else None, tuple(readings)
    )


def _day(entry: Entry) -> date:
    return entry.event_on or localtime(entry.created_at).date()


def _by(entry: Entry) -> str:
    """Who measured it: as it was said, else whoever wrote it down, and their organisation."""
    organisation = entry.recorded_by_organisation.name if entry.recorded_by_organisation else ""
    return ", ".join(filter(None, (entry.data.get("professional") or entry.recorded_by_name, organisation)))


def _quarters(principal: Principal, resident_id: UUID) -> list[Quarter]:
    """The last two years, three months each, up to today; the oldest first."""
    today = clock.today()
    begins = [dates.add_months(today, -3 * past) for past in range(QUARTERS, -1, -1)]
    stays = Stay.objects.visible_to(principal).filter(resident_id=resident_id, kind=Stay.Kind.HOSPITAL, error_at=None)
    moments = stays.filter(admitted_at__date__gt=begins[0]).values_list("admitted_at", flat=True)
    days = [localtime(at).date() for at in moments]
    return [Quarter(end, sum(start < day <= end for day in days)) for start, end in pairwise(begins)]
