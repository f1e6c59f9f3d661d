"""Addresses of plans, goals and actions."""

from django.urls import path

from careplans.api import (
    actions,
    additional,
    attachments,
    doubles,
    goals,
    measures,
    needs,
    options,
    plans,
    reviews,
    stages,
    wordings,
)

urlpatterns = [
    path("care-plans/", plans.CarePlans.as_view(), name="care_plans"),
    path("care-plans/<uuid:plan_id>/", plans.OneCarePlan.as_view(), name="care_plan"),
    path("care-plans/<uuid:plan_id>/sections/<slug:key>/", plans.OneSection.as_view(), name="section"),
    path(
        "care-plans/<uuid:plan_id>/sections/<slug:key>/versions/",
        wordings.SectionVersions.as_view(),
        name="section_versions",
    ),
    path("section-versions/<uuid:version_id>/", wordings.OneSectionVersion.as_view(), name="section_version"),
    path(
        "section-versions/<uuid:version_id>/enter-in-error/",
        wordings.SectionVersionInError.as_view(),
        name="section_version_in_error",
    ),
    path("care-plans/<uuid:plan_id>/set-aside/", wordings.SetAsides.as_view(), name="set_aside"),
    path("care-plans/<uuid:plan_id>/reviews/", reviews.PlanReviews.as_view(), name="plan_reviews"),
    path("plan-reviews/<uuid:review_id>/", reviews.OnePlanReview.as_view(), name="plan_review"),
    path("care-plans/<uuid:plan_id>/additional-plans/", additional.AdditionalPlans.as_view(), name="additional_plans"),
    path("additional-plans/<uuid:additional_id>/", additional.OneAdditionalPlan.as_view(), name="additional_plan"),
    path(
        "additional-plans/<uuid:additional_id>/enter-in-error/",
        additional.AdditionalPlanInError.as_view(),
        name="additional_plan_in_error",
    ),
    path("care-plans/<uuid:plan_id>/goals/", goals.Goals.as_view(), name="goals"),
    path("care-plans/<uuid:plan_id>/needs/", needs.Needs.as_view(), name="needs"),
    path("needs/<uuid:need_id>/", needs.OneNeed.as_view(), name="need"),
    path("care-plans/<uuid:plan_id>/options/", options.Options.as_view(), name="options"),
    path("options/<uuid:option_id>/", options.OneOption.as_view(), name="option"),
    path("care-plans/<uuid:plan_id>/attachments/", attachments.Attachments.as_view(), name="attachments"),
    path("attachments/<uuid:attachment_id>/", attachments.OneAttachment.as_view(), name="attachment"),
    path("attachments/<uuid:attachment_id>/content/", attachments.OneContent.as_view(), name="attachment_content"),
    path("goals/<uuid:goal_id>/", goals.OneGoal.as_view(), name="goal"),
    path("goals/<uuid:goal_id>/stage-goals/", stages.StageGoals.as_view(), name="stage_goals"),
    path("stage-goals/<uuid:stage_id>/", stages.OneStageGoal.as_view(), name="stage_goal"),
    path("goals/<uuid:goal_id>/outcomes/", stages.GoalOutcomes.as_view(), name="goal_outcomes"),
    path("goal-outcomes/<uuid:outcome_id>/", stages.OneGoalOutcome.as_view(), name="goal_outcome"),
    path("residents/<uuid:resident_id>/measures/", measures.Measures.as_view(), name="measures"),
    path(
        "goal-outcomes/<uuid:outcome_id>/enter-in-error/",
        stages.GoalOutcomeInError.as_view(),
        name="goal_outcome_in_error",
    ),
    path("actions/", actions.Actions.as_view(), name="actions"),
    path("actions/<uuid:action_id>/", actions.OneAction.as_view(), name="action"),
    path("actions/<uuid:action_id>/doubles/", doubles.Doubles.as_view(), name="doubles"),
    path("actions/<uuid:action_id>/complete/", actions.CompleteAction.as_view(), name="complete_action"),
]
