"""Visits, calls and notes in words: rows, who came last, what is planned, and who else plans the same day."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from carecoord import clock
from carecoord.ui import dates, words
from carecoord.ui.addresses import reverse
from carecoord.ui.components import (
    Clock,
    DefinitionRows,
    ItemRow,
    Link,
    Notice,
    ResidentLine,
    Row,
    Status,
    SummaryList,
    TimelineRow,
)
from neighbourhoods.encounters import Around, same_days
from neighbourhoods.marks import kept_words
from neighbourhoods.models import Encounter, Resident
from neighbourhoods.states import ENCOUNTER

TITLES = {
    "planned": "{kind} planned",
    "done": "{kind}",
    "did_not_attend": "{kind}, nobody there",
    "cancelled": "{kind} cancelled",
    "entered_in_error": "{kind}",
}
MOST_SAID = 300


def title_of(encounter: Encounter) -> str:
    """`Visit planned`, `Call, nobody there`."""
    nobody = "{kind}, nobody answered" if encounter.kind == Encounter.Kind.CALL else TITLES["did_not_attend"]
    title = nobody if encounter.status == "did_not_attend" else TITLES[encounter.status]
    return title.format(kind=encounter.get_kind_display())


def heading_of(encounter: Encounter) -> str:
    """`Visit: leg ulcer dressing`."""
    kind = encounter.get_kind_display()
    return f"{kind}: {encounter.purpose}" if encounter.purpose else kind


def said_in(encounter: Encounter) -> str:
    """What happened in short, else what it is for; and the outcome. Of a late entry without the stop: times follow."""
    said = " ".join((encounter.note or encounter.purpose).split())
    if len(said) > MOST_SAID:
        said = f"{said[:MOST_SAID].rstrip()} ..."
    if encounter.outcome:
        before = f"{said if said.endswith('.') else f'{said}.'} " if said else ""
        said = f"{before}Outcome: {encounter.outcome}"
    return said.rstrip(".") if encounter.is_late and not said.endswith("...") else said


def state_of(encounter: Encounter) -> Literal["normal", "late", "entered_in_error"]:
    if encounter.status == "entered_in_error":
        return "entered_in_error"
    return "late" if encounter.is_late else "normal"


def encounter_rows(encounters: Sequence[Encounter]) -> tuple[TimelineRow, ...]:
    return tuple(_row(one) for one in encounters)


def last_seen(found: Around) -> DefinitionRows | None:
    """Who came or rang last, of any organisation; None where nobody has yet."""
    last = found.last_seen
    if last is None:
        return None
    link = Link("Read it", _url(last), hidden=f"the {last.get_kind_display().lower()}")
    second = f"{last.get_kind_display()}, {last.get_method_display().lower()}. {_of(last)}"
    return DefinitionRows((Row(_moment(last), last.who, second=second, change=link),))


def next_rows(found: Around) -> list[tuple[date, Row]]:
    """Each with its day, to be put in order with what else is to come."""
    return [
        (dates.local_day(one.at), Row(_moment(one), f"{heading_of(one)}, {one.who}", second=_of(one), url=_url(one)))
        for one in found.planned
    ]


def same_day_notice(resident: Resident, found: Around, *links: Link) -> Notice | None:
    """Amber, for the first day on which two organisations plan something."""
    days = same_days(found.planned)
    if not days:
        return None
    day, planned = min(days.items())
    when = dates.due_day(day, now=clock.now()).replace("Today", "today")
    return Notice(
        tone="amber",
        bold=f"More than one organisation plans to see {resident.called} {when if when == 'today' else f'on {when}'}.",
        text=_listed(planned),
        links=links,
    )


def planned_row(encounter: Encounter, resident: ResidentLine) -> ItemRow:
    """One of today or to come; of an earlier day it is overdue: nobody has said how it went.

    Of today and with its hour gone, it asks for that.
    """
    day, today = dates.local_day(encounter.at), clock.today()
    is_over = day < today
    asked = "Nobody has said how it went." if is_over else "Say how it went." if encounter.at < clock.now() else ""
    return ItemRow(
        resident=resident,
        clock=Clock(
            "overdue" if is_over else "due_soon" if day == today else "on_time", at=_moment(encounter), layout="right"
        ),
        title=heading_of(encounter),
        url=_url(encounter),
        text=f"{encounter.who}. {asked}" if asked else encounter.who,
    )


def this_one(encounter: Encounter) -> str:
    """`visit planned for 10:00`: of today, inside a sentence."""
    return (
        f"{encounter.get_kind_display().lower()} planned for {dates.time_of_day(encounter.planned_for or encounter.at)}"
    )


def planned_words(encounter: Encounter) -> str:
    """`Your team has a visit planned for 10:00 today: leg ulcer dressing, with Nurse.`"""
    purpose = f": {encounter.purpose.rstrip('.')}" if encounter.purpose else ""
    return f"{encounter.team.name} has a {this_one(encounter)} today{purpose}. It is for {encounter.who}."


def planning_notice(resident: Resident, others: Sequence[Encounter]) -> Notice | None:
    if not others:
        return None
    names = list(dict.fromkeys(one.team.organisation.name for one in others))
    plan = "plans" if len(names) == 1 else "plan"
    return Notice(
        tone="amber",
        bold=f"{' and '.join(names)} {plan} to see {resident.called} the same day.",
        text=f"{_listed(others)} Ring them to go together, choose another day, or plan it all the same.",
        is_live=True,
    )


def facts_list(encounter: Encounter) -> SummaryList:
    rows = (
        ("When", _moment(encounter)),
        ("Had been planned for", _planned_for(encounter)),
        ("Who", encounter.who),
        ("Team", _of(encounter)),
        ("How", encounter.get_method_display()),
        ("What for", encounter.purpose),
        ("What happened", encounter.note),
        ("Outcome", encounter.outcome),
        ("Kept from", kept_words(encounter.hidden)),
        ("Why", encounter.ended_reason),
        ("Written down", _written(encounter)),
    )
    return SummaryList(tuple(Row(label, value) for label, value in rows if value))


def saved_words(encounter: Encounter) -> str:
    """What stands there now, in one line, for whoever was typing at the same time."""
    said = (_moment(encounter), encounter.who, encounter.purpose, encounter.note, encounter.outcome)
    return ". ".join(part.rstrip(".") for part in said if part)


def status_tag(encounter: Encounter) -> Status | None:
    return None if encounter.status == "done" else Status(ENCOUNTER[encounter.status].label)


def earlier_rows(encounter: Encounter) -> tuple[TimelineRow, ...]:
    """Every wording before the one that stands, the latest first."""
    return tuple(
        TimelineRow(
            at=dates.moment(datetime.fromisoformat(stood["corrected_at"]), now=clock.now()),
            title="Said until then",
            text=": " + (stood["note"] or stood["purpose"] or "no words"),
            second=f"Corrected by {stood['corrected_by']}: {stood['why']}",
            state="past",
            past_as=f"version {stood['version']}",
        )
        for stood in reversed(encounter.earlier)
    )


def _row(encounter: Encounter) -> TimelineRow:
    said = said_in(encounter)
    role = encounter.seen_by.get_role_display() if encounter.seen_by else ""
    who = (encounter.who, words.inside(role), encounter.team.name)
    second = ", ".join(dict.fromkeys(part for part in who if part))
    return TimelineRow(
        at=_moment(encounter),
        title=title_of(encounter),
        url=_url(encounter),
        text=f": {said}" if said else "",
        second=second,
        state=state_of(encounter),
        recorded=dates.moment(encounter.created_at, now=clock.now()).replace("Today", "today"),
    )


def _listed(encounters: Sequence[Encounter]) -> str:
    return " ".join(
        f"{one.team.organisation.name}: {one.get_kind_display().lower()} at {dates.time_of_day(one.at)}."
        for one in encounters
    )


def _of(encounter: Encounter) -> str:
    return ", ".join(dict.fromkeys((encounter.team.name, encounter.team.organisation.name)))


def _moment(encounter: Encounter) -> str:
    return dates.moment(encounter.at, now=clock.now())


def _planned_for(encounter: Encounter) -> str:
    if encounter.planned_for is None or encounter.planned_for == encounter.at:
        return ""
    return dates.moment(encounter.planned_for, now=clock.now())


def _written(encounter: Encounter) -> str:
    by = encounter.written_by.user.name if encounter.written_by else encounter.team.name
    at = dates.moment(encounter.created_at, now=clock.now())
    return f"{at}, {by}{'. Late entry' if encounter.is_late else ''}"


def _url(encounter: Encounter) -> str:
    return reverse("encounter", args=[encounter.id])
