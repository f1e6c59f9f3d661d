"""A team's caseload: whom it has, with whom, what is open and what is overdue. Statements do not grow with the rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, DateTimeField, F, Min, Q, QuerySet
from django.db.models.functions import Cast

from carecoord import clock
from careplans.models import Action
from neighbourhoods.models import CaseloadEntry, Membership, Team
from neighbourhoods.principal import Principal
from referrals.models import Handover, Referral

PAGE = 25
LEAST_BY_NAME = 5
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
    """`overdue` come first and only on the first page, the 25 oldest; `others` by name; the next page begins at
    `next_after`."""

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
    loads = _loads(team, late)
    chosen = _of_person(entries, choice.person)
    first = list(late) if choice.person else list(late)[:PAGE]
    overdue = [] if choice.after or not first else list(chosen.filter(resident_id__in=first))
    others, next_after = _page(chosen.exclude(resident_id__in=first), choice.after, PAGE - len(overdue))
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
    return entries.select_related("resident", "key_worker__user").order_by("sort_name", "id")


def _of_person(entries: QuerySet[CaseloadEntry], person: str) -> QuerySet[CaseloadEntry]:
    if not person:
        return entries
    return entries.filter(key_worker=None) if person == NOBODY else entries.filter(key_worker_id=UUID(person))


def _page(entries: QuerySet[CaseloadEntry], after: UUID | None, room: int) -> tuple[list[CaseloadEntry], UUID | None]:
    """The next by name, as many as a page has room for beside those that are overdue, and a few at the least."""
    most = max(room, LEAST_BY_NAME)
    last = entries.filter(id=after).first() if after else None
    if last:
        # Said in this way the index is entered at the name, instead of being read from its beginning.
        entries = entries.filter(Q(sort_name__gt=last.sort_name) | Q(id__gt=last.id), sort_name__gte=last.sort_name)
    page = list(entries[: most + 1])
    return page[:most], page[most - 1].id if len(page) > most else None


def _loads(team: Team, late: Iterable[UUID]) -> list[Load]:
    """Everybody in the team, also with nobody yet; residents of people who have left the team stand at nobody's."""
    numbers = _numbers(team, late)
    members = list(Membership.objects.in_team(team.id).select_related("user").order_by("user__name", "id"))
    loads = [Load(one, *numbers.pop(one.id, (0, 0))) for one in members]
    left = Load(None, sum(of for of, _ in numbers.values()), sum(overdue for _, overdue in numbers.values()))
    return [*loads, left] if left.residents else loads


def _numbers(team: Team, late: Iterable[UUID]) -> dict[UUID | None, tuple[int, int]]:
    """Residents, and those of them who are `late`, by key worker. Of a team of the principal's; of any other, none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.caseload_loads(%s, %s::uuid[])", [team.id, list(late)])
        return {key_worker: (residents, overdue) for key_worker, residents, overdue in cursor.fetchall()}


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
