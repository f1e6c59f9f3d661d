"""What a volunteer needs to visit somebody, and saying what became of a task."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from carecoord import audit, clock
from carecoord.errors import RuleError
from carecoord.record.display.visit import day_of_volunteer, visit_page
from carecoord.record.forms.visit import DONE, TaskForm
from carecoord.record.visiting import Visit, visit_to, volunteers_day
from careplans.models import Action
from careplans.services import move_action
from neighbourhoods.volunteering import is_volunteer
from neighbourhoods.web import MemberRequest, NotSeen, closed_page, for_members, seen_by


def day(request: MemberRequest) -> HttpResponse:
    """My day of somebody who acts as a volunteer."""
    content = volunteers_day(request.principal)
    if content.people:
        audit.looked("day.viewed", by=request.principal, residents=sorted(content.people))
    context = {"day": day_of_volunteer(content), "now": clock.now()}
    return render(request, "record/volunteer_day.html", context)


@for_members
def visit(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """For whoever acts for a team of volunteers that helps this resident; a volunteer is told why not, and everybody
    else is led to the record, or stopped there."""
    found = visit_to(request.principal, resident_id)
    if found:
        return _page(request, found, None, None)
    if is_volunteer(request.principal):
        return closed_page(request)
    if seen_by(request.principal, resident_id) is None:
        raise NotSeen(resident_id)
    return redirect("resident_record", resident_id)


@require_POST
@for_members
def visit_task(request: MemberRequest, resident_id: UUID, action_id: UUID) -> HttpResponse:
    """Done, or not possible and why; what the task had opened of the resident is closed with it."""
    ours = Action.objects.visible_to(request.principal).filter(accountable_team_id__in=request.principal.team_ids)
    if not ours.filter(id=action_id, resident_id=resident_id).exists():
        return _not_helped(request)
    form = TaskForm(request.POST)
    if form.is_valid():
        answer, reason = form.cleaned_data["answer"], form.cleaned_data["reason"]
        try:
            move_action(by=request.principal, action_id=action_id, verb=answer, reason=reason)
        except RuleError as problem:
            form.add_error("reason" if problem.field == "reason" else None, problem.sentence.rstrip("."))
        else:
            said = "Done. Thank you." if answer == DONE else "Saved. Whoever asked you can read why."
            messages.success(request, said)
            return redirect("my_day")
    found = visit_to(request.principal, resident_id)
    return _page(request, found, action_id, form) if found else _not_helped(request)


def _page(request: MemberRequest, found: Visit, answered: UUID | None, form: TaskForm | None) -> HttpResponse:
    page = visit_page(found)
    forms = [
        form if form and action.id == answered else TaskForm(prefix=None, auto_id=f"id_%s_{number}")
        for number, action in enumerate(found.tasks)
    ]
    context = {
        "resident": page.frame,
        "visit": page,
        "tasks": list(zip(page.tasks, forms, strict=True)),
        "forms": [form] if form else [],
    }
    return render(request, "record/visit.html", context, status=422 if form and form.errors else 200)


def _not_helped(request: MemberRequest) -> HttpResponse:
    if is_volunteer(request.principal):
        return closed_page(request)
    raise Http404("Nobody whom a team of volunteers of yours helps")
