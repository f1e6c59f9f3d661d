"""Additional support plans of a care plan."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from rest_framework.response import Response

from carecoord import audit
from carecoord.api.operations import operation
from carecoord.api.paging import page_of
from carecoord.api.problems import not_found
from careplans.api.additional_shapes import AdditionalPlanChange, AdditionalPlanShape, NewAdditionalPlan
from careplans.api.mistakes import Mistake
from careplans.api.reviews import OfAPlan
from careplans.models import AdditionalPlan
from careplans.reading import AUTHOR
from careplans.services import add_additional_plan, change_additional_plan, enter_additional_plan_in_error
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.principal import Principal

FACTS = ("name", "content", "starts_on", "ends_on", "review_due_on", "reviewed_by")


class AdditionalPlans(OfAPlan):
    shape = AdditionalPlanShape

    @operation("List the additional plans of a care plan", page=AdditionalPlanShape)
    def get(self, _request: object, plan_id: UUID) -> Response:
        """In the order in which they were added, those that are over or were an error too."""
        self.look(plan_id)
        plans = _seen(self.by).filter(care_plan_id=plan_id)
        return self.page_with(page_of(plans, self.request, order=("id",)), AdditionalPlanShape)

    @operation(
        "Add an additional plan",
        answer=AdditionalPlanShape,
        status=201,
        body=NewAdditionalPlan,
        problems=(404, 422),
        examples={
            "usual": {
                "name": "Wound plan",
                "content": "Left heel: foam dressing, changed on Mondays and Thursdays.",
                "review_due_on": "2027-01-11",
                "reviewed_by": "Tissue viability nurses",
            }
        },
    )
    def post(self, _request: object, plan_id: UUID) -> Response:
        made = add_additional_plan(by=self.by, plan_id=plan_id, **self.given)
        return self.one(made, at=reverse("api:additional_plan", args=[made.id]))


class OneAdditionalPlan(Endpoint):
    shape = AdditionalPlanShape

    @operation("Read an additional plan", answer=AdditionalPlanShape)
    def get(self, _request: object, additional_id: UUID) -> Response:
        plan = _seen(self.by).filter(id=additional_id).first()
        if plan is None:
            raise not_found()
        about = ("additional_plan", plan.id)
        audit.looked("plan.viewed", by=self.by, resident_id=plan.resident_id, about=about)
        return self.one(plan)

    @operation(
        "Change or end an additional plan",
        answer=AdditionalPlanShape,
        body=AdditionalPlanChange,
        examples={
            "written anew": {"content": "Left heel: healed, watch the skin."},
            "ended": {"ends_on": "2027-01-11"},
        },
    )
    def patch(self, _request: object, additional_id: UUID) -> Response:
        """Names left out stay as they are. It is over from the day after `ends_on`."""
        with transaction.atomic():
            plan = _locked(self.by, additional_id)
            self.require_match(plan)
            facts = {name: self.given.get(name, getattr(plan, name)) for name in FACTS}
            plan = change_additional_plan(by=self.by, additional_plan_id=plan.id, version=plan.version, **facts)
        return self.one(plan)


class AdditionalPlanInError(Endpoint):
    shape = AdditionalPlanShape

    @operation(
        "Say that an additional plan was an error",
        answer=AdditionalPlanShape,
        body=Mistake,
        problems=(404, 412, 422),
        examples={"usual": {"reason": "Written about somebody else"}},
    )
    def post(self, _request: object, additional_id: UUID) -> Response:
        """It stays, struck out. Only the organisation that wrote it says so. If-Match is taken, and not asked for."""
        with transaction.atomic():
            plan = _locked(self.by, additional_id)
            if self.names_a_version:
                self.require_match(plan)
            reason = self.given["reason"]
            plan = enter_additional_plan_in_error(by=self.by, additional_plan_id=plan.id, reason=reason)
        return self.one(plan)


def _seen(by: Principal) -> QuerySet[AdditionalPlan]:
    return AdditionalPlan.objects.visible_to(by).select_related(*AUTHOR)


def _locked(by: Principal, additional_id: UUID) -> AdditionalPlan:
    plan = _seen(by).select_for_update(of=("self",)).filter(id=additional_id).first()
    if plan is None:
        raise not_found()
    return plan
