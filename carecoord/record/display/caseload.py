"""A team's caseload as a table, and the load of its people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode
from uuid import UUID

from carecoord import clock
from carecoord.record.caseload import NOBODY, PAGE, CaseloadContent, Choice, ItemCount, LastSeen, Load
from carecoord.ui import dates, words
from carecoord.ui.addresses import page_of, reverse
from carecoord.ui.components import (
    Counter,
    CounterStrip,
    Link,
    Pagination,
    ResidentLine,
    resident_line,
    unowned_counter,
)
from neighbourhoods.models import CaseloadEntry, Role


@dataclass(frozen=True)
class CaseloadRow:
    entry_id: UUID
    resident: ResidentLine
    why: str
    is_lead: bool
    with_whom: str
    seen: str
    seen_by: str
    open: int
    overdue: int


@dataclass(frozen=True)
class CaseloadGroup:
    title: str
    rows: tuple[CaseloadRow, ...]


@dataclass(frozen=True)
class CaseloadTable:
    """With ticks where rows can be moved."""

    template: ClassVar[str] = "record/caseload_table.jinja"
    groups: tuple[CaseloadGroup, ...]
    has_ticks: bool


@dataclass(frozen=True)
class LoadRow:
    name: str
    url: str
    second: str
    away: str
    residents: int
    overdue: int
    is_chosen: bool


@dataclass(frozen=True)
class LoadTable:
    template: ClassVar[str] = "record/load_table.jinja"
    rows: tuple[LoadRow, ...]


@dataclass(frozen=True)
class Caseload:
    counters: CounterStrip
    loads: LoadTable
    table: CaseloadTable
    pages: Pagination
    whose: str
    everybody: Link | None


def caseload_display(content: CaseloadContent, choice: Choice, *, unowned: int, has_ticks: bool) -> Caseload:
    here = reverse("caseload", args=[content.team.id])
    loads = tuple(_load(load, here, choice) for load in content.loads)
    chosen = next((load.name for load in loads if load.is_chosen), "")
    return Caseload(
        counters=_counters(content, here, unowned),
        loads=LoadTable(loads),
        table=CaseloadTable(tuple(_groups(content)), has_ticks),
        pages=_pages(content, choice, here),
        whose=chosen,
        everybody=Link("Show everybody", here) if chosen else None,
    )


def caseload_row(entry: CaseloadEntry, items: Mapping[UUID, ItemCount], seen: Mapping[UUID, LastSeen]) -> CaseloadRow:
    resident, count = entry.resident, items.get(entry.resident_id, ItemCount())
    last = seen.get(entry.resident_id)
    return CaseloadRow(
        entry_id=entry.id,
        resident=resident_line(
            family_name=resident.family_name,
            given_name=resident.given_name,
            birth_date=resident.birth_date,
            nhs_number=resident.nhs_number,
            died_on=resident.died_on,
            url=page_of("resident_record", resident.id),
        ),
        why=entry.reason or f"Since {dates.day(entry.opened_at)}",
        is_lead=entry.is_lead,
        with_whom=entry.key_worker.user.name if entry.key_worker else "Team only",
        seen=dates.moment(last.at, now=clock.now()) if last else "Not yet",
        seen_by=_by(last) if last else "",
        open=count.open,
        overdue=count.overdue,
    )


def _by(last: LastSeen) -> str:
    """`Millbrook Community Nursing, community nurse`: a row says which team, and as what; the record says who."""
    role = Role(last.role).label if last.role else ""
    return ", ".join(part for part in (last.team, words.inside(role)) if part)


def _counters(content: CaseloadContent, here: str, unowned: int) -> CounterStrip:
    nobody = sum(load.residents for load in content.loads if load.membership_id is None)
    late = sum(load.overdue for load in content.loads)
    return CounterStrip(
        (
            Counter(content.residents, "Residents"),
            Counter(late, "With something overdue", tone="red" if late else ""),
            Counter(nobody, "Without a key worker", f"{here}?person={NOBODY}" if nobody else ""),
            unowned_counter(unowned),
        )
    )


def _load(load: Load, here: str, choice: Choice) -> LoadRow:
    key = str(load.membership_id or NOBODY)
    return LoadRow(
        name=load.name or "Nobody named yet",
        url=f"{here}?{urlencode({'person': key})}",
        second=Role(load.role).label if load.role else "",
        away=_away(load),
        residents=load.residents,
        overdue=load.overdue,
        is_chosen=choice.person == key,
    )


def _away(load: Load) -> str:
    """`Away until 27-Nov-2026 18:00, Bea Dunn covers`; empty for whoever is there."""
    if load.away_until is None:
        return ""
    covers = f"{load.covered_by} covers" if load.covered_by else "nobody covers"
    return f"Away until {dates.moment_inside(load.away_until, now=clock.now())}, {covers}"


def _groups(content: CaseloadContent) -> list[CaseloadGroup]:
    found = {"Overdue first": content.overdue, "By name": content.others}
    groups = [
        CaseloadGroup(title, tuple(caseload_row(entry, content.items, content.seen) for entry in entries))
        for title, entries in found.items()
        if entries
    ]
    # One group needs no title of its own.
    return groups if len(groups) > 1 or content.overdue else [CaseloadGroup("", group.rows) for group in groups]


def _pages(content: CaseloadContent, choice: Choice, here: str) -> Pagination:
    person = {"person": choice.person} if choice.person else {}
    following = urlencode({**person, "after": str(content.next_after)})
    first = f"{here}?{urlencode(person)}" if person else here
    return Pagination(
        previous=Link("From the beginning", first) if choice.after else None,
        next=Link(f"Next {PAGE}", f"{here}?{following}") if content.next_after else None,
    )
