"""Restricting how to reach a resident, and lifting that."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from carecoord.errors import RuleError
from neighbourhoods.display.people import who_restricts
from neighbourhoods.forms.people import RestrictionForm
from neighbourhoods.frame import record_frame
from neighbourhoods.services.restrictions import (
    lead_team_of,
    lift_restriction,
    may_lift,
    may_restrict,
    restrict_resident,
)
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@for_members
def resident_restriction(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """For the lead team, to whom it is; everybody else reads whom to ring."""
    resident = seen_resident(request, resident_id, "people.viewed")
    is_restricted, lead = resident.is_restricted, lead_team_of(resident.id)
    is_theirs = may_lift(request.principal, lead) if is_restricted else may_restrict(request.principal, lead)
    form = RestrictionForm(request.POST or None)
    if request.method == "POST" and is_theirs and form.is_valid():
        write = lift_restriction if is_restricted else restrict_resident
        try:
            write(by=request.principal, resident_id=resident.id, reason=form.cleaned_data["reason"])
        except RuleError as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _done(resident.called, was_restricted=is_restricted))
            return redirect("resident_people", resident.id)
    context = {
        "resident": record_frame(request.principal, resident, "resident_people"),
        "is_restricted": is_restricted,
        "called": resident.called,
        "form": form if is_theirs else None,
        "whose": who_restricts(lead, is_restricted=is_restricted),
        "back": reverse("resident_people", args=[resident.id]),
    }
    is_refused = bool(form.errors) or (request.method == "POST" and not is_theirs)
    return render(request, "neighbourhoods/resident_restriction.html", context, status=422 if is_refused else 200)


def _done(called: str, *, was_restricted: bool) -> str:
    if was_restricted:
        return f"The restriction is lifted. Check how to reach {called}: it is as it was before."
    return f"How to reach {called} is shown nowhere from now on. The teams around them are told."


restriction_urls = [
    path("residents/<uuid:resident_id>/restriction/", resident_restriction, name="resident_restriction"),
]
