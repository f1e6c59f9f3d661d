"""The plan page, its start, its agreement and its states."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from carecoord import clock
from carecoord.errors import RuleError
from carecoord.ui.components import Notice
from careplans import forms, services
from careplans.display.actions import ended_actions
from careplans.display.clashes import ClashField
from careplans.display.doers import name_doers
from careplans.display.doubles import doubles_in_plan
from careplans.display.plan import PlanPage, action_table, agreed_words, plan_page
from careplans.display.reviews import points_of, review_blocks
from careplans.doubles import doubles_of, with_what_is_right
from careplans.editing import editing_of
from careplans.models import CarePlan
from careplans.reading import PlanContent, plan_content
from careplans.services import Clash
from careplans.states import PLAN
from careplans.views.agreeing import clash_fields, take_over
from careplans.views.common import (
    back_to_plan,
    page,
    people_of,
    plan_or_404,
    refuse,
    refuse_stale,
    stale_notice,
    tell_refusal,
)
from neighbourhoods.authors import authors_of
from neighbourhoods.models import Level, Relationship, Resident, Team
from neighbourhoods.models.sharing import PLAN as PART
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members, seen_resident
from neighbourhoods.withheld import kept_notice


@for_members
def care_plan(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "plan.viewed")
    content = plan_content(request.principal, resident.id)
    name_doers(content.actions)
    loose = [action for action in content.actions if action.goal_id is None]
    context = {
        "plan": _plan(request, resident, content),
        "withheld": kept_notice(request.principal, resident.id, {PART}),
        "doubles": doubles_in_plan(
            request.principal, with_what_is_right(request.principal, doubles_of(content.actions))
        ),
        "loose": action_table(request.principal, "Actions without a goal", loose),
        "loose_ended": ended_actions(loose),
        "reviews": review_blocks(content.reviews, points_of(resident, content)),
    }
    return page(request, "care_plan", resident, context)


def _plan(request: MemberRequest, resident: Resident, content: PlanContent) -> PlanPage | None:
    if content.plan is None:
        return None
    authors = authors_of(goal.id for goal in content.goals)
    return plan_page(request.principal, resident, content.plan, content, authors, editing_of(resident.id))


@for_members
def plan_opened(request: MemberRequest, plan_id: UUID) -> HttpResponse:
    """From an alert, which names the plan, to the plan's page, which names the resident."""
    plan = CarePlan.objects.visible_to(request.principal).filter(id=plan_id).first()
    if plan is None:
        raise Http404("No plan of yours")
    return redirect("care_plan", plan.resident_id)


@require_POST
@for_members
def care_plan_start(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "plan.viewed")
    try:
        services.create_plan(by=request.principal, resident_id=resident.id)
    except RuleError as problem:
        tell_refusal(request, problem)
    else:
        messages.success(request, f"The plan is started, as a draft. Begin with what {resident.called} says matters.")
    return redirect("care_plan", resident.id)


@for_members
def care_plan_agree(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "plan.viewed")
    plan = plan_or_404(request.principal, resident)
    chosen_from = {
        "teams": teams_with_the_record(request.principal, resident),
        "people": people_of(*reviewing_teams(request.principal, plan)),
    }
    form = forms.AgreeForm(request.POST or None, initial=_agreement(plan), called=resident.called, **chosen_from)
    stale: Notice | None = None
    clashes: tuple[ClashField, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            services.agree_plan(by=request.principal, plan_id=plan.id, **_answers(form))
        except Clash as clash:
            take_over(form, clash)
            refuse_stale(form, clash, plan.version)
            stale, clashes = stale_notice(agreed_words(resident, plan)), clash_fields(clash, resident)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, "Saved: with whom the plan is agreed, and who reviews it by when.")
            return redirect("care_plan", resident.id)
    context = {"form": form, "stale": stale, "clashes": clashes}
    return page(request, "care_plan_agree", resident, context, refused=bool(form.errors))


@require_POST
@for_members
def care_plan_activate(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "plan.viewed")
    plan = plan_or_404(request.principal, resident)
    try:
        services.move_plan(by=request.principal, plan_id=plan.id, verb="activate")
    except RuleError as problem:
        tell_refusal(request, problem)
    else:
        messages.success(request, f"{resident.called}'s plan is active.")
    return redirect("care_plan", resident.id)


@for_members
def care_plan_state(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """Pause it, go on with it, or end it; becoming active has a button and a gate of its own."""
    resident = seen_resident(request, resident_id, "plan.viewed")
    plan = plan_or_404(request.principal, resident)
    verbs = forms.verbs_now(PLAN, plan.status, "activate")
    form = forms.MoveForm(request.POST or None, verbs=verbs, words=forms.PLAN_WORDS)
    if request.method == "POST" and form.is_valid():
        try:
            moved = services.move_plan(by=request.principal, plan_id=plan.id, **form.cleaned_data)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, f"The plan is now: {PLAN[moved.status].label.lower()}.")
            return back_to_plan(request, resident.id)
    context = {"form": form, "status": PLAN[plan.status].label}
    return page(request, "care_plan_state", resident, context, refused=bool(form.errors))


def reviewing_teams(by: Principal, plan: CarePlan) -> set[UUID]:
    """Of whom somebody may be named: one's own teams, and the one that reviews now."""
    return {*by.team_ids, *filter(None, [plan.review_team_id])}


def teams_with_the_record(principal: Principal, resident: Resident) -> list[tuple[str, str]]:
    """Who could review the plan: teams that have the record open now."""
    held = Relationship.objects.visible_to(principal).open_at(clock.now())
    held = held.filter(resident_id=resident.id, level=Level.RECORD, team_id=OuterRef("id"))
    teams = Team.objects.filter(Exists(held), ended_at=None).select_related("organisation").order_by("name")
    return [(str(team.id), f"{team.name}, {team.organisation.name}") for team in teams]


def _agreement(plan: CarePlan) -> dict[str, Any]:
    answer = {True: "yes", False: "no", None: None}[plan.agreed_with_resident]
    return {
        "agreed_with_resident": answer,
        "agreed_with": plan.agreed_with,
        "agreed_on": plan.agreed_on,
        "review_due_on": plan.review_due_on,
        "review_team": str(plan.review_team_id or ""),
        "reviewer": str(plan.reviewer_id or ""),
        "funding": plan.funding,
        "version": plan.version,
    }


def _answers(form: forms.AgreeForm) -> dict[str, Any]:
    answers = dict(form.cleaned_data)
    return answers | {"review_team_id": answers.pop("review_team"), "reviewer_id": answers.pop("reviewer")}
