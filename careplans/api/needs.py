"""Needs and strengths of a care plan, an entry each."""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from rest_framework.response import Response

from carecoord import audit
from carecoord.api.operations import operation
from carecoord.api.paging import page_of
from carecoord.api.problems import not_found
from careplans.api.moving import verb_to
from careplans.api.need_shapes import NeedChange, NeedShape, NewNeed
from careplans.models import CarePlan, Need
from careplans.reading import AUTHOR
from careplans.services import add_need, change_need, move_need
from careplans.states import NEED
from neighbourhoods.api.endpoint import Endpoint

FACTS = ("title", "in_own_words")


class Needs(Endpoint):
    shape = NeedShape

    @operation("List the needs and strengths of a care plan", page=NeedShape)
    def get(self, _request: object, plan_id: UUID) -> Response:
        """One by one, in the order in which they were added; what is written of them as one text are sections."""
        plan = CarePlan.objects.visible_to(self.by).filter(id=plan_id).first()
        if plan is None:
            raise not_found()
        audit.looked("plan.viewed", by=self.by, resident_id=plan.resident_id, about=("care_plan", plan.id))
        needs = Need.objects.visible_to(self.by).filter(care_plan_id=plan_id).select_related(*AUTHOR)
        return self.page_with(page_of(needs, self.request, order=("id",)), NeedShape)

    @operation(
        "Add a need or a strength",
        answer=NeedShape,
        status=201,
        body=NewNeed,
        problems=(404, 422),
        examples={"a need": {"kind": "need", "title": "Getting to the shop", "in_own_words": True}},
    )
    def post(self, _request: object, plan_id: UUID) -> Response:
        need = add_need(by=self.by, plan_id=plan_id, **self.given)
        return self.one(need, at=reverse("api:need", args=[need.id]))


class OneNeed(Endpoint):
    shape = NeedShape

    @operation("Read a need or a strength", answer=NeedShape)
    def get(self, _request: object, need_id: UUID) -> Response:
        need = Need.objects.visible_to(self.by).filter(id=need_id).select_related(*AUTHOR).first()
        if need is None:
            raise not_found()
        audit.looked("plan.viewed", by=self.by, resident_id=need.resident_id, about=("need", need.id))
        return self.one(need)

    @operation(
        "Change or move a need or a strength",
        answer=NeedShape,
        body=NeedChange,
        examples={"it holds no more": {"status": "ended", "reason": "Her son shops for her"}},
    )
    def patch(self, _request: object, need_id: UUID) -> Response:
        """Names left out stay as they are. `status` moves it, where `allowed_actions` leads there."""
        with transaction.atomic():
            found = Need.objects.select_for_update(of=("self",)).visible_to(self.by).filter(id=need_id)
            need = found.select_related(*AUTHOR).first()
            if need is None:
                raise not_found()
            self.require_match(need)
            facts = {name: self.given.get(name, getattr(need, name)) for name in FACTS}
            need = change_need(by=self.by, need_id=need_id, version=need.version, **facts)
            if (target := self.given.get("status", need.status)) != need.status:
                verb, reason = verb_to(NEED, need.status, target), self.given.get("reason", "")
                need = move_need(by=self.by, need_id=need_id, verb=verb, reason=reason)
        return self.one(need)
