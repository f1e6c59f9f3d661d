"""What of the plan the resident shares with those who care for them."""

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from django.db import transaction

from carecoord.errors import RuleError
from careplans.models import CarePlan
from careplans.services.plans import tell
from careplans.services.rules import current_plan, fresh
from neighbourhoods.definitions.files import FIELD_KEY
from neighbourhoods.principal import Principal

PARTS: Final[Mapping[str, str]] = {
    "part:needs": "What they need, and what they are good at",
    "part:goals": "What they want",
    "part:actions": "What happens next, and whose job it is",
    "part:if_wrong": "If things go wrong",
    "part:others": "Names of other plans",
    "part:team": "Which teams look after them",
}
"""What is no section of the plan and is shared as a whole; a section is shared by its key."""


@transaction.atomic
def share_with_carers(*, by: Principal, plan_id: UUID, version: int, parts: Collection[str]) -> CarePlan:
    """A carer's copy has these parts from now on, and no others. Raises StaleVersion where somebody saved since."""
    plan, chosen = current_plan(by, plan_id), sorted(set(parts))
    if unknown := [one for one in chosen if one not in PARTS and not FIELD_KEY.fullmatch(one)]:
        raise RuleError(f"No part of a plan is called {unknown[0]}.", field="shared")
    if plan.shared_with_carers == chosen:
        return plan
    fresh(plan, plan.version, version, "plan")
    plan.shared_with_carers = chosen
    plan.save_changes("shared_with_carers")
    tell("plan.carers_copy_set", by, plan, parts=chosen)
    return plan
