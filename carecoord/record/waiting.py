"""How much waits for a person's teams, in one statement, kept for the request."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Value

from carecoord.alerts.models import Alert
from careplans.models import Action
from careplans.states import ACTION
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest
from referrals.feeds_referrals import referrals_under
from referrals.models import Handover, Referral
from referrals.states import HANDOVER, REFERRAL


@dataclass(frozen=True)
class Waiting:
    """`unowned` is what is open without a team. The database refuses it, and the page shows that by counting."""

    alerts: int = 0
    referrals: int = 0
    handovers: int = 0
    unowned: int = 0


def waiting(request: MemberRequest) -> Waiting:
    kept: Waiting | None = getattr(request, "waiting", None)
    if kept is None:
        kept = count_waiting(request.principal)
        request.waiting = kept  # type: ignore[attr-defined]
    return kept


def count_waiting(principal: Principal) -> Waiting:
    counts = [
        _count("alerts", Alert.objects.of(principal).filter(state=Alert.State.WAITING)),
        _count("referrals", referrals_under("waiting", principal)),
        _count("handovers", handovers_to_accept(principal)),
        *(_count("unowned", rows) for rows in _unowned(principal)),
    ]
    numbers: dict[str, int] = {}
    for row in counts[0].union(*counts[1:], all=True):
        numbers[row["what"]] = numbers.get(row["what"], 0) + row["number"]
    return Waiting(**numbers)


def handovers_to_accept(principal: Principal) -> QuerySet[Any]:
    mine = Handover.objects.visible_to(principal).filter(to_team_id__in=principal.team_ids)
    return mine.filter(status="offered")


def unowned_of(principal: Principal, resident_id: UUID) -> int:
    """What is open for one resident without a team; the database keeps it at zero."""
    first, *rest = (rows.filter(resident_id=resident_id).order_by().values("id") for rows in _unowned(principal))
    return len(first.union(*rest, all=True))


def _unowned(principal: Principal) -> tuple[QuerySet[Any], ...]:
    return (
        _without_a_team(Action.objects.visible_to(principal), ACTION.open_states()),
        # A completed referral is open only until its outcome is read, so it may have no team.
        _without_a_team(Referral.objects.visible_to(principal), REFERRAL.open_states() - {"completed"}),
        _without_a_team(Handover.objects.visible_to(principal), HANDOVER.open_states()),
    )


def _without_a_team(items: QuerySet[Any], open_states: frozenset[str]) -> QuerySet[Any]:
    return items.filter(accountable_team=None, status__in=sorted(open_states))


def _count(what: str, rows: Any) -> Any:
    """One row of counts; of any model, which the stubs cannot say."""
    return rows.order_by().values(what=Value(what)).annotate(number=Count("id"))
