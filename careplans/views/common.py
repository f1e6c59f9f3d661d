"""What the pages of this app share."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from carecoord.errors import RuleError, StaleVersion
from carecoord.ui.components import Notice
from careplans.display.people import author
from careplans.feeds import current_plan_of
from careplans.headings import Heading, heading_of, headings
from careplans.models import CarePlan
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Membership, Resident
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest

HOME = "/"


def page(
    request: MemberRequest, name: str, resident: Resident, context: dict[str, Any], *, refused: bool = False
) -> HttpResponse:
    """A page inside the resident's record; 422 when a form on it was refused."""
    frame = record_frame(request.principal, resident, "care_plan")
    called = {"resident": frame, "resident_id": resident.id, "called": resident.called}
    return render(request, f"careplans/{name}.html", called | context, status=422 if refused else 200)


def plan_or_404(principal: Principal, resident: Resident) -> CarePlan:
    plan = current_plan_of(principal, resident.id)
    if plan is None:
        raise Http404("No plan yet")
    return plan


def heading_or_404(key: str, *, is_known: bool = False) -> Heading:
    """`is_known`: somebody has written or typed it, whether or not it is asked any more."""
    if not is_known and key not in headings():
        raise Http404("No such section")
    return heading_of(key)


def refuse(form: forms.Form, problem: RuleError) -> None:
    """Put a service's sentence where the form can show it, and keep what was typed."""
    form.add_error(problem.field if problem.field in form.fields else None, problem.sentence.rstrip("."))


def refuse_stale(form: forms.Form, problem: StaleVersion, version: int) -> None:
    """Let the same form be saved again over what stands there now, which the page shows."""
    typed = form.data.dict() if isinstance(form.data, QueryDict) else form.data
    form.data = {**typed, "version": str(version)}
    form.add_error(None, f"{problem.sentence.rstrip('.')}: read what it says now, then save again")


def tell_refusal(request: MemberRequest, problem: RuleError) -> None:
    messages.warning(request, problem.sentence)


def back_to_plan(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """The plan, or home for whoever has just given up the last reason to see the record."""
    if Resident.objects.visible_to(request.principal).filter(id=resident_id).exists():
        return redirect("care_plan", resident_id)
    return redirect(HOME)


def stale_notice(saved: str) -> Notice:
    return Notice("amber", "While you were typing, somebody saved:", saved, icon="pencil", is_live=True)


def people_of(*team_ids: UUID) -> list[tuple[str, str]]:
    """Who can be asked to do something: everybody in these teams now, by name."""
    members = Membership.objects.live().filter(team_links__team_id__in=team_ids)
    named = members.select_related("user", "organisation").order_by("user__name", "id").distinct()
    return [(str(member.id), author(member)) for member in named]
