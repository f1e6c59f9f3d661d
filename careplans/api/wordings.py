"""Every wording of a section, which of them was an error, and what was typed and not chosen."""

from functools import reduce
from operator import or_
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from rest_framework.response import Response

from carecoord import audit
from carecoord.api.operations import operation
from carecoord.api.paging import page_of
from carecoord.api.problems import not_found
from careplans.api.mistakes import Mistake
from careplans.api.reviews import OfAPlan
from careplans.api.wording_shapes import SectionVersionShape, SetAsideShape
from careplans.headings import headings
from careplans.models import CarePlan, PlanSection, SectionVersion, SetAside
from careplans.models.aside import SetAsideQuerySet
from careplans.reading import AUTHOR
from careplans.services import enter_wording_in_error
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.principal import Principal


class SectionVersions(OfAPlan):
    shape = SectionVersionShape

    @operation("List the wordings of a section", page=SectionVersionShape)
    def get(self, _request: object, plan_id: UUID, key: str) -> Response:
        """The newest first; of a section that nobody has written, none."""
        plan = self.look(plan_id)
        if key not in headings() and not PlanSection.objects.visible_to(self.by).filter(care_plan=plan, key=key):
            raise not_found()
        versions = _seen(self.by).filter(section__care_plan=plan, section__key=key)
        return self.page_with(page_of(versions, self.request, order=("-number",)), SectionVersionShape)


class OneSectionVersion(Endpoint):
    shape = SectionVersionShape

    @operation("Read a wording of a section", answer=SectionVersionShape)
    def get(self, _request: object, version_id: UUID) -> Response:
        wording = _seen(self.by).filter(id=version_id).first()
        if wording is None:
            raise not_found()
        about = ("care_plan", wording.section.care_plan_id)
        key = wording.section.key
        audit.looked("plan.viewed", by=self.by, resident_id=wording.resident_id, about=about, section=key)
        return self.one(wording)


class SectionVersionInError(Endpoint):
    shape = SectionVersionShape

    @operation(
        "Say that a wording was an error",
        answer=SectionVersionShape,
        body=Mistake,
        problems=(404, 412, 422),
        examples={"usual": {"reason": "Written about somebody else"}},
    )
    def post(self, _request: object, version_id: UUID) -> Response:
        """It stays, struck out, and the wording before it stands in the plan again. Only the organisation that wrote it
        says so. If-Match is taken, and not asked for."""
        with transaction.atomic():
            wording = _seen(self.by).select_for_update(of=("self",)).filter(id=version_id).first()
            if wording is None:
                raise not_found()
            if self.names_a_version:
                self.require_match(wording)
            enter_wording_in_error(by=self.by, version_id=wording.id, reason=self.given["reason"])
        return self.one(_seen(self.by).get(id=version_id))


class SetAsides(OfAPlan):
    shape = SetAsideShape

    @operation("List what was typed in a care plan and not chosen", page=SetAsideShape)
    def get(self, _request: object, plan_id: UUID) -> Response:
        """The newest first, of every part of the plan."""
        aside = _of_plan(self.by, self.look(plan_id)).select_related(*AUTHOR)
        return self.page_with(page_of(aside, self.request, order=("-id",)), SetAsideShape)


def _seen(by: Principal) -> QuerySet[SectionVersion]:
    return SectionVersion.objects.visible_to(by).select_related("section", *AUTHOR)


def _of_plan(by: Principal, plan: CarePlan) -> SetAsideQuerySet:
    """Beside parts of this plan; an action need not be of any."""
    beside = ("section", "goal", "action", "stage__goal", "additional")
    return SetAside.objects.visible_to(by).filter(reduce(or_, (Q(**{f"{one}__care_plan": plan}) for one in beside)))
