"""A team's caseload: whom it has, with whom, what is open and what is overdue. Statements do not grow with the rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, DateTimeField, F, Func, Min, Q, QuerySet
from django.db.models.functions import Cast

from carecoord import clock
from carecoord.prepared import prepared
from careplans.models import Action
from neighbourhoods.models import CaseloadEntry, Membership, Team
from neighbourhoods.models.visibility import among
from neighbourhoods.principal import Principal
from referrals.models import Handover, Referral
from referrals.referral_clock import DUE, overdue

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
    loads = _loads(team, late)
    overdue, others, next_after = _page(principal, team, choice, list(late))
    return CaseloadContent(
        team=team,
        overdue=sorted(overdue, key=lambda entry: late[entry.resident_id]),
        others=others,
        next_after=next_after,
        items=_item_counts(principal, [entry.resident_id for entry in (*overdue, *others)]),
        loads=loads,
        residents=sum(load.residents for load in loads),
    )


def entries_of(principal: Principal, team: Team, entry_ids: Sequence[UUID]) -> list[CaseloadEntry]:
    """Those of the team's open entries, in the order of names. What is not the team's is left out."""
    return list(_entries(principal, team).filter(id__in=entry_ids))


def _entries(principal: Principal, team: Team) -> QuerySet[CaseloadEntry]:
    entries = CaseloadEntry.objects.visible_to(principal).filter(team=team, ended_at=None)
    return entries.select_related("resident", "key_worker__user").order_by("sort_name", "id")


def _page(
    principal: Principal, team: Team, choice: Choice, late: list[UUID]
) -> tuple[list[CaseloadEntry], list[CaseloadEntry], UUID | None]:
    """Those with something overdue, on the first page; the next by name, as many as there is room for beside them and
    a few at the least; and where the next page begins."""
    first = tuple(late if choice.person else late[:PAGE])
    most = PAGE if choice.person or choice.after else max(PAGE - len(first), LEAST_BY_NAME)
    person = UUID(choice.person) if choice.person not in {"", NOBODY} else None
    last = _entries(principal, team).filter(id=choice.after).first() if choice.after else None
    read = _shown.build if last else _shown  # names differ from page to page, and are no stand-ins
    after = (last.sort_name, last.id) if last else None
    found = list(read(principal, team.id, person, choice.person == NOBODY, first, most + 1, after))
    overdue = [] if choice.after else [entry for entry in found if entry.resident_id in first]
    others = [entry for entry in found if entry.resident_id not in first]
    room = max(PAGE - len(overdue), LEAST_BY_NAME) if choice.person else most
    return overdue, others[:room], others[room - 1].id if len(others) > room else None


@prepared
def _shown(
    principal: Principal,
    team_id: UUID,
    person: UUID | None,
    is_nobodys: bool,
    first: tuple[UUID, ...],
    most: int,
    after: tuple[str, UUID] | None,
) -> QuerySet[CaseloadEntry]:
    """One statement for both: which they are is found from indexes, and only then what is shown with them."""
    entries = CaseloadEntry.objects.visible_to(principal).filter(team_id=team_id, ended_at=None)
    if person or is_nobodys:
        entries = entries.filter(key_worker_id=person) if person else entries.filter(key_worker=None)
    others = entries.exclude(resident_id__in=first).order_by("sort_name", "id")
    if after:
        # Said in this way the index is entered at the name, instead of being read from its beginning.
        others = others.filter(Q(sort_name__gt=after[0]) | Q(id__gt=after[1]), sort_name__gte=after[0])
    wanted: Any = ArraySubquery(others.values("id")[:most])
    if first and not after:
        wanted = Func(ArraySubquery(entries.filter(resident_id__in=first).values("id")), wanted, function="array_cat")
    shown = CaseloadEntry.objects.filter(among(F("id"), wanted))
    return shown.select_related("resident", "key_worker__user").order_by("sort_name", "id")


def _loads(team: Team, late: Iterable[UUID]) -> list[Load]:
    """Everybody in the team, also with nobody yet; residents of people who have left the team stand at nobody's."""
    numbers = _numbers(team, late)
    loads = [Load(one, *numbers.pop(one.id, (0, 0))) for one in _members(team.id)]
    left = Load(None, sum(of for of, _ in numbers.values()), sum(overdue for _, overdue in numbers.values()))
    return [*loads, left] if left.residents else loads


@prepared
def _members(team_id: UUID) -> QuerySet[Membership]:
    return Membership.objects.in_team(team_id).select_related("user").order_by("user__name", "id")


def _numbers(team: Team, late: Iterable[UUID]) -> dict[UUID | None, tuple[int, int]]:
    """Residents, and those of them who are `late`, by key worker. Of a team of the principal's; of any other, none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.caseload_loads(%s, %s::uuid[])", [team.id, list(late)])
        return {key_worker: (residents, overdue) for key_worker, residents, overdue in cursor.fetchall()}


def _overdue_by_resident(principal: Principal, team: Team) -> dict[UUID, datetime]:
    """Residents with anything overdue that waits for this team, each with the oldest moment; the oldest 100."""
    oldest: dict[UUID, datetime] = {}
    for row in _late(principal, team.id):
        oldest.setdefault(row["resident_id"], row["since"])
    return oldest


@prepared
def _late(principal: Principal, team_id: UUID) -> QuerySet[Any]:
    now = clock.now()
    actions = Action.objects.visible_to(principal).filter(accountable_team_id=team_id, due_on__lt=clock.today())
    referrals = Referral.objects.visible_to(principal).filter(
        overdue(now), to_team_id=team_id, accountable_team__isnull=False
    )
    handovers = Handover.objects.visible_to(principal).filter(to_team_id=team_id, status="offered", accept_by__lte=now)
    found: QuerySet[Any] = _oldest(actions, Cast("due_on", DateTimeField())).union(
        _oldest(referrals, DUE), _oldest(handovers, F("accept_by")), all=True
    )
    return found.order_by("since")[:MOST_OVERDUE]


def _oldest(items: Any, due: Any) -> Any:
    """Residents with the oldest `due` of theirs. Of any model with a resident, which the stubs cannot say."""
    return items.order_by().values("resident_id").annotate(since=Min(due))


def _item_counts(principal: Principal, resident_ids: Sequence[UUID]) -> Mapping[UUID, ItemCount]:
    """What is open for each, whichever team's it is, and how much of it is overdue: one statement."""
    if not resident_ids:
        return {}
    counts: dict[UUID, ItemCount] = {}
    # Always of the same number, so that it is one statement of one shape.
    named = (*resident_ids, *[resident_ids[-1]] * (PAGE + LEAST_BY_NAME - len(resident_ids)))
    for row in _items(principal, named):
        before = counts.get(row["resident_id"], ItemCount())
        counts[row["resident_id"]] = ItemCount(before.open + row["open"], before.overdue + row["overdue"])
    return counts


@prepared
def _items(principal: Principal, resident_ids: tuple[UUID, ...]) -> QuerySet[Any]:
    now = clock.now()
    late = {
        Action: Q(due_on__lt=clock.today()),
        Referral: overdue(now),
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
    counted: QuerySet[Any] = first.union(*rest, all=True)
    return counted
