"""The review meeting of a plan, part by part."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from carecoord import clock
from carecoord.errors import RuleError, SentAlready, StaleVersion
from carecoord.ids import new_id
from carecoord.ui.components import Notice
from careplans import services
from careplans.display.plan import agreed_words, forward_notice
from careplans.display.reviews import Point, points_of
from careplans.forms_reviews import NOTE, POINT, ReviewForm
from careplans.models import CarePlan, DraftOf
from careplans.reading import plan_content
from careplans.services import Slot
from careplans.services.meetings import REVIEWED
from careplans.views.common import page, people_of, plan_or_404, refuse, refuse_stale, stale_notice
from careplans.views.drafting import Drafting
from careplans.views.plans import reviewing_teams, teams_with_the_record
from neighbourhoods.models import Resident
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members, seen_resident

FOR_LATER = "later"


@for_members
def plan_review(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "plan.viewed")
    plan = plan_or_404(request.principal, resident)
    if plan.status not in REVIEWED:
        messages.warning(request, "Only a plan that is active is reviewed. Agree it, and make it active.")
        return redirect("care_plan", resident.id)
    points = points_of(resident, plan_content(request.principal, resident.id))
    drafting = Drafting(request, Slot(resident.id, DraftOf.REVIEW))
    form = _form(request.principal, resident, plan, points, drafting)
    stale: Notice | None = None
    is_for_later = FOR_LATER in request.POST
    if is_for_later and not any("\0" in str(text) for text in request.POST.values()):
        drafting.keep()
        messages.success(request, "Kept for later: what you ticked and wrote. The review is not saved yet.")
        return redirect("care_plan", resident.id)
    if request.method == "POST" and not is_for_later and form.is_valid():
        try:
            services.hold_review(by=request.principal, plan_id=plan.id, answers=form.answers, **_facts(form))
        except SentAlready:
            form.add_error(None, "You sent this form already. Go back to the plan to read the review")
        except StaleVersion as problem:
            refuse_stale(form, problem, plan.version)
            stale = stale_notice(agreed_words(resident, plan))
        except RuleError as problem:
            refuse(form, problem)
        else:
            drafting.saved()
            messages.success(request, "The review is saved, and the next one is set.")
            return redirect("care_plan", resident.id)
    drafting.keep()
    context = {
        "form": form,
        "points": [(point, form[f"{POINT}{point.key}"], form[f"{NOTE}{point.key}"]) for point in points],
        "rest": [form[name] for name in ("held_on", "took_part", "review_due_on", "review_team", "reviewer")],
        "hidden": form.hidden_fields(),
        "forward": forward_notice(plan),
        "stale": stale,
        "draft": drafting.frame(),
        "later": FOR_LATER,
    }
    return page(request, "plan_review", resident, context, refused=bool(form.errors))


def _form(
    by: Principal, resident: Resident, plan: CarePlan, points: tuple[Point, ...], drafting: Drafting
) -> ReviewForm:
    initial = {
        "held_on": clock.today(),
        "review_team": str(plan.review_team_id or ""),
        "reviewer": str(plan.reviewer_id or ""),
        "version": plan.version,
        "made": new_id(),
    }
    return drafting.form(
        ReviewForm,
        initial=initial,
        points=[(point.key, point.label) for point in points],
        called=resident.called,
        teams=teams_with_the_record(by, resident),
        people=people_of(*reviewing_teams(by, plan)),
    )


def _facts(form: ReviewForm) -> dict[str, Any]:
    said = form.cleaned_data
    return {name: said[name] for name in ("version", "held_on", "took_part", "review_due_on")} | {
        "review_team_id": said["review_team"],
        "reviewer_id": said["reviewer"],
        "review_id": said["made"],
    }
