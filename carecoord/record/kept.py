"""What was sent just after a sign-in ran out: kept as a draft of the person whose sign-in it was (decision 0058)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from carecoord.errors import RuleError
from careplans.models import Action, AdditionalPlan, DraftOf, Goal, StageGoal
from careplans.models.drafts import new_of
from careplans.services import Slot, keep_draft
from careplans.views.drafting import opening_in, typed_in
from neighbourhoods.gate import NoSuchMembership, enter, scoped
from neighbourhoods.middleware import ACTING_AS
from neighbourhoods.principal import Principal

NEW: Final = {
    "goal_new": DraftOf.GOAL,
    "action_new": DraftOf.ACTION,
    "additional_new": DraftOf.ADDITIONAL,
    "plan_review": DraftOf.REVIEW,
}
THERE: Final[Mapping[str, tuple[DraftOf, Any, str]]] = {
    "goal_detail": (DraftOf.GOAL, Goal, "goal_id"),
    "action_detail": (DraftOf.ACTION, Action, "action_id"),
    "stage_detail": (DraftOf.STAGE, StageGoal, "stage_id"),
    "additional_plan": (DraftOf.ADDITIONAL, AdditionalPlan, "additional_id"),
}
OF_A_GOAL: Final = {"stage_new": DraftOf.STAGE, "outcome_new": DraftOf.OUTCOME}


def keep_what_was_sent(request: HttpRequest) -> bool:
    """As the membership in which it was typed, and nothing is read to anybody. False where that keeps no drafts."""
    acting_as = request.session.get(ACTING_AS)
    if not acting_as or "HX-Request" in request.headers:
        return False
    try:
        # No emergency of the sign-in that has ended is open to it.
        with scoped(), transaction.atomic():
            by = enter(UUID(str(request.user.pk)), UUID(str(acting_as)))
            slot = _slot(by, request.path)
            typed = typed_in(request.POST, slot.kind) if slot else {}
            if slot is None or not any(text.strip() for text in typed.values()):
                return False
            keep_draft(by=by, slot=slot, typed=typed, opening=opening_in(request.POST))
    except (NoSuchMembership, ObjectDoesNotExist, RuleError):
        return False
    return True


def _slot(by: Principal, path: str) -> Slot | None:
    """Where the form of this page is kept; None for a page whose form is not, or of somebody out of sight."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    name, named = match.url_name or "", match.kwargs
    if name == "section_edit":
        return Slot.named(named["resident_id"], DraftOf.SECTION, named["key"])
    if name in NEW:
        return Slot(named["resident_id"], NEW[name])
    if name in THERE:
        kind, model, key = THERE[name]
        row = model.objects.visible_to(by).filter(id=named[key]).first()
        return Slot(row.resident_id, kind, str(row.id)) if row else None
    if name in OF_A_GOAL:
        goal = Goal.objects.visible_to(by).filter(id=named["goal_id"]).first()
        return Slot(goal.resident_id, OF_A_GOAL[name], new_of(goal.id)) if goal else None
    return None
