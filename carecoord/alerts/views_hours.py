"""When messages reach whoever is signed in: their own quiet hours and digest."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from carecoord.alerts.budget import Digest
from carecoord.alerts.forms import HoursForm
from carecoord.alerts.hours import hours_of, set_hours
from neighbourhoods.views.administration_pages import attempted
from neighbourhoods.web import MemberRequest, for_members


@for_members
def message_hours(request: MemberRequest) -> HttpResponse:
    by = request.principal
    form = HoursForm(request.POST or None, hours=hours_of(by.actor_id))
    if attempted(form, lambda: set_hours(by=by, **form.cleaned_data | {"digest": Digest(form.cleaned_data["digest"])})):
        messages.success(request, "Saved. It holds for every role of yours, from the next message on.")
        return redirect("message_hours")
    return render(request, "alerts/message_hours.html", {"form": form}, status=422 if form.errors else 200)
