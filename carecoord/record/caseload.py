"""A team's caseload: whom it has, with whom, what is open and what is overdue. Statements do not grow with the rows."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from carecoord import clock
from carecoord.prepared import prepared
from neighbourhoods.models import Absence, CaseloadEntry, Membership, Team
from neighbourhoods.principal import Principal

PAGE = 25
LEAST_BY_NAME = 5
NOBODY = "none"
# What a row says; each column that nobody reads costs on each row.
SHOWN = (
    *("reason", "opened_at", "is_lead", "sort_name", "key_worker__user__name"),
    *(f"resident__{name}" for name in ("family_name", "given_name", "birth_date", "nhs_number", "died_on")),
)


@dataclass(frozen=True)
class Choice:
    """What part of the caseload is asked for: whose residents (a membership's id, `none`), and after which entry."""

    person: str = ""
    after: UUID | None = None

    @property
    def membership_id(self) -> UUID | None:
        return None if self.person in {"", NOBODY} else UUID(self.person)

    @property
    def is_nobodys(self) -> bool:
        return self.person == NOBODY


@dataclass(frozen=True)
class ItemCount:
    open: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class LastSeen:
    """`role` is empty where it was nobody's member here."""

    at: datetime
    team: str
    role: str


@dataclass(frozen=True)
class Load:
    """What one person of the team has. Without a membership: residents who have no key worker here.

    `away_until` of whoever is away now; `covered_by` is a name, empty where nobody covers.
    """

    membership_id: UUID | None
    name: str
    role: str
    residents: int
    overdue: int
    away_until: datetime | None = None
    covered_by: str = ""


@dataclass(frozen=True)
class CaseloadContent:
    """`overdue` come first and only on the first page, the 20 oldest; `others` by name; the next page begins at
    `next_after`. Of each resident, how much is open, and who saw them last, if anybody has yet."""

    team: Team
    overdue: Sequence[CaseloadEntry]
    others: Sequence[CaseloadEntry]
    next_after: UUID | None
    items: Mapping[UUID, ItemCount]
    seen: Mapping[UUID, LastSeen]
    loads: Sequence[Load]
    residents: int


def caseload_of(principal: Principal, team: Team, choice: Choice) -> CaseloadContent:
    found = _overview(team, choice)
    room = PAGE - len(found.late)
    others = found.others[:room]
    # Always of the same number, so that it is one statement of one shape.
    wanted = [*found.late, *others] or [team.id]
    entries = {entry.id: entry for entry in _shown(principal, (*wanted, *wanted[-1:] * (PAGE - len(wanted))))}
    loads = _loads(team, found.numbers)
    items, seen = _known_of([entry.resident_id for entry in entries.values()])
    return CaseloadContent(
        team=team,
        overdue=[entries[entry_id] for entry_id in found.late if entry_id in entries],
        others=[entries[entry_id] for entry_id in others if entry_id in entries],
        next_after=others[-1] if len(found.others) > room else None,
        items=items,
        seen=seen,
        loads=loads,
        residents=sum(load.residents for load in loads),
    )


def entries_of(principal: Principal, team: Team, entry_ids: Sequence[UUID]) -> list[CaseloadEntry]:
    """Those of the team's open entries, in the order of names. What is not the team's is left out."""
    return list(_entries(principal, team).filter(id__in=entry_ids))


def _entries(principal: Principal, team: Team) -> QuerySet[CaseloadEntry]:
    entries = CaseloadEntry.objects.visible_to(principal).filter(team=team, ended_at=None)
    return entries.select_related("resident", "key_worker__user").order_by("sort_name", "id")


@prepared
def _shown(principal: Principal, entry_ids: tuple[UUID, ...]) -> QuerySet[CaseloadEntry]:
    entries = CaseloadEntry.objects.visible_to(principal).filter(id__in=entry_ids)
    return entries.select_related("resident", "key_worker__user").only(*SHOWN)


def _loads(team: Team, numbers: dict[UUID | None, tuple[int, int]]) -> list[Load]:
    """Everybody in the team, also with nobody yet; residents of people who have left the team stand at nobody's."""
    members: Iterable[Any] = _members(team.id)
    loads = [
        Load(key, name, role, *numbers.pop(key, (0, 0)), away_until, covered_by or "")
        for key, name, role, away_until, covered_by in members
    ]
    left = Load(None, "", "", sum(of for of, _ in numbers.values()), sum(overdue for _, overdue in numbers.values()))
    return [*loads, left] if left.residents else loads


@prepared
def _members(team_id: UUID) -> QuerySet[Membership, tuple[Any, ...]]:
    """Each with who covers until when, of an absence that is now; a later end counts."""
    members = Membership.objects.in_team(team_id).order_by("user__name", "id")
    away = Absence.objects.now().filter(membership=OuterRef("pk")).order_by("-ends_at", "id")
    until, cover = Subquery(away.values("ends_at")[:1]), Subquery(away.values("cover__user__name")[:1])
    return members.values_list("id", "user__name", "role", until, cover)


@dataclass(frozen=True)
class _Overview:
    """`numbers`: residents, and those of them with anything overdue that waits for the team, by key worker. Of whom is
    chosen, entries: `late` are overdue longest, `others` come by name, with one more than there is room for."""

    numbers: dict[UUID | None, tuple[int, int]]
    late: list[UUID]
    others: list[UUID]


def _overview(team: Team, choice: Choice) -> _Overview:
    """An owner function, which reads indexes alone and says in its own words what `referral_clock.is_overdue` says: a
    test compares them. It answers for a team of the principal's; for any other, nobody."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM app.caseload_overview(%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                *(team.id, clock.today(), clock.now(), choice.membership_id, choice.is_nobodys),
                *(PAGE, LEAST_BY_NAME, choice.after),
            ],
        )
        loads, late, others = cursor.fetchone() or ([], [], [])
    rows = json.loads(loads) if isinstance(loads, str) else loads
    numbers = {UUID(key) if key else None: (residents, overdue) for key, residents, overdue in rows}
    return _Overview(numbers, late, others)


KNOWN = """
    SELECT coalesce(o.resident_id, s.resident_id), o.open, o.overdue, s.seen_at, s.team, s.role
    FROM app.open_items(%(residents)s::uuid[], %(today)s, %(now)s) o
    FULL JOIN app.last_seen(%(residents)s::uuid[]) s ON s.resident_id = o.resident_id
"""


def _known_of(resident_ids: Sequence[UUID]) -> tuple[Mapping[UUID, ItemCount], Mapping[UUID, LastSeen]]:
    """What is open for each, whichever team's it is, and how much of it is overdue; and who saw each last. Two owner
    functions in one statement: nobody unseen is counted, nor said anything of."""
    if not resident_ids:
        return {}, {}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {"residents": list(resident_ids), "today": clock.today(), "now": clock.now()})
        rows = cursor.fetchall()
    items = {resident_id: ItemCount(open, overdue) for resident_id, open, overdue, *_ in rows if open is not None}
    seen = {resident_id: LastSeen(at, *by) for resident_id, _, _, at, *by in rows if at is not None}
    return items, seen
