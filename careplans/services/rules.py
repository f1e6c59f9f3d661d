"""What every service of this app checks in the same words."""

from enum import Enum
from typing import Any, Final
from uuid import UUID

from django.db import models

from carecoord.audit import ActorKind
from carecoord.errors import RuleError, StaleVersion
from carecoord.gathering import remembered
from carecoord.prepared import prepared
from careplans.models import CarePlan
from careplans.states import PLAN_ENDED
from neighbourhoods.models import Membership, Team
from neighbourhoods.models.sharing import PLAN as OF_THE_PLAN
from neighbourhoods.principal import Principal
from neighbourhoods.withheld import kept_from

# Topics and audit verbs are past tense; `goal.moved` names its verb in the detail.
PAST_TENSE = {
    "activate": "activated",
    "cancel": "cancelled",
    "complete": "completed",
    "enter_in_error": "entered_in_error",
    "hold": "held",
    "reset": "reset",
    "resume": "resumed",
    "revoke": "revoked",
    "schedule": "scheduled",
    "start": "started",
    "stop": "stopped",
}
# These leave something undone or unsaid, so they say why.
NEEDS_REASON = frozenset({"hold", "cancel", "stop", "revoke", "reject", "enter_in_error"})
MAX_REASON = 200


class Left(Enum):
    """Not said: whatever stands there stays."""

    AS_IT_IS = 0


AS_IT_IS: Final = Left.AS_IT_IS


def said(**facts: object) -> dict[str, Any]:
    """Less those of which nothing was said."""
    return {name: value for name, value in facts.items() if value is not AS_IT_IS}


def one_to_ten(value: int | None, field: str) -> int | None:
    if value is not None and not 1 <= value <= 10:
        raise RuleError(f"Choose {field} from 1 to 10.", field=field)
    return value


def short(text: str, field: str, most: int) -> str:
    """The text for a column of `most` characters; empty is fine."""
    clean = plain(text)
    if len(clean) > most:
        raise RuleError(f"Use {most} characters or fewer.", field=field)
    return clean


def plain(text: str) -> str:
    """Text as it is stored and compared: browsers send line breaks as CRLF."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def words(text: str, field: str, sentence: str, most: int) -> str:
    """The text for a column of `most` characters; RuleError with `sentence` where it is empty."""
    clean = plain(text)
    if not clean:
        raise RuleError(sentence, field=field)
    if len(clean) > most:
        raise RuleError(f"Use {most} characters or fewer.", field=field)
    return clean


def author_name(by: Principal) -> str:
    """Who writes, where that is no member here: `Ward system, Aldermoor General`."""
    return f"{by.name}, {by.organisation_name}" if by.kind == ActorKind.CLIENT else ""


def would_lose_sight(by: Principal, resident_id: UUID, team_id: UUID) -> bool:
    """Whether `by`, from whose organisation an objection keeps the plan, reads a part of it only as long as one of that
    organisation's teams answers for it, and `team_id` is none of them (IG-16)."""
    if by.acts_for(team_id) or not kept_from(by, resident_id, OF_THE_PLAN):
        return False
    return Team.objects.get(id=team_id).organisation_id != by.organisation_id


def reason_for(verb: str, reason: str) -> str:
    if verb in NEEDS_REASON:
        return words(reason, "reason", "Say why.", MAX_REASON)
    return plain(reason)[:MAX_REASON]


def current_plan(by: Principal, plan_id: UUID) -> CarePlan:
    """The plan, locked. Raises CarePlan.DoesNotExist for others, RuleError once it has ended."""
    plan = locked_plan.get(by, plan_id)
    if plan.status in PLAN_ENDED:
        raise RuleError("This plan has ended. Open the record to see the current one.", code="plan_ended")
    return plan


@prepared
def locked_plan(by: Principal, plan_id: UUID) -> models.QuerySet[CarePlan]:
    return CarePlan.objects.select_for_update().visible_to(by).filter(id=plan_id)


def fresh(current: object, found: int, expected: int, what: str) -> None:
    """Raises StaleVersion where somebody saved since the page was opened."""
    if found != expected:
        raise StaleVersion(f"Somebody changed this {what} while you were typing.", current=current)


def member_of(membership_id: UUID | None, team_id: UUID) -> UUID | None:
    if membership_id and not _is_in_team(membership_id, team_id):
        raise RuleError("Choose somebody who is in the team now.", field="assigned_to")
    return membership_id


@remembered
def _is_in_team(membership_id: UUID, team_id: UUID) -> bool:
    return Membership.objects.in_team(team_id).filter(id=membership_id).exists()
