"""How it went with a goal: reported on a day, and marked where that was an error."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from carecoord import clock
from carecoord.errors import RuleError, SentAlready
from carecoord.ids import new_id
from carecoord.ui.components import Link, Notice
from carecoord.ui.sent_already import as_another
from careplans import forms, services
from careplans.display.goals import outcome_row
from careplans.forms_goals import OutcomeForm
from careplans.models import DraftOf, GoalOutcome
from careplans.models.drafts import new_of
from careplans.reading import AUTHOR
from careplans.services import Slot
from careplans.views.common import page, refuse
from careplans.views.drafting import Drafting
from careplans.views.goals import goal_or_404
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@for_members
def outcome_new(request: MemberRequest, goal_id: UUID) -> HttpResponse:
    goal, resident = goal_or_404(request, goal_id)
    drafting = Drafting(request, Slot(resident.id, DraftOf.OUTCOME, new_of(goal.id)))
    initial = {"made": new_id(), "reported_on": clock.today()}
    form = drafting.form(OutcomeForm, initial=initial, called=resident.called)
    notice = None
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            services.report_outcome(by=request.principal, goal_id=goal.id, outcome_id=said.pop("made"), **said)
        except SentAlready as problem:
            notice = _sent_already(form, problem)
        except RuleError as problem:
            refuse(form, problem)
        else:
            drafting.saved()
            messages.success(request, "Saved: how it went with the goal.")
            return redirect("goal_detail", goal.id)
    drafting.keep()
    context = {"form": form, "goal": goal, "notice": notice, "draft": drafting.frame()}
    return page(request, "outcome_new", resident, context, refused=bool(form.errors))


@for_members
def outcome_error(request: MemberRequest, outcome_id: UUID) -> HttpResponse:
    """Saying that a report was an error, and why."""
    outcomes = GoalOutcome.objects.visible_to(request.principal).select_related("goal", *AUTHOR)
    outcome = outcomes.filter(id=outcome_id, error_at=None).first()
    if outcome is None:
        raise Http404("Nothing to mark")
    resident = seen_resident(request, outcome.resident_id, "goal.viewed")
    form = forms.ErrorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.enter_outcome_in_error(by=request.principal, outcome_id=outcome.id, **form.cleaned_data)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, "It is marked as entered in error. It stays, struck out.")
            return redirect("goal_detail", outcome.goal_id)
    context = {"form": form, "goal": outcome.goal, "outcome": outcome_row(request.principal, outcome)}
    return page(request, "outcome_error", resident, context, refused=bool(form.errors))


def _sent_already(form: OutcomeForm, problem: SentAlready) -> Notice | None:
    first = cast("GoalOutcome | None", problem.made)
    at = reverse("goal_detail", args=[first.goal_id]) if first else ""
    return as_another(form, "report", Link(first.get_extent_display(), at) if first else None)
