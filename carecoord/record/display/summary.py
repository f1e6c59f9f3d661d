"""The summary: what matters, what is open and whose job it is, the latest, who to ring, what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from carecoord import clock
from carecoord.record.display.death import died_notice
from carecoord.record.display.items import open_items
from carecoord.record.display.timeline import author as author_of
from carecoord.record.display.timeline import timeline_rows
from carecoord.record.display.wrong import Wrong, if_wrong
from carecoord.record.reading.glance import Glance
from carecoord.record.reading.standing import Open
from carecoord.record.timeline import MOST_SINCE, Changes
from carecoord.ui import dates
from carecoord.ui.addresses import reverse
from carecoord.ui.components import (
    CallButtons,
    DefinitionRows,
    Link,
    Notice,
    OpenItem,
    OpenItemGroup,
    OpenItemTable,
    Person,
    Row,
    TimelineRow,
    Voice,
)
from careplans.display import author
from careplans.models import PlanSection
from neighbourhoods.display.encounters import last_seen, next_rows, same_day_notice
from neighbourhoods.display.people import calls_of, missing_key_worker, people_to_ring
from neighbourhoods.encounters import Around as EncountersAround
from neighbourhoods.models import Resident
from neighbourhoods.principal import Principal
from neighbourhoods.withheld import kept_notice

MOST_PEOPLE = 6
MOST_NEXT = 5
ONLY_OPENED = {"relationship.claimed", "emergency.opened", "emergency.ended", "seal.opened"}


@dataclass(frozen=True)
class Since:
    """`3 changes since you last looked` leads to them; without any only `words`."""

    link: Link | None
    words: str


@dataclass(frozen=True)
class Summary:
    """`table` is None while nothing is open; `voice` is None until the plan says what matters. `counts`: what is open
    on other tabs."""

    called: str
    last_changed: str
    since: Since | None
    voice: Voice | None
    table: OpenItemTable | None
    open_count: int
    without_team: int
    latest: tuple[TimelineRow, ...]
    timeline: Link
    ring: tuple[Person, ...]
    everybody: Link
    calls: CallButtons | None
    wrong: Wrong
    no_key_worker: Notice | None
    last_seen: DefinitionRows | None
    encounters: Link
    plan_visit: Link | None
    same_day: Notice | None
    next: DefinitionRows | None
    died: Notice | None
    withheld: Notice | None
    plan: Link
    recorded: Link
    whole: Link
    counts: Mapping[str, int]


def summary_of(principal: Principal, glance: Glance) -> Summary:
    resident, found, changes = glance.resident, glance.open, glance.changes
    people, encounters = glance.people, glance.encounters
    items, ring = open_items(principal, found), people_to_ring(resident, people)
    visits = reverse("resident_encounters", args=[resident.id])
    return Summary(
        called=resident.called,
        last_changed=_last_changed(changes),
        since=_since(resident, changes),
        voice=voice_of(resident, found.most_important),
        table=_table(resident, items),
        open_count=len(items),
        without_team=found.unowned,
        latest=timeline_rows(principal, changes),
        timeline=Link("Whole timeline", reverse("resident_timeline", args=[resident.id])),
        ring=_first(ring),
        everybody=Link(
            f"All {len(ring)} people" if len(ring) > 1 else "All people", reverse("resident_people", args=[resident.id])
        ),
        calls=calls_of(resident, people),
        wrong=if_wrong(principal, resident, found),
        no_key_worker=missing_key_worker(resident, people, principal),
        last_seen=last_seen(encounters),
        encounters=Link("All visits and calls", visits),
        plan_visit=None if resident.died_on else Link("Plan a visit", reverse("encounter_plan", args=[resident.id])),
        same_day=same_day_notice(resident, encounters, Link("See what is planned", visits)),
        next=_next(found, encounters),
        died=died_notice(resident, len(items) + len(encounters.planned)),
        withheld=kept_notice(principal, resident.id, known=found.kept),
        plan=Link("Start with what they say matters", reverse("care_plan", args=[resident.id])),
        recorded=Link("Adjustments, alerts, risks and more", reverse("resident_entries", args=[resident.id])),
        whole=Link("The whole record", reverse("whole_record", args=[resident.id])),
        counts={"resident_referrals": len(found.referrals), "resident_handovers": len(found.handovers)},
    )


def _first(ring: Sequence[Person]) -> tuple[Person, ...]:
    """The first of them; whom to ring out of hours is never left out."""
    late = [one for one in ring if one.is_out_of_hours]
    return (*[one for one in ring if not one.is_out_of_hours][: MOST_PEOPLE - len(late)], *late)


def _last_changed(changes: Changes) -> str:
    """Whoever only opened the record has changed nothing of it."""
    latest = next((one for one in changes.entries if one.verb not in ONLY_OPENED), None)
    if latest is None:
        return ""
    at = dates.moment(latest.at, now=clock.now()).replace("Today", "today")
    return f"Last changed {at} by {author_of(latest)}."


def _since(resident: Resident, changes: Changes) -> Since | None:
    """Only where the reader had looked before; others' changes alone."""
    if changes.looked_at is None:
        return None
    day = dates.local_day(changes.looked_at)
    on = "earlier today" if day == clock.today() else f"on {dates.day(day)}"
    if not changes.since_then:
        return Since(None, f"Nobody else has changed anything since you last looked {on}.")
    number = f"{changes.since_then} or more" if changes.since_then >= MOST_SINCE else str(changes.since_then)
    asked = urlencode({"since_day": day.day, "since_month": day.month, "since_year": day.year})
    url = f"{reverse('resident_timeline', args=[resident.id])}?{asked}"
    what = "change" if changes.since_then == 1 else "changes"
    return Since(Link(f"{number} {what} since you last looked", url), f"{on}.")


def voice_of(resident: Resident, section: PlanSection | None) -> Voice | None:
    """What is most important, in plum only where it was written as the resident said it."""
    if section is None:
        return None
    whose = f"{resident.called}'s words, written" if section.in_own_words else "Written"
    return Voice(
        title="What matters to me" if section.in_own_words else f"What matters to {resident.called}",
        words=section.body,
        by=f"{whose} with {author(section.written_by, section.written_by_name)}, {dates.day(section.updated_at)}.",
        more=Link("Read all of About me", reverse("care_plan", args=[resident.id])),
    )


def _table(resident: Resident, items: Sequence[OpenItem]) -> OpenItemTable | None:
    if not items:
        return None
    caption = f"What is open for {resident.called}, and whose job it is"
    return OpenItemTable(caption=caption, groups=(OpenItemGroup(tuple(items)),))


def _next(found: Open, encounters: EncountersAround) -> DefinitionRows | None:
    """What is to come, the nearest first; of one day, what has no time of its own comes last."""
    today, now = clock.today(), clock.now()
    days = [
        (action.due_on, action.title, reverse("action_detail", args=[action.id]))
        for action in found.actions
        if action.due_on and action.due_on >= today
    ]
    days += [
        (
            dates.local_day(handover.takes_place_at),
            f"{handover.get_kind_display()}, {handover.from_team.name}",
            reverse("handover", args=[handover.id]),
        )
        for handover in found.handovers
        if handover.takes_place_at and dates.local_day(handover.takes_place_at) >= today
    ]
    plan = found.plan
    if plan and plan.review_due_on and plan.review_due_on >= today:
        days.append((plan.review_due_on, "Review of the plan", reverse("care_plan", args=[plan.resident_id])))
    untimed = [(on, Row(dates.due_day(on, now=now), title, url=url)) for on, title, url in sorted(days)]
    rows = [*next_rows(encounters), *untimed]
    first = [row for _, row in sorted(rows, key=lambda one: one[0])[:MOST_NEXT]]
    return DefinitionRows(tuple(first)) if first else None
