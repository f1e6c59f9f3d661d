"""How much waits for a person's teams, in one statement, kept for the request."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from carecoord import clock
from careplans.models import Action
from careplans.states import ACTION
from neighbourhoods.encounters import start_of_tomorrow
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest
from referrals.models import Handover, Referral
from referrals.models.handovers import HandoverQuerySet
from referrals.states import HANDOVER, REFERRAL


def _among(words: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in sorted(words)) + ")"


def _without_team(table: str, states: frozenset[str]) -> str:
    """Counted to a hundred: the planner, who does not know of the constraint, else expects thousands."""
    found = f"SELECT FROM {table} WHERE accountable_team_id IS NULL AND status IN {_among(states)} LIMIT 100"
    return f"(SELECT count(*) FROM ({found}) found)"


# The same conditions as `referrals_under("waiting", ...)`, `handovers_to_accept`, `planned_for_my_teams`: a test
# compares them.
COUNT_WAITING = f"""
SELECT
  (SELECT count(*) FROM alerts_alert WHERE team_id = ANY (%(teams)s::uuid[]) AND state = 'waiting'),
  (SELECT count(*) FROM referrals_referral WHERE accountable_team_id IS NOT NULL
     AND to_team_id = ANY (%(teams)s::uuid[]) AND status IN ('sent', 'received'))
  + (SELECT count(*) FROM referrals_referral WHERE accountable_team_id IS NOT NULL
     AND from_team_id = ANY (%(teams)s::uuid[]) AND status IN ('info_requested', 'rejected', 'failed')),
  (SELECT count(*) FROM referrals_handover WHERE to_team_id = ANY (%(teams)s::uuid[]) AND status = 'offered'),
  (SELECT count(*) FROM neighbourhoods_encounter e WHERE team_id = ANY (%(teams)s::uuid[]) AND status = 'planned'
     AND at < %(tomorrow)s AND EXISTS (
       SELECT FROM neighbourhoods_relationship r WHERE r.resident_id = e.resident_id AND r.level = 'record'
         AND r.ended_at IS NULL AND (r.expires_at IS NULL OR r.expires_at > %(now)s)
         AND r.team_id = ANY (%(teams)s::uuid[]))),
  {_without_team("careplans_action", ACTION.open_states())}
  + {_without_team("referrals_referral", REFERRAL.open_states() - {"completed"})}
  + {_without_team("referrals_handover", HANDOVER.open_states())}
"""


@dataclass(frozen=True)
class Waiting:
    """`visits` are planned until the end of today. `unowned` is what is open without a team.

    The database refuses that, and the page shows it by counting.
    """

    alerts: int = 0
    referrals: int = 0
    handovers: int = 0
    visits: int = 0
    unowned: int = 0


def waiting(request: MemberRequest) -> Waiting:
    kept: Waiting | None = getattr(request, "waiting", None)
    if kept is None:
        kept = count_waiting(request.principal)
        request.waiting = kept  # type: ignore[attr-defined]
    return kept


def count_waiting(principal: Principal) -> Waiting:
    """Every page says it, so it is one statement that is there already; the policies hold it as any other."""
    values: dict[str, Any] = {"teams": list(principal.team_ids), "tomorrow": start_of_tomorrow(), "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(COUNT_WAITING, values)
        row = cursor.fetchone()
    return Waiting(*row) if row else Waiting()


def handovers_to_accept(principal: Principal) -> HandoverQuerySet:
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
