"""Find a resident. The words are posted: nothing personal ever stands in an address."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from carecoord.record.display.find import results_of, rows_of
from carecoord.record.finding import find as find_residents
from carecoord.record.finding import suggest
from carecoord.record.forms import FindForm
from carecoord.record.typed import Typed, read
from carecoord.record.waiting import surroundings
from neighbourhoods.web import MemberRequest, for_members


@for_members
def find(request: MemberRequest) -> HttpResponse:
    form = FindForm(request.POST if request.method == "POST" else None)
    results = None
    if form.is_bound and form.is_valid():
        typed: Typed = form.cleaned_data["q"]
        results = results_of(find_residents(request.principal, typed), typed)
    context = {
        "form": form,
        "results": results,
        "place": surroundings(request).place_name,
        "register_url": reverse("resident_new") if surroundings(request).holding_teams else "",
    }
    return render(request, "record/find.html", context, status=422 if form.errors else 200)


@require_POST
@for_members
def find_typing(request: MemberRequest) -> HttpResponse:
    """A few of one's own below the box, while somebody types; without a script nobody asks for it."""
    if not request.htmx:
        return redirect("find")
    matches = suggest(request.principal, read(request.POST.get("q", "")))
    return render(request, "record/find_typing.html", {"found": rows_of(matches)})
