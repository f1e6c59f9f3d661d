"""The review of a plan, as it was held; and what brings the next one forward."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError
from carecoord.ids import new_id
from carecoord.once import insert, made_before
from careplans.models import CarePlan, PlanReview, PlanSection
from careplans.services.plans import check_review, reviewed_by
from careplans.services.rules import author_name, current_plan, fresh, words
from careplans.triggers import TRIGGERS
from neighbourhoods import gate
from neighbourhoods.principal import Principal

MAX_TOOK_PART = 500
MAX_NOTE = 500
RIGHT, CHANGE = "right", "change"
# What the label of a point begins with in the answers, where the point is a section.
OF_SECTION = "s-"
REVIEWED = frozenset({"active", "on_hold"})


@dataclass(frozen=True)
class Answer:
    """Of one part of the plan, by its label of that day: still right, or needs changing."""

    label: str
    answer: Literal["right", "change"]
    note: str = ""


@transaction.atomic
def hold_review(
    *,
    by: Principal,
    plan_id: UUID,
    version: int,
    held_on: date,
    took_part: str,
    answers: Mapping[str, Answer],
    review_due_on: date,
    review_team_id: UUID,
    reviewer_id: UUID | None = None,
    review_id: UUID | None = None,
) -> PlanReview:
    """Write down a review that was held, and set the next. Whoever names a `review_id` may ask twice and gets one.

    Raises StaleVersion where somebody set the review anew since, RuleError with its field where an answer will not do.
    """
    plan = current_plan(by, plan_id)
    review = PlanReview(
        id=review_id or new_id(),
        care_plan=plan,
        resident_id=plan.resident_id,
        held_on=held_on,
        took_part=words(took_part, "took_part", "Say who took part.", MAX_TOOK_PART),
        answers={key: asdict(answer) for key, answer in answers.items()},
        next_due_on=review_due_on,
        written_by_id=by.membership_id,
        written_by_name=author_name(by),
    )
    mine = PlanReview.objects.visible_to(by).filter(care_plan=plan)
    if review_id and (made := made_before(review, mine, ("held_on", "took_part", "answers", "next_due_on"))):
        return made
    if plan.status not in REVIEWED:
        raise RuleError("Only a plan that is active is reviewed. Agree it first.", code="plan_not_active")
    fresh(plan, plan.version, version, "plan")
    if held_on > clock.today():
        raise RuleError("The day of the review must be today or earlier.", field="held_on")
    if not answers:
        raise RuleError("Say of at least one part of the plan whether it is still right.")
    check_review(by, plan, review_due_on, review_team_id)
    insert(review)
    _begin_clocks_anew(plan, answers)
    plan.reviewer_id = reviewed_by(reviewer_id, review_team_id)
    plan.review_due_on, plan.review_team_id = review_due_on, review_team_id
    plan.review_told_at, plan.review_cause = None, ""
    plan.save_changes("review_due_on", "review_team", "reviewer", "review_told_at", "review_cause")
    changes = sum(answer.answer == CHANGE for answer in answers.values())
    _tell("plan.reviewed", by, plan, review_id=review.id, to_be_changed=changes)
    return review


@transaction.atomic
def bring_review_forward(*, resident_id: UUID, cause: str, on: date) -> bool:
    """Have the plan reviewed within the days of `triggers.TRIGGERS`; False where it is due by then anyway.

    Workers only: sees all. Of what was reviewed since `on`, and asked again, nothing changes.
    """
    plans = CarePlan.objects.filter(resident_id=resident_id, status__in=REVIEWED, review_team__isnull=False)
    plan = plans.select_for_update(of=("self",)).select_related("review_team__organisation").first()
    due_on = max(on + TRIGGERS[cause].after, clock.today())
    if plan is None or plan.review_team is None or plan.review_due_on is None or plan.review_due_on <= due_on:
        return False
    if PlanReview.objects.filter(care_plan=plan, held_on__gte=on).exists():
        return False
    before = plan.review_due_on
    plan.review_due_on, plan.review_cause, plan.review_told_at = due_on, cause, None
    plan.save_changes("review_due_on", "review_cause", "review_told_at")
    _tell("plan.review_brought_forward", gate.team(plan.review_team), plan, before=before.isoformat(), cause=cause)
    return True


def _begin_clocks_anew(plan: CarePlan, answers: Mapping[str, Answer]) -> None:
    """Of sections that were found still right."""
    right = [key.removeprefix(OF_SECTION) for key, said in answers.items() if said.answer == RIGHT]
    PlanSection.objects.filter(care_plan=plan, key__in=right).update(looked_at=clock.now(), told_at=None)


def _tell(what: str, by: Principal, plan: CarePlan, **detail: Any) -> None:
    about = ("care_plan", plan.id)
    audit.record(what, by=by, resident_id=plan.resident_id, about=about, **detail)
    outbox.publish(what, about=about, resident_id=plan.resident_id, team_id=plan.review_team_id)
