"""What other rooms show of handovers, and the lists of this one. Every read passes the gate."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from neighbourhoods.identities import Identity, identities_of
from neighbourhoods.principal import Principal
from referrals.models import Handover
from referrals.models.handovers import HandoverQuerySet

# Whatever is shown of a handover, without a query for each row. Never the resident: at level `card` a join finds none.
SHOWN = (
    "from_team__organisation",
    "to_team__organisation",
    "return_to_team",
    "written_by__user",
    "answered_by__user",
)


@dataclass(frozen=True)
class ShownHandover:
    """One row of a list. `person` is None only for a team that was never told of whom it is."""

    handover: Handover
    person: Identity | None


def to_accept(principal: Principal, limit: int = 50) -> list[ShownHandover]:
    """Offers to my teams that nobody has answered, the first to be answered first."""
    offers = _handovers(principal).filter(status="offered", to_team_id__in=principal.team_ids)
    return with_people(offers.order_by("accept_by", "id")[:limit])


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


def of_resident(principal: Principal, resident_id: UUID) -> list[Handover]:
    """All of one resident, the latest first."""
    return list(_handovers(principal).filter(resident_id=resident_id).order_by("-id"))


def open_items(principal: Principal, resident_id: UUID) -> HandoverQuerySet:
    return Handover.objects.visible_to(principal).open().filter(resident_id=resident_id)


def with_people(handovers: Iterable[Handover]) -> list[ShownHandover]:
    rows = list(handovers)
    people = identities_of(row.resident_id for row in rows)
    return [ShownHandover(row, people.get(row.resident_id)) for row in rows]


def _handovers(principal: Principal) -> HandoverQuerySet:
    return Handover.objects.visible_to(principal).select_related(*SHOWN)
