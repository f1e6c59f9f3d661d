"""Stays and care packages as rows."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.addresses import page_of
from carecoord.ui.components import Button, Clock, Notice, Provenance, Status
from neighbourhoods.care import Care
from neighbourhoods.display.clocks import clock_until
from neighbourhoods.models import CarePackage, Stay
from neighbourhoods.states import PACKAGE

Facts = tuple[tuple[str, str], ...]
SAY = {
    "arrange": "Say that it is arranged",
    "start": "Say that it has started",
    "suspend": "Suspend it",
    "restart": "Say that it runs again",
    "end": "End it",
}
DONE = {
    "arrange": "It is arranged.",
    "start": "It runs now.",
    "suspend": "It is suspended.",
    "restart": "It runs again.",
    "end": "It has ended.",
}


def done_words(move: str, *, is_ours: bool) -> str:
    """What is said after a move; `is_ours`: the reader's team arranges the package."""
    is_told = move == "suspend" and not is_ours
    return f"{DONE[move]} The team that arranges it is told." if is_told else DONE[move]


@dataclass(frozen=True)
class CareRow:
    """One stay or one package."""

    title: str
    second: str
    facts: Facts
    provenance: Provenance
    url: str = ""
    status: Status | None = None
    clock: Clock | None = None
    buttons: tuple[Button, ...] = ()
    is_error: bool = False


def stay_row(stay: Stay, *, with_buttons: bool = True) -> CareRow:
    return CareRow(
        title=f"{stay.get_kind_display()}: {stay.where}",
        second=since(stay),
        facts=tuple(stay_facts(stay)),
        provenance=written(stay),
        status=Status("Readmitted", "orange") if stay.is_readmission and stay.is_open else None,
        clock=clock_until(stay.plan_waits_until),
        buttons=_buttons(stay) if with_buttons and stay.is_open else (),
        is_error=stay.error_at is not None,
    )


def package_row(package: CarePackage) -> CareRow:
    return CareRow(
        title=package.name,
        second=", ".join(part for part in (package.get_kind_display(), package.provided_by) if part),
        facts=tuple(how_much(package)),
        provenance=written(package),
        url=reverse("care_package", args=[package.resident_id, package.id]),
        status=Status(PACKAGE[package.status].label, "orange" if package.status == "suspended" else None),
        clock=clock_until(package.due_at),
    )


def package_facts(package: CarePackage) -> Facts:
    more = (
        ("Who pays", package.get_funding_display() if package.funding else ""),
        ("Council", package.local_authority),
        ("Ring to start it again", package.restart_contact),
        ("Arranged by", package.team.name),
    )
    return (*how_much(package), *((label, said) for label, said in more if said))


def written(row: Stay | CarePackage) -> Provenance:
    """Who wrote it down, for whom, and when (IG-31)."""
    organisation = row.recorded_by_organisation
    at = dates.moment_inside(row.created_at, now=clock.now())
    return Provenance(row.recorded_by_name or "The system", at, "", organisation.name if organisation else "")


def restart_notice(care: Care) -> Notice | None:
    """They are home, and something that helped them does not run."""
    waiting = care.to_restart
    if not waiting:
        return None
    names = ", ".join(one.name for one in waiting)
    return Notice(
        tone="amber",
        bold="Home again, and not yet restarted:",
        text=f"{names}. The team that arranged it has been told. Say here when it runs again, or end it.",
        icon="clock",
    )


def hours(minutes: int | None) -> str:
    if not minutes:
        return ""
    number = f"{minutes / 60:.2f}".rstrip("0").rstrip(".")
    return f"{number} {'hour' if number == '1' else 'hours'} each week"


def since(stay: Stay) -> str:
    if stay.error_at:
        return f"Entered in error: {stay.error_reason}"
    if stay.discharged_at:
        went = stay.get_destination_display()
        went = went[:1].lower() + went[1:] if went else ""
        return f"{dates.day(stay.admitted_at)} to {dates.day(stay.discharged_at)}, then {went}"
    return f"Since {dates.moment_inside(stay.admitted_at, now=clock.now())}"


def stay_facts(stay: Stay) -> Iterable[tuple[str, str]]:
    if stay.room:
        yield "Room", stay.room
    if stay.expected_discharge_on and stay.is_open:
        yield "Expected to leave", dates.day(stay.expected_discharge_on)
    if stay.kind == Stay.Kind.CARE_HOME and stay.error_at is None:
        yield "Assessment", dates.day(stay.assessment_met_at) if stay.assessment_met_at else "Not yet"
        yield "Plan", dates.day(stay.plan_met_at) if stay.plan_met_at else "Not yet"


def how_much(package: CarePackage) -> Iterable[tuple[str, str]]:
    much = [hours(package.minutes_per_week), f"{package.visits_per_week} visits" if package.visits_per_week else ""]
    if package.is_double_handed:
        much.append("two people at a time")
    if said := ", ".join(part for part in much if part):
        yield "How much", said
    if package.starts_on:
        begins = package.status in ("requested", "arranged")
        yield "Needed from" if begins else "Since", dates.day(package.starts_on)
    if package.suspended_at:
        yield "Suspended", f"{dates.day(package.suspended_at)}: {package.suspend_reason}"
    if package.ends_on:
        yield "Ended", f"{dates.day(package.ends_on)}: {package.ended_reason}"


def _buttons(stay: Stay) -> tuple[Button, ...]:
    at = [stay.resident_id, stay.id]
    found = [Button("They have left", reverse("stay_end", args=at), is_small=True)]
    if stay.kind == Stay.Kind.CARE_HOME:
        found = [*step_buttons(stay), hospital_pack(stay), *found]
    return (*found, Button("Change", reverse("stay_change", args=at), is_small=True))


def hospital_pack(stay: Stay) -> Button:
    """Where what goes to hospital with them is printed."""
    return Button("Hospital pack", f"{page_of('resident_papers', stay.resident_id)}#hospital", is_small=True)


def step_buttons(stay: Stay) -> list[Button]:
    """What is not yet said of an open stay in a care home: one tap each."""
    steps = {"assessment": ("Assessment done", stay.assessment_met_at), "plan": ("Plan made", stay.plan_met_at)}
    return [
        Button(text, reverse("stay_step", args=[stay.resident_id, stay.id, step]), is_small=True, is_post=True)
        for step, (text, met) in steps.items()
        if met is None
    ]
