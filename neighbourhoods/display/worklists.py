"""Residents of a group, with what is due for each, as a table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from carecoord.ui import dates
from carecoord.ui.addresses import page_of
from carecoord.ui.components import Button, Clock, ResidentLine, resident_line
from neighbourhoods.display.care import step_buttons
from neighbourhoods.display.clocks import clock_until
from neighbourhoods.models import Resident
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


HEAD = (
    *("NHS number", "Family name", "Given name", "Born", "Room", "Since", "Assessment", "Plan", "Plan due"),
    *("In hospital", "Last seen", "Decisions"),
)


def home_table(stays: Sequence[Any], decisions: Mapping[UUID, Sequence[str]]) -> WorkTable:
    rows = tuple(_home_row(one, decisions.get(one.resident_id, ())) for one in stays)
    return WorkTable("Residents of the home, whose plan is due soonest first", "Room", "Last seen", rows)


def line_of(resident: Resident) -> ResidentLine:
    return resident_line(
        family_name=resident.family_name,
        given_name=resident.given_name,
        birth_date=resident.birth_date,
        nhs_number=resident.nhs_number,
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
        buttons=tuple(step_buttons(stay)) if stay.waits_until else (),
    )


def _day(at: Any) -> str:
    return dates.day(at) if at else ""


def may_set_round(principal: Principal, organisation_id: UUID) -> bool:
    return principal.organisation_id == organisation_id
