"""How much waits for a person's teams, in one statement, kept for the request."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, QuerySet, Value

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
        _count("unowned", _without_a_team(Action.objects.visible_to(principal), ACTION.open_states())),
        # A completed referral is open only until its outcome is read, so it may have no team.
        _count(
            "unowned",
            _without_a_team(Referral.objects.visible_to(principal), REFERRAL.open_states() - {"completed"}),
        ),
        _count("unowned", _without_a_team(Handover.objects.visible_to(principal), HANDOVER.open_states())),
    ]
    numbers: dict[str, int] = {}
    for row in counts[0].union(*counts[1:], all=True):
        numbers[row["what"]] = numbers.get(row["what"], 0) + row["number"]
    return Waiting(**numbers)


def handovers_to_accept(principal: Principal) -> QuerySet[Any]:
    mine = Handover.objects.visible_to(principal).filter(to_team_id__in=principal.team_ids)
    return mine.filter(status="offered")


def _without_a_team(items: QuerySet[Any], open_states: frozenset[str]) -> QuerySet[Any]:
    return items.filter(accountable_team=None, status__in=sorted(open_states))


def _count(what: str, rows: QuerySet[Model]) -> QuerySet[Any, dict[str, Any]]:
    return rows.order_by().values(what=Value(what)).annotate(number=Count("id"))
