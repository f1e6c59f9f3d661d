"""What other rooms show of handovers, and the lists of this one. Every read passes the gate."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from neighbourhoods.identities import Identity, identities_of
from neighbourhoods.models import Team
from neighbourhoods.principal import Principal
from referrals.models import Handover, HandoverConcern
from referrals.models.handovers import HandoverQuerySet

MOST_WAITING = 500
# Whatever is shown of a handover, without a query for each row. Never the resident: at level `card` a join finds none.
SHOWN = (
    "from_team__organisation",
    "to_team__organisation",
    "return_to_team",
    "named__user",
    "written_by__user",
    "answered_by__user",
    "return_read_back_by__user",
)


@dataclass(frozen=True)
class ShownHandover:
    """One row of a list. `person` is None only for a team that was never told of whom it is."""

    handover: Handover
    person: Identity | None


@dataclass(frozen=True)
class ShownConcern:
    concern: HandoverConcern
    person: Identity | None


@dataclass(frozen=True)
class Batch:
    """A list of people handed over together, and how many of them wait for an answer."""

    batch_id: UUID
    from_team: Team
    to_team: Team | None
    waiting: int


@dataclass(frozen=True)
class PlaceInBatch:
    batch_id: UUID
    number: int
    whole: int
    next_id: UUID | None


def to_accept(principal: Principal, limit: int = 50) -> list[ShownHandover]:
    """Offers to my teams that nobody has answered, the first to be answered first."""
    offers = _handovers(principal).filter(status="offered", to_team_id__in=principal.team_ids)
    return with_people(offers.order_by("accept_by", "priority", "id")[:limit])


def offered_by_us(principal: Principal, limit: int = 50) -> list[ShownHandover]:
    """What my teams have offered and nobody has answered: we are responsible still."""
    offers = _handovers(principal).filter(status="offered", from_team_id__in=principal.team_ids)
    return with_people(offers.order_by("accept_by", "id")[:limit])


def drafts_of(principal: Principal, limit: int = 50) -> list[ShownHandover]:
    drafts = _handovers(principal).filter(status="draft", from_team_id__in=principal.team_ids)
    return with_people(drafts.order_by("-id")[:limit])


def accepted_by_us(principal: Principal, limit: int = 50) -> list[ShownHandover]:
    """Accepted and not closed: something is left to read back, or it is cover that has not ended."""
    mine = _handovers(principal).filter(status="accepted", to_team_id__in=principal.team_ids)
    return with_people(mine.order_by("answered_at", "id")[:limit])


def answered(principal: Principal, *, before: UUID | None = None, limit: int = 20) -> list[ShownHandover]:
    """What became of handovers to and from my teams, the latest first (rules 9, 14 and 15).

    `before` goes on after an earlier page; one row more than `limit` says that there are more.
    """
    mine = Q(from_team_id__in=principal.team_ids) | Q(to_team_id__in=principal.team_ids)
    ended = _handovers(principal).filter(mine, offered_at__isnull=False).exclude(status="offered")
    if before:
        ended = ended.filter(id__lt=before)
    return with_people(ended.order_by("-id")[: limit + 1])


def of_batch(principal: Principal, batch_id: UUID) -> list[ShownHandover]:
    """Who was handed over together, in the order in which to look at them."""
    return with_people(_handovers(principal).filter(batch_id=batch_id).order_by("priority", "id"))


def batches_waiting(principal: Principal) -> list[Batch]:
    """Lists of mine or for me on which somebody waits for an answer, the first to be answered first."""
    mine = Q(from_team_id__in=principal.team_ids) | Q(to_team_id__in=principal.team_ids)
    waiting = _handovers(principal).filter(mine, status="offered", batch_id__isnull=False)
    found: dict[UUID, list[Handover]] = {}
    for one in waiting.order_by("accept_by", "id")[:MOST_WAITING]:
        if one.batch_id:
            found.setdefault(one.batch_id, []).append(one)
    return [Batch(batch_id, rows[0].from_team, rows[0].to_team, len(rows)) for batch_id, rows in found.items()]


def place_in_batch(principal: Principal, handover: Handover) -> PlaceInBatch | None:
    """Which of its list it is, and who of it is the next that waits for an answer of mine."""
    if handover.batch_id is None:
        return None
    together = Handover.objects.visible_to(principal).filter(batch_id=handover.batch_id).order_by("priority", "id")
    rows = list(together.values_list("id", "status", "to_team_id"))
    number = [row[0] for row in rows].index(handover.id)
    turned = [*rows[number + 1 :], *rows[:number]]
    waiting = (one for one, status, to in turned if status == "offered" and principal.acts_for(to))
    return PlaceInBatch(handover.batch_id, number + 1, len(rows), next(waiting, None))


def of_resident(principal: Principal, resident_id: UUID) -> list[Handover]:
    """All of one resident, the latest first."""
    return list(_handovers(principal).filter(resident_id=resident_id).order_by("-id"))


def concerns_of(principal: Principal, handover: Handover) -> list[HandoverConcern]:
    """What was said to be wrong with it, in the order in which it was said."""
    if handover.offered_at is None:
        return []
    said: QuerySet[Any] = HandoverConcern.objects.visible_to(principal).filter(handover=handover)
    return list(said.select_related("said_by__user").order_by("created_at", "id"))


def concerns_of_my_teams(principal: Principal, *, incidents_only: bool, limit: int = 50) -> list[ShownConcern]:
    """Said of handovers to and from my teams, the latest first (rule 6)."""
    mine = Q(handover__from_team_id__in=principal.team_ids) | Q(handover__to_team_id__in=principal.team_ids)
    said: QuerySet[Any] = HandoverConcern.objects.visible_to(principal).filter(mine)
    if incidents_only:
        said = said.filter(is_incident=True)
    teams = ("handover__from_team__organisation", "handover__to_team__organisation")
    rows = list(said.select_related("said_by__user", *teams).order_by("-created_at", "-id")[:limit])
    people = identities_of(row.handover.resident_id for row in rows)
    return [ShownConcern(row, people.get(row.handover.resident_id)) for row in rows]


def open_items(principal: Principal, resident_id: UUID) -> HandoverQuerySet:
    return Handover.objects.visible_to(principal).open().filter(resident_id=resident_id)


def with_people(handovers: Iterable[Handover]) -> list[ShownHandover]:
    rows = list(handovers)
    people = identities_of(row.resident_id for row in rows)
    return [ShownHandover(row, people.get(row.resident_id)) for row in rows]


def _handovers(principal: Principal) -> HandoverQuerySet:
    return Handover.objects.visible_to(principal).select_related(*SHOWN)
