"""Which sections belong into a resident's plan, and by when: the groups they are in, and since when."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from carecoord.clock import WEEKDAYS_8_TO_18, add_working_days, end_of_day
from carecoord.prepared import prepared_together
from carecoord.ui import dates
from careplans.headings import Heading, headings
from careplans.models import PlanSection
from neighbourhoods.cohorts.clocks import months_after
from neighbourhoods.definitions.shapes import COHORT
from neighbourhoods.models import Entry, Stay
from neighbourhoods.principal import Principal

Groups = Mapping[str, datetime]


def groups_of(principal: Principal, resident_id: UUID) -> Groups:
    """By the names that definitions use, as far as the reader sees them. One statement."""
    named = {name for heading in headings().values() for name in heading.cohorts}
    if not named:
        return {}
    entries, stays = _groups(principal, resident_id, tuple(sorted(named)))
    return {one.kind.removeprefix(COHORT): _since(one) for one in entries} | {
        one.kind: one.admitted_at for one in stays
    }


@prepared_together
def _groups(principal: Principal, resident_id: UUID, names: tuple[str, ...]) -> tuple[QuerySet[Any], ...]:
    about = Q(resident_id=resident_id)
    entries = Entry.objects.visible_to(principal).for_role(principal).current()
    return (
        entries.filter(about, kind__in=[f"{COHORT}{name}" for name in names]),
        Stay.objects.visible_to(principal).current().filter(about, kind__in=names),
    )


def asked_of(groups: Groups, sections: Iterable[PlanSection], also: Iterable[str] = ()) -> tuple[Heading, ...]:
    """The sections that stand in this plan: those of every plan, of the resident's groups, and whatever is written, or
    being written (`also`)."""
    written = {one.key: one for one in sections if not one.is_empty}
    kept = {*written, *also}
    known = headings()
    asked = [
        one
        for one in known.values()
        if one.key in kept or (not one.retired and (one.in_every_plan or not groups.keys().isdisjoint(one.cohorts)))
    ]
    return (*asked, *(heading_of_written(one) for key, one in written.items() if key not in known))


def in_order(sections: Iterable[PlanSection]) -> tuple[tuple[Heading, PlanSection], ...]:
    """What is written, in the order of the plan, each with its heading."""
    found = {section.key: section for section in sections if not section.is_empty}
    return tuple((heading, found[heading.key]) for heading in asked_of({}, found.values()) if heading.key in found)


def heading_of_written(section: PlanSection) -> Heading:
    """Of what no file defines any more: as it was called when it was written."""
    return Heading(key=section.key, title=section.title or section.key, retired=True)


def due_of(heading: Heading, section: PlanSection | None, groups: Groups) -> datetime | None:
    """When it is to be looked at again, or written for the first time; None where no clock runs."""
    if heading.retired:
        return None
    if section and not section.is_empty:
        if not heading.review_months:
            return None
        return end_of_day(WEEKDAYS_8_TO_18, look_again_on(heading, section))
    began = [groups[name] for name in heading.cohorts if name in groups]
    if not heading.write_within or not began:
        return None
    return add_working_days(WEEKDAYS_8_TO_18, min(began), heading.write_within)


def look_again_on(heading: Heading, section: PlanSection) -> date:
    """Of what is written and has a clock: so many months after it was written, or found still right in a review."""
    return months_after(dates.local_day(section.looked_at), heading.review_months)


def _since(entry: Entry) -> datetime:
    if entry.event_on is None:
        return entry.created_at
    return datetime.combine(entry.event_on, time(12), tzinfo=WEEKDAYS_8_TO_18.time_zone)
