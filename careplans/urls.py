from django.urls import URLPattern, path

from careplans.views import (
    actions,
    drafts,
    goals,
    history,
    measures,
    outcomes,
    plans,
    reviews,
    sections,
    stages,
    versions,
)

urlpatterns: list[URLPattern] = [
    path("residents/<uuid:resident_id>/plan/", plans.care_plan, name="care_plan"),
    path("residents/<uuid:resident_id>/plan/start/", plans.care_plan_start, name="care_plan_start"),
    path("residents/<uuid:resident_id>/plan/agree/", plans.care_plan_agree, name="care_plan_agree"),
    path("residents/<uuid:resident_id>/plan/activate/", plans.care_plan_activate, name="care_plan_activate"),
    path("residents/<uuid:resident_id>/plan/review/", reviews.plan_review, name="plan_review"),
    path("residents/<uuid:resident_id>/plan/state/", plans.care_plan_state, name="care_plan_state"),
    path("residents/<uuid:resident_id>/plan/sections/<slug:key>/edit/", sections.section_edit, name="section_edit"),
    path(
        "residents/<uuid:resident_id>/plan/sections/<slug:key>/versions/",
        versions.section_versions,
        name="section_versions",
    ),
    path(
        "residents/<uuid:resident_id>/plan/sections/<slug:key>/versions/<int:number>/error/",
        versions.section_error,
        name="section_error",
    ),
    path(
        "residents/<uuid:resident_id>/plan/drafts/<slug:kind>/<slug:place>/keep/", drafts.draft_keep, name="draft_keep"
    ),
    path(
        "residents/<uuid:resident_id>/plan/drafts/<slug:kind>/<slug:place>/discard/",
        drafts.draft_discard,
        name="draft_discard",
    ),
    path("residents/<uuid:resident_id>/plan/goals/new/", goals.goal_new, name="goal_new"),
    path("residents/<uuid:resident_id>/measures/", measures.resident_measures, name="resident_measures"),
    path("residents/<uuid:resident_id>/measures/<str:measure>/new/", measures.measure_new, name="measure_new"),
    path("plans/<uuid:plan_id>/", plans.plan_opened, name="plan_opened"),
    path("goals/<uuid:goal_id>/", goals.goal_detail, name="goal_detail"),
    path("goals/<uuid:goal_id>/history/", history.goal_history, name="goal_history"),
    path("goals/<uuid:goal_id>/move/", goals.goal_move, name="goal_move"),
    path("goals/<uuid:goal_id>/steps/new/", stages.stage_new, name="stage_new"),
    path("goals/<uuid:goal_id>/outcomes/new/", outcomes.outcome_new, name="outcome_new"),
    path("steps/<uuid:stage_id>/", stages.stage_detail, name="stage_detail"),
    path("steps/<uuid:stage_id>/history/", history.stage_history, name="stage_history"),
    path("steps/<uuid:stage_id>/move/", stages.stage_move, name="stage_move"),
    path("outcomes/<uuid:outcome_id>/error/", outcomes.outcome_error, name="outcome_error"),
    path("residents/<uuid:resident_id>/actions/new/", actions.action_new, name="action_new"),
    path("actions/<uuid:action_id>/", actions.action_detail, name="action_detail"),
    path("actions/<uuid:action_id>/history/", history.action_history, name="action_history"),
    path("actions/<uuid:action_id>/move/", actions.action_move, name="action_move"),
    path("actions/<uuid:action_id>/sort/", actions.action_sort, name="action_sort"),
]
