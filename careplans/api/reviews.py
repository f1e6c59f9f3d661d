"""Reviews of a plan, as they were held."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from rest_framework.response import Response

from carecoord import audit, clock
from carecoord.api.operations import operation
from carecoord.api.paging import page_of
from carecoord.api.problems import not_found, refused
from careplans.api.plans import locked_plan
from careplans.api.review_shapes import NewPlanReview, PlanReviewShape, key_of
from careplans.display.reviews import points_of
from careplans.models import CarePlan, PlanReview
from careplans.reading import AUTHOR, plan_content
from careplans.services import Answer, hold_review
from neighbourhoods.api.endpoint import Endpoint

USUAL = {
    "took_part": "Sheila, her daughter Karen, and the district nurse",
    "points": [
        {"section": "most_important", "answer": "right"},
        {"section": "needs", "answer": "change", "note": "The stairs are harder now"},
    ],
    "review_due_on": "2027-03-01",
}


class OfAPlan(Endpoint):
    def look(self, plan_id: UUID) -> CarePlan:
        """Raises not_found for a plan out of sight."""
        plan = CarePlan.objects.visible_to(self.by).filter(id=plan_id).first()
        if plan is None:
            raise not_found()
        audit.looked("plan.viewed", by=self.by, resident_id=plan.resident_id, about=("care_plan", plan.id))
        return plan


class PlanReviews(OfAPlan):
    shape = PlanReviewShape

    @operation("List the reviews of a care plan", page=PlanReviewShape)
    def get(self, _request: object, plan_id: UUID) -> Response:
        """The latest first."""
        self.look(plan_id)
        reviews = PlanReview.objects.visible_to(self.by).filter(care_plan_id=plan_id).select_related(*AUTHOR)
        return self.page_with(page_of(reviews, self.request, order=("-held_on", "-id")), PlanReviewShape)

    @operation(
        "Write down a review that was held",
        answer=PlanReviewShape,
        status=201,
        body=NewPlanReview,
        problems=(404, 422),
        examples={"usual": USUAL},
    )
    def post(self, _request: object, plan_id: UUID) -> Response:
        """Of a plan that is active or on hold; sets by when and by whom it is reviewed next."""
        with transaction.atomic():
            plan = locked_plan(self.by, plan_id)
            given = self.given
            review = hold_review(
                by=self.by,
                plan_id=plan.id,
                version=plan.version,
                held_on=given.get("held_on") or clock.today(),
                took_part=given["took_part"],
                answers=self._answers(plan),
                review_due_on=given["review_due_on"],
                review_team_id=given.get("review_team") or plan.review_team_id or self.acting_team(),
                reviewer_id=given.get("reviewer"),
            )
        return self.one(review, at=reverse("api:plan_review", args=[review.id]))

    def _answers(self, plan: CarePlan) -> dict[str, Answer]:
        """By the parts of the plan as a review page goes through them. Raises for what is none, or stands twice."""
        content = plan_content(self.by, plan.resident_id)
        labels = {point.key: point.label for point in points_of(plan.resident, content)}
        answers: dict[str, Answer] = {}
        for said in self.given["points"]:
            key = key_of(said)
            if key not in labels or key in answers:
                raise _not_asked("twice" if key in answers else "not", said)
            answers[key] = Answer(labels[key], said["answer"], said.get("note", ""))
        return answers


class OnePlanReview(Endpoint):
    shape = PlanReviewShape

    @operation("Read a review of a care plan", answer=PlanReviewShape)
    def get(self, _request: object, review_id: UUID) -> Response:
        review = PlanReview.objects.visible_to(self.by).filter(id=review_id).select_related(*AUTHOR).first()
        if review is None:
            raise not_found()
        about = ("care_plan", review.care_plan_id)
        audit.looked("plan.viewed", by=self.by, resident_id=review.resident_id, about=about)
        return self.one(review)


def _not_asked(how: str, said: dict[str, Any]) -> Exception:
    part = said.get("section") or said.get("goal")
    sentence = "It stands there twice." if how == "twice" else "The plan asks no such part now."
    return refused(422, "refused", sentence, errors={"points": [f"{part}: {sentence}"]})
