"""Care plans and their sections."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from rest_framework.response import Response

from carecoord import audit, clock
from carecoord.api.operations import operation
from carecoord.api.paging import Cursor, in_order, page_found, page_of
from carecoord.api.problems import not_found, refused
from carecoord.prepared import prepared_together
from careplans.api.moving import verb_to
from careplans.api.shapes import (
    CarePlanChange,
    CarePlanQuery,
    CarePlanShape,
    NewCarePlan,
    SectionChange,
    SectionShape,
)
from careplans.headings import heading_of, headings
from careplans.models import CarePlan, PlanSection
from careplans.models.plans import CarePlanQuerySet
from careplans.reading import AUTHOR
from careplans.services import (
    agree_plan,
    create_plan,
    fund_plan,
    missing_for_activation,
    move_plan,
    set_review,
    write_section,
)
from careplans.services.sections import section_id
from careplans.states import PLAN
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.models import Resident
from neighbourhoods.principal import Principal

# Of whom the client sees, with a plan or two each: fewer are read one by one.
FEW = 1_000
ORDER = ("-id",)
AGREEMENT = ("agreed_with_resident", "agreed_with", "agreed_on")
REVIEW = ("review_due_on", "review_team")
USUAL = {
    "resident": "0190a000-0000-7000-8000-000000000018",
    "about_me": {"most_important": "My garden and my sister's visits on Sundays."},
    "in_own_words": True,
    "agreed_with_resident": True,
    "review_due_on": "2027-03-01",
}


class PlanEndpoint(Endpoint):
    shape = CarePlanShape

    def set_facts(self, plan: CarePlan) -> CarePlan:
        """The agreement where any of it is given, else only by when and by whom the plan is reviewed."""
        if "funding" in self.given:
            plan = fund_plan(by=self.by, plan_id=plan.id, version=plan.version, funding=self.given["funding"])
        given = {name: value for name, value in self.given.items() if name in (*AGREEMENT, *REVIEW)}
        _refuse_emptying(plan, given)
        named = {"reviewer_id": self.given["reviewer"]} if "reviewer" in self.given else {}
        given = {name: value for name, value in given.items() if value is not None}
        if named and not given:
            given = {"review_due_on": plan.review_due_on, "review_team": plan.review_team_id}
            if None in given.values():
                raise _refused("reviewer", "Say by when the plan is reviewed, and by which team.")
        if not given:
            return plan
        due_on, team_id = given.get("review_due_on", plan.review_due_on), given.get("review_team", plan.review_team_id)
        if team_id and not due_on:
            raise _refused("review_due_on", "Say by when the plan is reviewed.")
        facts: dict[str, Any] = {
            "by": self.by,
            "plan_id": plan.id,
            "version": plan.version,
            "review_due_on": due_on,
            "review_team_id": team_id or (self.acting_team() if due_on else None),
            **named,
        }
        if not given.keys() & set(AGREEMENT):
            return set_review(**facts)
        return agree_plan(**facts, **_agreement(plan, given))


class CarePlans(PlanEndpoint):
    @operation("List care plans", page=CarePlanShape, query=CarePlanQuery)
    def get(self, _request: object) -> Response:
        """Plans of residents in relationship, ended ones too; the newest first."""
        resident_id = self.asked.get("resident")
        # Somebody named is looked up by name; of everybody, those of the client's teams are asked for first.
        if resident_id:
            page = page_found(
                lambda cursor, most: _plans_of(self.by, resident_id, cursor, most), self.request, order=ORDER
            )
        else:
            page = page_of(with_words(self.by).filter(self.own(FEW)), self.request, order=ORDER)
        if page.rows and resident_id:
            audit.looked("plan.viewed", by=self.by, resident_id=resident_id, about=("resident", resident_id))
        elif page.rows:
            audit.looked("plans.listed", by=self.by, residents=[row.resident_id for row in page.rows])
        return self.page_with(page, CarePlanShape)

    @operation(
        "Start a care plan",
        answer=CarePlanShape,
        status=201,
        body=NewCarePlan,
        problems=(404, 409, 422),
        examples={"with their own words": USUAL},
    )
    def post(self, _request: object) -> Response:
        """As a draft. A resident has one current plan: 409 `plan_exists` names it in `care_plan`."""
        given = self.given
        with transaction.atomic():
            resident = Resident.objects.select_for_update(no_key=True).visible_to(self.by).get(id=given["resident"])
            known = CarePlan.objects.visible_to(self.by).current().filter(resident=resident).first()
            if known:
                sentence = "There is a plan already: read it, and change what has to be changed."
                raise refused(409, "plan_exists", sentence, care_plan=str(known.id))
            plan = create_plan(by=self.by, resident_id=resident.id)
            self._write_words(plan)
            self.set_facts(plan)
        return self.one(with_words(self.by).get(id=plan.id), at=reverse("api:care_plan", args=[plan.id]))

    def _write_words(self, plan: CarePlan) -> None:
        given, own = self.given, self.given.get("in_own_words", False)
        rest = {key: given[key] for key in ("strengths", "needs") if key in given}
        for key, body in {**given.get("about_me", {}), **rest}.items():
            if body:
                is_own = own and heading_of(key).own_words
                write_section(by=self.by, plan_id=plan.id, key=key, body=body, in_own_words=is_own, version=0)


class OneCarePlan(PlanEndpoint):
    @operation("Read a care plan", answer=CarePlanShape)
    def get(self, _request: object, plan_id: UUID) -> Response:
        plan = with_words(self.by).filter(id=plan_id).first()
        if plan is None:
            raise not_found()
        audit.looked("plan.viewed", by=self.by, resident_id=plan.resident_id, about=("care_plan", plan.id))
        return self.one(plan)

    @operation(
        "Agree or move a care plan",
        answer=CarePlanShape,
        body=CarePlanChange,
        examples={
            "agreed": {"agreed_with_resident": True, "review_due_on": "2027-03-01"},
            "made active": {"status": "active"},
            "revoked": {"status": "revoked", "reason": "Moved away"},
        },
    )
    def patch(self, _request: object, plan_id: UUID) -> Response:
        """Names left out stay as they are. The words are changed section by section, at their own addresses.

        A plan becomes `active` once it is agreed and has a team that reviews it by a day to come.
        """
        with transaction.atomic():
            plan = locked_plan(self.by, plan_id)
            self.require_match(plan)
            plan = self.set_facts(plan)
            if (target := self.given.get("status", plan.status)) != plan.status:
                not_yet = {"activate"} if missing_for_activation(plan) else ()
                verb, reason = verb_to(PLAN, plan.status, target, not_yet=not_yet), self.given.get("reason", "")
                move_plan(by=self.by, plan_id=plan_id, verb=verb, reason=reason)
        return self.one(with_words(self.by).get(id=plan_id))


class OneSection(Endpoint):
    shape = SectionShape

    @operation("Read a section of a care plan", answer=SectionShape)
    def get(self, _request: object, plan_id: UUID, key: str) -> Response:
        """What nobody has written yet is empty, at version 0."""
        plan = CarePlan.objects.visible_to(self.by).filter(id=plan_id).first()
        if plan is None:
            raise not_found()
        audit.looked("plan.viewed", by=self.by, resident_id=plan.resident_id, about=("care_plan", plan.id), section=key)
        return self.one(_section(self.by, plan, key))

    @operation(
        "Write a section of a care plan",
        answer=SectionShape,
        body=SectionChange,
        examples={
            "their own words": {"body": "My garden.", "in_own_words": True},
            "one answer": {"answers": {"coordinator": "Joan Ellis, 01632 960100"}, "definition_version": 1},
        },
    )
    def patch(self, _request: object, plan_id: UUID, key: str) -> Response:
        """Every earlier wording is kept. Answers that are left out stay as they are; null takes one away."""
        with transaction.atomic():
            plan = locked_plan(self.by, plan_id)
            section = _section(self.by, plan, key)
            self.require_match(section)
            if self.given.get("in_own_words") and not heading_of(key).own_words:
                raise _refused("in_own_words", "Only what stands under About me is in the resident's own words.")
            write_section(
                by=self.by,
                plan_id=plan_id,
                key=key,
                body=self.given.get("body", section.body),
                in_own_words=self.given.get("in_own_words", section.in_own_words),
                answers=self.given.get("answers"),
                asked=self.given.get("definition_version"),
                version=section.version,
            )
        return self.one(_section(self.by, plan, key))


def with_words(by: Principal) -> CarePlanQuerySet:
    """Plans, and what stands in their sections in one statement more."""
    sections = Prefetch("sections", PlanSection.objects.visible_to(by))
    return CarePlan.objects.visible_to(by).prefetch_related(sections)


def _plans_of(by: Principal, resident_id: UUID, cursor: Cursor | None, most: int) -> list[CarePlan]:
    """Some of a resident's plans, and what stands in them, in one statement."""
    after = cursor and Cursor(cursor.is_back, (UUID(str(cursor.values[0])),))
    plans, sections = _written_of(by, resident_id, after, most)
    for plan in plans:
        own: Any = PlanSection.objects.none()
        own._result_cache = [section for section in sections if section.care_plan_id == plan.id]
        vars(plan)["_prefetched_objects_cache"] = {"sections": own}
    return plans


@prepared_together
def _written_of(by: Principal, resident_id: UUID, cursor: Cursor | None, most: int) -> tuple[QuerySet[Any], ...]:
    plans = CarePlan.objects.visible_to(by).filter(resident_id=resident_id)
    sections = PlanSection.objects.visible_to(by).filter(resident_id=resident_id)
    return in_order(plans, ORDER, cursor, most), sections


def locked_plan(by: Principal, plan_id: UUID) -> CarePlan:
    plan = CarePlan.objects.select_for_update(of=("self",)).visible_to(by).filter(id=plan_id).first()
    if plan is None:
        raise not_found()
    return plan


def _section(by: Principal, plan: CarePlan, key: str) -> PlanSection:
    sections = PlanSection.objects.visible_to(by).filter(care_plan=plan, key=key)
    found = sections.select_related(*AUTHOR).first()
    if found is None and key not in headings():
        raise not_found()
    return found or _unwritten(plan, key)


def _unwritten(plan: CarePlan, key: str) -> PlanSection:
    made, heading = plan.created_at, heading_of(key)
    return PlanSection(
        id=section_id(plan, key),
        care_plan=plan,
        resident_id=plan.resident_id,
        key=key,
        title=heading.title,
        definition_version=heading.version,
        created_at=made,
        updated_at=made,
        version=0,
    )


def _agreement(plan: CarePlan, given: Mapping[str, Any]) -> dict[str, Any]:
    with_resident = given.get("agreed_with_resident", plan.agreed_with_resident)
    if with_resident is None:
        raise _refused("agreed_with_resident", "Say whether the plan was agreed with the resident.")
    if with_resident and given.get("agreed_with"):
        raise _refused("agreed_with", "It was agreed with the resident: say that it was not, or leave this out.")
    is_new = with_resident != plan.agreed_with_resident or plan.agreed_on is None
    return {
        "agreed_with_resident": with_resident,
        "agreed_with": given.get("agreed_with", plan.agreed_with),
        "agreed_on": given.get("agreed_on") or (clock.today() if is_new else plan.agreed_on),
    }


def _refuse_emptying(plan: CarePlan, given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        if value is None and getattr(plan, name) is not None:
            raise _refused(name, "What was agreed is not taken back: agree it anew.")


def _refused(field: str, sentence: str) -> Exception:
    return refused(422, "refused", sentence, errors={field: [sentence]})
