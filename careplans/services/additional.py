"""Additional support plans: wound, discharge, or one from another system (domain.md 2.6)."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError
from carecoord.ids import new_id
from carecoord.once import insert, made_before
from careplans.models import AdditionalPlan
from careplans.services.clashes import facts_of, joined
from careplans.services.mistakes import refuse_others
from careplans.services.rules import (
    AS_IT_IS,
    Left,
    author_name,
    current_plan,
    plain,
    reason_for,
    said,
    short,
    words,
)
from neighbourhoods.principal import Principal

MAX_NAME = 200
MAX_CONTENT = 40_000
MAX_REVIEWED_BY = 150
NO_NAME = "Enter the plan's name."


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
    reviewed_by: str = "",
    source: str = "",
    additional_plan_id: UUID | None = None,
) -> AdditionalPlan:
    """Add one to the shared plan. `source` names the other system, `source_status` its state there.

    Whoever names an `additional_plan_id` may ask twice and gets one.
    """
    plan = current_plan(by, plan_id)
    additional = AdditionalPlan(
        id=additional_plan_id or new_id(),
        care_plan=plan,
        resident_id=plan.resident_id,
        name=words(name, "name", NO_NAME, MAX_NAME),
        content=plain(content),
        categories=list(categories),
        source_status=source_status,
        starts_on=starts_on,
        ends_on=ends_on,
        review_due_on=review_due_on,
        reviewed_by=short(reviewed_by, "reviewed_by", MAX_REVIEWED_BY),
        source=source,
        written_by_id=by.membership_id,
        written_by_name=author_name(by),
    )
    mine = AdditionalPlan.objects.visible_to(by).filter(care_plan=plan)
    if additional_plan_id and (made := made_before(additional, mine, ("name", "content"))):
        return made
    insert(additional)
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
    starts_on: date | None,
    ends_on: date | None,
    review_due_on: date | None,
    reviewed_by: str | Left = AS_IT_IS,
    categories: Sequence[str] | Left = AS_IT_IS,
    source_status: str | Left = AS_IT_IS,
) -> AdditionalPlan:
    """Write it anew, with what others changed elsewhere in it since `version` was read.

    Raises Clash, a StaleVersion, where they changed the same.
    """
    additional = _locked(by, additional_plan_id)
    typed = said(
        name=words(name, "name", NO_NAME, MAX_NAME),
        content=plain(content),
        categories=categories if categories is AS_IT_IS else list(categories),
        source_status=source_status,
        starts_on=starts_on,
        ends_on=ends_on,
        review_due_on=review_due_on,
        reviewed_by=reviewed_by if reviewed_by is AS_IT_IS else short(reviewed_by, "reviewed_by", MAX_REVIEWED_BY),
    )
    if facts_of(additional, typed) == typed:
        return additional
    after = joined(additional, version, typed, "plan")
    changed = [field for field, value in after.items() if getattr(additional, field) != value]
    if not changed:
        return additional
    if additional.error_at:
        raise RuleError("This was entered in error. Add a new one.", code="additional_plan_in_error")
    for field in changed:
        setattr(additional, field, after[field])
    additional.written_by_id, additional.written_by_name = by.membership_id, author_name(by)
    additional.save_changes(*changed, "written_by", "written_by_name")
    _tell("additional_plan.changed", by, additional, fields=changed)
    return additional


@transaction.atomic
def enter_additional_plan_in_error(*, by: Principal, additional_plan_id: UUID, reason: str) -> AdditionalPlan:
    """Say that it was a mistake. It stays, struck out. Raises NotYours for what another organisation wrote."""
    additional = _locked(by, additional_plan_id)
    reason = reason_for("enter_in_error", reason)
    if additional.error_at:
        raise RuleError("This is marked as entered in error already.", code="error_already")
    refuse_others(by, additional, "additional_plan.added", ("additional_plan", additional.id))
    additional.error_at, additional.error_reason = clock.now(), reason
    additional.save_changes("error_at", "error_reason")
    _tell("additional_plan.entered_in_error", by, additional, reason)
    return additional


def _locked(by: Principal, additional_plan_id: UUID) -> AdditionalPlan:
    found = AdditionalPlan.objects.select_for_update(of=("self",)).visible_to(by)
    return found.select_related("written_by").get(id=additional_plan_id)


def _tell(what: str, by: Principal, additional: AdditionalPlan, reason: str = "", **detail: Any) -> None:
    about, resident_id = ("additional_plan", additional.id), additional.resident_id
    audit.record(what, by=by, resident_id=resident_id, about=about, reason=reason, **detail)
    outbox.publish(what, about=about, resident_id=resident_id, plan_id=additional.care_plan_id)
