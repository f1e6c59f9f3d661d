"""Additional support plans: wound, discharge, or one from another system (domain.md 2.6)."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from carecoord import audit, outbox
from careplans.models import AdditionalPlan
from careplans.services.rules import current_plan, fresh, plain, words
from neighbourhoods.principal import Principal

MAX_NAME = 200


@transaction.atomic
def add_additional_plan(
    *,
    by: Principal,
    plan_id: UUID,
    name: str,
    content: str,
    categories: Sequence[str] = (),
    source_status: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    review_due_on: date | None = None,
    source: str = "",
) -> AdditionalPlan:
    """Add one to the shared plan. `source` names the other system, `source_status` its state there."""
    plan = current_plan(by, plan_id)
    additional = AdditionalPlan(
        care_plan=plan,
        resident_id=plan.resident_id,
        name=words(name, "name", "Enter the plan's name.", MAX_NAME),
        content=plain(content),
        categories=list(categories),
        source_status=source_status,
        starts_on=starts_on,
        ends_on=ends_on,
        review_due_on=review_due_on,
        source=source,
        written_by_id=by.membership_id,
    )
    additional.save(force_insert=True)
    _tell("additional_plan.added", by, additional)
    return additional


@transaction.atomic
def change_additional_plan(
    *,
    by: Principal,
    additional_plan_id: UUID,
    version: int,
    name: str,
    content: str,
    categories: Sequence[str] = (),
    source_status: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    review_due_on: date | None = None,
) -> AdditionalPlan:
    """Write it anew; what is the same changes nothing. Raises StaleVersion where somebody saved since."""
    additional = AdditionalPlan.objects.select_for_update().visible_to(by).get(id=additional_plan_id)
    after = {
        "name": words(name, "name", "Enter the plan's name.", MAX_NAME),
        "content": plain(content),
        "categories": list(categories),
        "source_status": source_status,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "review_due_on": review_due_on,
    }
    changed = [field for field, value in after.items() if getattr(additional, field) != value]
    if not changed:
        return additional
    fresh(additional, additional.version, version, "plan")
    for field in changed:
        setattr(additional, field, after[field])
    additional.written_by_id = by.membership_id
    additional.save_changes(*changed, "written_by")
    _tell("additional_plan.changed", by, additional, fields=changed)
    return additional


def _tell(what: str, by: Principal, additional: AdditionalPlan, **detail: Any) -> None:
    about, resident_id = ("additional_plan", additional.id), additional.resident_id
    audit.record(what, by=by, resident_id=resident_id, about=about, **detail)
    outbox.publish(what, about=about, resident_id=resident_id, plan_id=additional.care_plan_id)
