"""A team's caseload: whom it has, with whom, what is open and what is overdue. Statements do not grow with the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, DateTimeField, F, Min, Q, QuerySet
from django.db.models.functions import Cast

from carecoord import clock
from careplans.models import Action
from neighbourhoods.models import CaseloadEntry, Membership, Team
from neighbourhoods.principal import Principal
from referrals.models import Handover, Referral

PAGE = 25
MOST_OVERDUE = 100
NOBODY = "none"


@dataclass(frozen=True)
class Choice:
    """What part of the caseload is asked for: whose residents (a membership's id, `none`), and after which entry."""

    person: str = ""
    after: UUID | None = None


@dataclass(frozen=True)
class ItemCount:
    open: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class Load:
    """What one person of the team has. Without a membership: residents who have no key worker here."""

    membership: Membership | None
    residents: int
    overdue: int


@dataclass(frozen=True)
class CaseloadContent:
    """`overdue` come first and only on the first page; `others` by name; `older` is where the next page begins."""

    team: Team
    overdue: Sequence[CaseloadEntry]
    others: Sequence[CaseloadEntry]
    next_after: UUID | None
    items: Mapping[UUID, ItemCount]
    loads: Sequence[Load]
    residents: int


def caseload_of(principal: Principal, team: Team, choice: Choice) -> CaseloadContent:
    late = _overdue_by_resident(principal, team)
    entries = _entries(principal, team)
    loads = _loads(principal, team, entries.filter(resident_id__in=late))
    chosen = _of_person(entries, choice.person)
    overdue = [] if choice.after else list(chosen.filter(resident_id__in=late))
    others, next_after = _page(chosen.exclude(resident_id__in=late), choice.after)
    shown = [*overdue, *others]
    return CaseloadContent(
        team=team,
        overdue=sorted(overdue, key=lambda entry: late[entry.resident_id]),
        others=others,
        next_after=next_after,
        items=_item_counts(principal, [entry.resident_id for entry in shown]),
        loads=loads,
        residents=sum(load.residents for load in loads),
    )


def entries_of(principal: Principal, team: Team, entry_ids: Sequence[UUID]) -> list[CaseloadEntry]:
    """Those of the team's open entries, in the order of names. What is not the team's is left out."""
    return list(_entries(principal, team).filter(id__in=entry_ids))


def _entries(principal: Principal, team: Team) -> QuerySet[CaseloadEntry]:
    entries = CaseloadEntry.objects.visible_to(principal).filter(team=team, ended_at=None)
    return entries.select_related("resident", "key_worker__user").order_by("resident__sort_name", "id")


def _of_person(entries: QuerySet[CaseloadEntry], person: str) -> QuerySet[CaseloadEntry]:
    if not person:
        return entries
    return entries.filter(key_worker=None) if person == NOBODY else entries.filter(key_worker_id=UUID(person))


def _page(entries: QuerySet[CaseloadEntry], after: UUID | None) -> tuple[list[CaseloadEntry], UUID | None]:
    last = entries.filter(id=after).first() if after else None
    if last:
        name = last.resident.sort_name
        entries = entries.filter(Q(resident__sort_name__gt=name) | Q(resident__sort_name=name, id__gt=last.id))
    page = list(entries[: PAGE + 1])
    return page[:PAGE], page[PAGE - 1].id if len(page) > PAGE else None


def _loads(principal: Principal, team: Team, late: QuerySet[CaseloadEntry]) -> list[Load]:
    """Everybody in the team, also with nobody yet; residents of people who have left the team stand at nobody's."""
    entries = CaseloadEntry.objects.visible_to(principal).filter(team=team, ended_at=None).order_by()
    numbers = dict(entries.values_list("key_worker").annotate(number=Count("id")))
    overdue = dict(late.order_by().values_list("key_worker").annotate(number=Count("id")))
    members = list(Membership.objects.in_team(team.id).select_related("user").order_by("user__name", "id"))
    loads = [Load(one, numbers.pop(one.id, 0), overdue.pop(one.id, 0)) for one in members]
    left = Load(None, sum(numbers.values()), sum(overdue.values()))
    return [*loads, left] if left.residents else loads


def _overdue_by_resident(principal: Principal, team: Team) -> dict[UUID, datetime]:
    """Residents with anything overdue that waits for this team, each with the oldest moment; the oldest 100."""
    now = clock.now()
    actions = Action.objects.visible_to(principal).filter(accountable_team=team, due_on__lt=clock.today())
    referrals = Referral.objects.visible_to(principal).filter(
        to_team=team, accountable_team__isnull=False, status__in=["sent", "received"], respond_by__lte=now
    )
    handovers = Handover.objects.visible_to(principal).filter(to_team=team, status="offered", accept_by__lte=now)
    found = _oldest(actions, Cast("due_on", DateTimeField())).union(
        _oldest(referrals, F("respond_by")), _oldest(handovers, F("accept_by")), all=True
    )
    oldest: dict[UUID, datetime] = {}
    for row in found.order_by("since")[:MOST_OVERDUE]:
        oldest.setdefault(row["resident_id"], row["since"])
    return oldest


def _oldest(items: Any, due: Any) -> Any:
    """Residents with the oldest `due` of theirs. Of any model with a resident, which the stubs cannot say."""
    return items.order_by().values("resident_id").annotate(since=Min(due))


def _item_counts(principal: Principal, resident_ids: Sequence[UUID]) -> Mapping[UUID, ItemCount]:
    """What is open for each, whichever team's it is, and how much of it is overdue: one statement."""
    if not resident_ids:
        return {}
    now = clock.now()
    late = {
        Action: Q(due_on__lt=clock.today()),
        Referral: Q(respond_by__lte=now, status__in=["sent", "received"]),
        Handover: Q(accept_by__lte=now, status="offered"),
    }
    first, *rest = (
        model.objects.visible_to(principal)  # type: ignore[attr-defined]
        .filter(resident_id__in=resident_ids, accountable_team__isnull=False)
        .order_by()
        .values("resident_id")
        .annotate(open=Count("id"), overdue=Count("id", filter=is_late))
        for model, is_late in late.items()
    )
    counts: dict[UUID, ItemCount] = {}
    for row in first.union(*rest, all=True):
        before = counts.get(row["resident_id"], ItemCount())
        counts[row["resident_id"]] = ItemCount(before.open + row["open"], before.overdue + row["overdue"])
    return counts
