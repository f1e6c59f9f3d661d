"""What was offered for the goals and needs of a plan, and what was chosen."""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from rest_framework.response import Response

from carecoord import audit
from carecoord.api.operations import operation
from carecoord.api.paging import page_of
from carecoord.api.problems import not_found
from carecoord.errors import RuleError
from careplans.api.moving import verb_to
from careplans.api.option_shapes import NewOption, OptionChange, OptionShape
from careplans.models import CarePlan, Option
from careplans.services import decide_option, offer_option
from careplans.states import OPTION
from neighbourhoods.api.endpoint import Endpoint


class Options(Endpoint):
    shape = OptionShape

    @operation("List what was offered in a care plan", page=OptionShape)
    def get(self, _request: object, plan_id: UUID) -> Response:
        """In the order in which it was offered, what was declined too."""
        plan = CarePlan.objects.visible_to(self.by).filter(id=plan_id).first()
        if plan is None:
            raise not_found()
        audit.looked("plan.viewed", by=self.by, resident_id=plan.resident_id, about=("care_plan", plan.id))
        options = Option.objects.visible_to(self.by).filter(care_plan_id=plan_id)
        return self.page_with(page_of(options, self.request, order=("id",)), OptionShape)

    @operation(
        "Offer an option",
        answer=OptionShape,
        status=201,
        body=NewOption,
        problems=(404, 422),
        examples={"for a need": {"title": "A walking group on Tuesdays", "need": "Company"}},
    )
    def post(self, _request: object, plan_id: UUID) -> Response:
        """For a goal of the plan, or for a need in words. Its words never change."""
        given = {"goal_id" if name == "goal" else name: value for name, value in self.given.items()}
        option = offer_option(by=self.by, plan_id=plan_id, **given)
        return self.one(option, at=reverse("api:option", args=[option.id]))


class OneOption(Endpoint):
    shape = OptionShape

    @operation("Read an option", answer=OptionShape)
    def get(self, _request: object, option_id: UUID) -> Response:
        option = Option.objects.visible_to(self.by).filter(id=option_id).first()
        if option is None:
            raise not_found()
        audit.looked("plan.viewed", by=self.by, resident_id=option.resident_id, about=("option", option.id))
        return self.one(option)

    @operation(
        "Say what became of an option",
        answer=OptionShape,
        body=OptionChange,
        examples={"chosen": {"status": "chosen"}, "declined": {"status": "declined", "why": "Too early in the day"}},
    )
    def patch(self, _request: object, option_id: UUID) -> Response:
        """Moves it, where `allowed_actions` leads there. What stood there before is kept in its history."""
        with transaction.atomic():
            option = Option.objects.select_for_update(of=("self",)).visible_to(self.by).filter(id=option_id).first()
            if option is None:
                raise not_found()
            self.require_match(option)
            said = dict(self.given)
            if (target := said.pop("status", option.status)) != option.status:
                verb = verb_to(OPTION, option.status, target)
                option = decide_option(by=self.by, option_id=option_id, version=option.version, verb=verb, **said)
            elif any(said.values()):
                raise RuleError("Say what became of it: send its new status too.", field="status")
        return self.one(option)
