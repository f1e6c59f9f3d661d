"""Residents of a group, with what is due for each, as a table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.addresses import page_of
from carecoord.ui.components import Button, Clock, ResidentLine, resident_line
from neighbourhoods.cohorts.clocks import Known, ehcp_weeks_left
from neighbourhoods.definitions import Definition, FieldKind
from neighbourhoods.display.care import hospital_pack, how_much, step_buttons
from neighbourhoods.display.clocks import clock_until
from neighbourhoods.display.entries import heading_of, review_of
from neighbourhoods.models import CarePackage, Entry, Resident
from neighbourhoods.principal import Principal
from neighbourhoods.values import format_nhs_number


@dataclass(frozen=True)
class WorkRow:
    """`said` are lines of what is known; `whose` is the team that does it."""

    resident: ResidentLine
    said: tuple[str, ...]
    whose: str
    clock: Clock | None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class WorkTable:
    template: ClassVar[str] = "neighbourhoods/worklist_table.jinja"
    caption: str
    what: str
    last: str
    rows: tuple[WorkRow, ...]


SOON_FOR_GROUPS = timedelta(days=28)
HEAD = (
    *("NHS number", "Family name", "Given name", "Born", "Room", "Since", "Assessment", "Plan", "Plan due"),
    *("In hospital", "Last seen", "Decisions"),
)


def home_table(stays: Sequence[Any], decisions: Mapping[UUID, Sequence[str]]) -> WorkTable:
    rows = tuple(_home_row(one, decisions.get(one.resident_id, ())) for one in stays)
    return WorkTable("Residents of the home, whose plan is due soonest first", "Room", "Last seen", rows)


def cohort_table(entries: Sequence[Entry], definition: Definition) -> WorkTable:
    return WorkTable(
        f"{definition.title}: the soonest due first",
        "What is known",
        "Written by",
        tuple(_cohort_row(one, definition) for one in entries),
    )


def review_table(entries: Sequence[Entry]) -> WorkTable:
    rows = tuple(
        WorkRow(
            resident=line_of(one.resident),
            said=(heading_of(one),),
            whose=one.recorded_by_team.name if one.recorded_by_team else one.recorded_by_name,
            clock=review_of(one),
            buttons=(Button("Open it", page_of("entry_opened", one.id), is_small=True),),
        )
        for one in entries
    )
    return WorkTable("What is recorded and is to be looked at again, the soonest due first", "What", "Written by", rows)


def package_table(packages: Sequence[CarePackage]) -> WorkTable:
    rows = tuple(
        WorkRow(
            resident=line_of(one.resident),
            said=(one.name, *(f"{label}: {said}" for label, said in (*how_much(one), *_home_on(one)))),
            whose=one.provided_by or "Nobody yet",
            clock=clock_until(one.due_at),
            buttons=(Button("Open it", page_of("package_opened", one.id), is_small=True),),
        )
        for one in packages
    )
    return WorkTable("Care packages that do not run, the soonest due first", "Package", "Provided by", rows)


def _home_on(package: CarePackage) -> Iterable[tuple[str, str]]:
    """Of somebody who is away, and expected back; `suspended_by` should be joined."""
    stay = package.suspended_by
    if stay and stay.is_open and stay.expected_discharge_on:
        yield "Expected home", dates.day(stay.expected_discharge_on)


def line_of(resident: Resident) -> ResidentLine:
    return resident_line(
        family_name=resident.family_name,
        given_name=resident.given_name,
        birth_date=resident.birth_date,
        nhs_number=resident.nhs_number,
        died_on=resident.died_on,
        url=page_of("resident_record", resident.id),
    )


def home_cells(stays: Iterable[Any], decisions: Mapping[UUID, Sequence[str]]) -> Iterable[tuple[str, ...]]:
    """For a file and for paper, in the order of HEAD."""
    for one in stays:
        who = one.resident
        yield (
            format_nhs_number(who.nhs_number) if who.nhs_number else "",
            who.family_name.upper(),
            who.given_name,
            dates.day(who.birth_date) if who.birth_date else "",
            one.room,
            dates.day(one.admitted_at),
            _day(one.assessment_met_at),
            _day(one.plan_met_at),
            _day(one.waits_until),
            "yes" if one.in_hospital else "",
            _day(one.last_seen_at),
            ", ".join(decisions.get(one.resident_id, ())),
        )


def _cohort_row(entry: Entry, definition: Definition) -> WorkRow:
    team = entry.recorded_by_team
    return WorkRow(
        resident=line_of(entry.resident),
        said=tuple(said_of_group(entry, definition)) or ("Nothing more",),
        whose=team.name if team else entry.recorded_by_name,
        clock=None if entry.resident.died_on else clock_until(entry.due_at, soon=SOON_FOR_GROUPS),
        buttons=(
            Button("Record what was done", reverse("entry_new", args=[entry.resident_id, entry.kind]), is_small=True),
        ),
    )


def said_of_group(entry: Entry, definition: Definition) -> Iterable[str]:
    """The stage and the weeks that are left first, then the days that are known."""
    if definition.clock == "ehcp":
        weeks = ehcp_weeks_left(Known(entry.event_on or dates.local_day(entry.created_at), entry.data), clock.today())
        if weeks is not None:
            yield weeks_left(weeks)
    if entry.headline:
        yield entry.headline
    for one in definition.fields:
        if one.kind == FieldKind.DATE and (value := entry.data.get(one.key)):
            yield f"{one.label}: {dates.day(date.fromisoformat(value))}"


def weeks_left(weeks: int) -> str:
    number = abs(weeks)
    return f"{number} {'week' if number == 1 else 'weeks'} {'left' if weeks >= 0 else 'late'}"


def _home_row(stay: Any, decided: Sequence[str]) -> WorkRow:
    said = [f"Room {stay.room}" if stay.room else "Room not known"]
    if stay.in_hospital:
        said.append("In hospital now")
    elif stay.is_readmission and stay.waits_until:
        said.append(f"Readmitted {dates.day(stay.plan_from)}")
    elif stay.waits_until:
        said.append(f"New, came {dates.day(stay.admitted_at)}")
    return WorkRow(
        resident=line_of(stay.resident),
        said=(*said, *decided),
        whose=dates.day(stay.last_seen_at) if stay.last_seen_at else "Not yet",
        clock=clock_until(stay.waits_until),
        buttons=(*(step_buttons(stay) if stay.waits_until else ()), hospital_pack(stay)),
    )


def _day(at: Any) -> str:
    return dates.day(at) if at else ""


def may_set_round(principal: Principal, organisation_id: UUID) -> bool:
    return principal.organisation_id == organisation_id
