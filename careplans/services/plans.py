"""The plan itself: made, agreed, and moved along its states."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError
from carecoord.prepared import prepared
from careplans.models import CarePlan
from careplans.services.agreeing import agreed_together
from careplans.services.rules import (
    AS_IT_IS,
    PAST_TENSE,
    Left,
    current_plan,
    fresh,
    locked_plan,
    plain,
    reason_for,
    short,
    would_lose_sight,
)
from careplans.states import PLAN, PLAN_ENDED
from neighbourhoods.models import Level, Membership, Relationship
from neighbourhoods.models.sharing import PLAN as OF_THE_PLAN
from neighbourhoods.models.sharing import WITHHELD
from neighbourhoods.principal import Principal
from neighbourhoods.services import held_resident
from neighbourhoods.withheld import kept_from

# At least yearly (domain.md 3.3, review clocks).
LONGEST_REVIEW = timedelta(days=366)
MAX_FUNDING = 200
STAYS_WITH_YOU = (
    "An objection keeps this plan from your organisation, so its review stays with one of your teams. "
    "Ask a team that may read the plan to choose itself."
)


@transaction.atomic
def create_plan(*, by: Principal, resident_id: UUID) -> CarePlan:
    """Start the shared plan of a resident as a draft; where there is a current one, that is returned.

    Raises RuleError where an objection keeps the plan from the organisation (IG-16): there may be one.
    """
    resident = held_resident(by, resident_id)
    plan = CarePlan.objects.visible_to(by).current().filter(resident=resident).first()
    if plan:
        return plan
    if kept_from(by, resident.id, OF_THE_PLAN):
        raise RuleError(f"{WITHHELD}: ask a team that may read it to write what is needed.", code="withheld")
    plan = CarePlan(resident=resident)
    plan.save(force_insert=True)
    tell("plan.created", by, plan)
    return plan


@transaction.atomic
def agree_plan(
    *,
    by: Principal,
    plan_id: UUID,
    version: int,
    agreed_with_resident: bool,
    agreed_with: str,
    agreed_on: date,
    review_due_on: date | None,
    review_team_id: UUID | None,
    reviewer_id: UUID | Left | None = AS_IT_IS,
    funding: str | Left = AS_IT_IS,
) -> CarePlan:
    """Write with whom the plan was agreed, and who reviews it by when; a draft may still wait for the latter two. What
    others changed elsewhere in it since `version` was read stays.

    Raises Clash, a StaleVersion, where they changed the same, RuleError with the field where an answer will not do.
    """
    plan = current_plan(by, plan_id)
    answers: dict[str, Any] = {
        "agreed_with_resident": agreed_with_resident,
        "agreed_with": "" if agreed_with_resident else plain(agreed_with),
        "agreed_on": agreed_on,
        "review_due_on": review_due_on,
        "review_team_id": review_team_id,
        "reviewer_id": _reviewer(plan, reviewer_id, review_team_id),
        "funding": plan.funding if funding is AS_IT_IS else short(funding, "funding", MAX_FUNDING),
    }
    if all(getattr(plan, name) == value for name, value in answers.items()):
        return plan
    if not agreed_with_resident and not answers["agreed_with"]:
        raise RuleError("Say who agreed the plan, and in what role.", field="agreed_with")
    answers = agreed_together(plan, version, answers)
    review_due_on, review_team_id = answers["review_due_on"], answers["review_team_id"]
    if agreed_on > clock.today():
        raise RuleError("The day it was agreed must be today or earlier.", field="agreed_on")
    if review_due_on and review_team_id:
        check_review(by, plan, review_due_on, review_team_id)
    elif review_due_on or review_team_id or plan.status != "draft":
        raise RuleError("Say who reviews the plan, and by when.", field="review_due_on")
    due_before = plan.review_due_on
    for name, value in answers.items():
        setattr(plan, name, value)
    if review_due_on != due_before:
        plan.review_told_at, plan.review_cause = None, ""
    plan.save_changes(
        "agreed_with_resident",
        "agreed_with",
        "agreed_on",
        "review_due_on",
        "review_team",
        "reviewer",
        "funding",
        "review_told_at",
        "review_cause",
    )
    tell("plan.agreed", by, plan, fields=sorted(answers))
    return plan


@transaction.atomic
def set_review(
    *,
    by: Principal,
    plan_id: UUID,
    version: int,
    review_due_on: date,
    review_team_id: UUID,
    reviewer_id: UUID | Left | None = AS_IT_IS,
) -> CarePlan:
    """Say by when and by which team the plan is reviewed; what was agreed stays. Raises as `agree_plan` does."""
    plan = current_plan(by, plan_id)
    chosen = _reviewer(plan, reviewer_id, review_team_id)
    if (plan.review_due_on, plan.review_team_id, plan.reviewer_id) == (review_due_on, review_team_id, chosen):
        return plan
    fresh(plan, plan.version, version, "plan")
    check_review(by, plan, review_due_on, review_team_id)
    if plan.review_due_on != review_due_on:
        plan.review_told_at, plan.review_cause = None, ""
    plan.review_due_on, plan.review_team_id, plan.reviewer_id = review_due_on, review_team_id, chosen
    plan.save_changes("review_due_on", "review_team", "reviewer", "review_told_at", "review_cause")
    tell("plan.review_set", by, plan)
    return plan


@transaction.atomic
def fund_plan(*, by: Principal, plan_id: UUID, version: int, funding: str) -> CarePlan:
    """Say who pays for what is in the plan. Raises StaleVersion where somebody saved since."""
    plan, said = current_plan(by, plan_id), short(funding, "funding", MAX_FUNDING)
    if plan.funding == said:
        return plan
    fresh(plan, plan.version, version, "plan")
    plan.funding = said
    plan.save_changes("funding")
    tell("plan.funding_set", by, plan)
    return plan


@transaction.atomic
def move_plan(*, by: Principal, plan_id: UUID, verb: str, reason: str = "") -> CarePlan:
    """Move the plan along careplans/states.py.

    `activate` has the gate of domain.md 3.3: RuleError names what is missing. Raises IllegalMove for any
    other step.
    """
    plan = locked_plan.get(by, plan_id)
    before = plan.status
    target = PLAN.move(verb, before).target
    reason = reason_for(verb, reason)
    if verb == "activate":
        _check_gate(by, plan)
    plan.status = target
    if target in PLAN_ENDED:
        plan.ended_at, plan.ended_reason = clock.now(), reason
    plan.save_changes("status", "ended_at", "ended_reason")
    tell(f"plan.{PAST_TENSE[verb]}", by, plan, reason, before=before, after=target)
    return plan


def missing_for_activation(plan: CarePlan) -> tuple[str, ...]:
    """What the gate still asks for, to be shown with `listed`; empty when the plan can become active."""
    missing = []
    if plan.agreed_with_resident is None:
        missing.append("an agreement")
    if plan.review_due_on is None or plan.review_due_on <= clock.today():
        missing.append("a review date in the future")
    if plan.review_team_id is None:
        missing.append("a team that reviews it")
    return tuple(missing)


def listed(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _check_gate(by: Principal, plan: CarePlan) -> None:
    missing = missing_for_activation(plan)
    if missing:
        raise RuleError(f"Before it can be active, the plan needs {listed(missing)}.", code="gate_not_met")
    if plan.review_due_on and plan.review_team_id:
        check_review(by, plan, plan.review_due_on, plan.review_team_id)


def reviewed_by(reviewer_id: UUID | None, team_id: UUID | None) -> UUID | None:
    """Raises RuleError for somebody who is not in the team that reviews."""
    if reviewer_id and not (team_id and Membership.objects.in_team(team_id).filter(id=reviewer_id).exists()):
        raise RuleError("Choose somebody of the team that reviews it.", field="reviewer")
    return reviewer_id


def _reviewer(plan: CarePlan, chosen: UUID | Left | None, team_id: UUID | None) -> UUID | None:
    """Whoever was named stays, as long as the team does."""
    if chosen is AS_IT_IS:
        return plan.reviewer_id if team_id == plan.review_team_id else None
    return reviewed_by(chosen, team_id)


def check_review(by: Principal, plan: CarePlan, due_on: date, team_id: UUID) -> None:
    if due_on <= clock.today():
        raise RuleError("The review date must be in the future.", field="review_due_on")
    if due_on > clock.today() + LONGEST_REVIEW:
        raise RuleError("A plan is reviewed at least once a year: choose an earlier date.", field="review_due_on")
    if not _has_the_record(by, plan.resident_id, team_id):
        raise RuleError("Choose a team that has the record open.", field="review_team")
    if would_lose_sight(by, plan.resident_id, team_id):
        raise RuleError(STAYS_WITH_YOU, field="review_team", code="withheld")


def _has_the_record(by: Principal, resident_id: UUID, team_id: UUID) -> bool:
    return bool(_record_held(by, resident_id, team_id))


@prepared
def _record_held(by: Principal, resident_id: UUID, team_id: UUID) -> QuerySet[Relationship, UUID]:
    held = Relationship.objects.visible_to(by).open_at(clock.now())
    return held.filter(resident_id=resident_id, team_id=team_id, level=Level.RECORD).values_list("id", flat=True)[:1]


def tell(what: str, by: Principal, plan: CarePlan, reason: str = "", **detail: Any) -> None:
    audit.record(what, by=by, resident_id=plan.resident_id, about=("care_plan", plan.id), reason=reason, **detail)
    outbox.publish(what, about=("care_plan", plan.id), resident_id=plan.resident_id, team_id=plan.review_team_id)
