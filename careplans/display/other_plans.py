"""Additional support plans as the plan shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.components import Link
from careplans.display.people import written
from careplans.models import AdditionalPlan


@dataclass(frozen=True)
class OtherPlan:
    """`error` says that it was entered in error, and why."""

    name: str
    second: str
    content: str
    by: str
    change: Link
    error: str = ""


def other_plan_rows(additional: Iterable[AdditionalPlan]) -> tuple[OtherPlan, ...]:
    return tuple(other_plan_row(one) for one in additional)


def is_over(plan: AdditionalPlan) -> bool:
    return plan.error_at is not None or (plan.ends_on is not None and plan.ends_on < clock.today())


def other_plan_facts(plan: AdditionalPlan) -> str:
    facts = [
        ", ".join(plan.categories),
        f"from {dates.day(plan.starts_on)}" if plan.starts_on else "",
        f"to {dates.day(plan.ends_on)}" if plan.ends_on else "",
        f"review by {dates.day(plan.review_due_on)}" if plan.review_due_on else "",
        f"looked at again by {plan.reviewed_by}" if plan.reviewed_by else "",
        f"{plan.source_status} there" if plan.source_status and plan.source else plan.source_status,
        f"from {plan.source}" if plan.source else "",
    ]
    return " · ".join(fact for fact in facts if fact)


def other_plan_row(plan: AdditionalPlan) -> OtherPlan:
    return OtherPlan(
        name=plan.name,
        second=other_plan_facts(plan),
        content=plan.content,
        by=written(plan.written_by, plan.updated_at, plan.written_by_name),
        change=Link("Change", reverse("additional_plan", args=[plan.id]), f"the plan {plan.name}"),
        error=f"Entered in error: {plan.error_reason}" if plan.error_at else "",
    )
