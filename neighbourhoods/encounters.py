"""What is shown of visits, calls and notes. Every read passes the gate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.timezone import localtime, make_aware

from carecoord import clock
from carecoord.prepared import prepared
from neighbourhoods.models import Encounter
from neighbourhoods.models.encounters import EncounterQuerySet
from neighbourhoods.principal import Principal

# Whatever is shown of one, without a query for each row.
SHOWN = ("team__organisation", "seen_by__user")
PAGE = 25
MOST_AHEAD = 20


@dataclass(frozen=True)
class Around:
    """When a resident was seen last, and what anybody plans from today on, the nearest first."""

    last_seen: Encounter | None
    planned: Sequence[Encounter]


@dataclass(frozen=True)
class EncounterPage:
    """One page of all there is, the latest first. `older` is where the next begins."""

    encounters: Sequence[Encounter]
    older: UUID | None


def start_of(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()))


def encounters_around(principal: Principal, resident_id: UUID) -> Around:
    """One statement for both."""
    found = _around(principal, resident_id, start_of(clock.today()))
    return Around(
        last_seen=next((one for one in found if one.status == "done"), None),
        planned=[one for one in found if one.status == "planned"],
    )


@prepared
def _around(principal: Principal, resident_id: UUID, since: datetime) -> QuerySet[Encounter]:
    mine = _of_resident(principal, resident_id)
    last = mine.where_seen().values("id")[:1]
    wanted = Q(id__in=last) | Q(status="planned", at__gte=since)
    return mine.filter(wanted).order_by("at", "id").select_related(*SHOWN)[: MOST_AHEAD + 1]


def planned_by_others(
    principal: Principal, resident_id: UUID, *, at: datetime, organisation_id: UUID
) -> list[Encounter]:
    """What organisations other than this one plan on the same day."""
    day = localtime(at).date()
    same_day = _of_resident(principal, resident_id).planned_between(start_of(day), start_of(day + timedelta(days=1)))
    others = same_day.exclude(team__organisation_id=organisation_id)
    return list(others.select_related(*SHOWN).order_by("at", "id"))


def same_day_elsewhere(principal: Principal, some: Iterable[Encounter]) -> Mapping[UUID, Sequence[Encounter]]:
    """For each of some that is planned, what other organisations plan with that resident on its day: one statement."""
    planned = [one for one in some if one.status == "planned"]
    if not planned:
        return {}
    days = [_day(one) for one in planned]
    since, until = start_of(min(days)), start_of(max(days) + timedelta(days=1))
    found: dict[tuple[UUID, date], list[Encounter]] = {}
    rows = Encounter.objects.visible_to(principal).planned_between(since, until).select_related(*SHOWN)
    for one in rows.filter(resident_id__in={one.resident_id for one in planned}).order_by("at", "id"):
        found.setdefault((one.resident_id, _day(one)), []).append(one)
    return {one.id: _of_others(one, found.get((one.resident_id, _day(one)), [])) for one in planned}


def same_days(planned: Iterable[Encounter]) -> Mapping[date, Sequence[Encounter]]:
    """The days on which more than one organisation plans something, with everything that is planned then."""
    by_day: dict[date, list[Encounter]] = {}
    for one in planned:
        by_day.setdefault(_day(one), []).append(one)
    return {day: found for day, found in by_day.items() if len({one.team.organisation_id for one in found}) > 1}


def encounters_of(principal: Principal, resident_id: UUID, after: UUID | None = None) -> EncounterPage:
    """All of one resident, what is planned too, the latest first; `after` names the last of the page before."""
    everything = _of_resident(principal, resident_id)
    last = everything.filter(id=after).first() if after else None
    if last:
        everything = everything.filter(Q(at__lt=last.at) | Q(at=last.at, id__lt=last.id))
    page = list(everything.select_related(*SHOWN, "seen_by__organisation").order_by("-at", "-id")[: PAGE + 1])
    return EncounterPage(page[:PAGE], page[PAGE - 1].id if len(page) > PAGE else None)


def planned_for_my_teams(principal: Principal, until: datetime | None = None) -> EncounterQuerySet:
    """Planned until the end of today (or `until`), and nobody has said yet how it went; the oldest first."""
    mine = Encounter.objects.visible_to(principal).planned().filter(team_id__in=principal.team_ids)
    mine = mine.filter(at__lt=until or start_of_tomorrow())
    return mine.select_related("resident", *SHOWN).order_by("at", "id")


def planned_today(principal: Principal, resident_id: UUID) -> list[Encounter]:
    """What my teams plan with one resident today, the earliest first: what is written down now may be one of these."""
    today = _of_resident(principal, resident_id).planned_between(start_of(clock.today()), start_of_tomorrow())
    mine = today.filter(team_id__in=principal.team_ids)
    return list(mine.select_related(*SHOWN).order_by("at", "id"))


def still_planned(principal: Principal, resident_id: UUID) -> list[Encounter]:
    """Everything planned of which nobody has said how it went, whenever it was planned for; the oldest first."""
    return list(_of_resident(principal, resident_id).planned().select_related(*SHOWN).order_by("at", "id"))


def start_of_tomorrow() -> datetime:
    return start_of(clock.today() + timedelta(days=1))


def encounters_named(ids: Iterable[UUID]) -> Mapping[UUID, Encounter]:
    """Those of a page that has passed the gate, by id; asked only where there are any."""
    wanted = list(ids)
    return {one.id: one for one in Encounter.objects.filter(id__in=wanted)} if wanted else {}


def _day(encounter: Encounter) -> date:
    return localtime(encounter.at).date()


def _of_others(encounter: Encounter, some: Iterable[Encounter]) -> list[Encounter]:
    return [one for one in some if one.team.organisation_id != encounter.team.organisation_id]


def _of_resident(principal: Principal, resident_id: UUID) -> EncounterQuerySet:
    return Encounter.objects.visible_to(principal).filter(resident_id=resident_id)
