"""My day: who is waiting for me, what changed, what do I do next."""

from django.http import HttpResponse
from django.shortcuts import render

from carecoord import audit, clock
from carecoord.record.day import content_of, due_soon, is_quiet, next_action
from carecoord.record.display.day import day_of
from carecoord.record.views import visit
from carecoord.record.waiting import surroundings, waiting
from neighbourhoods.volunteering import is_volunteer
from neighbourhoods.web import MemberRequest, for_members


@for_members
def my_day(request: MemberRequest) -> HttpResponse:
    if is_volunteer(request.principal):
        return visit.day(request)
    principal, counted = request.principal, waiting(request, due_soon())
    content = content_of(principal, counted, request.path)
    upcoming = next_action(principal) if is_quiet(counted, content) else None
    residents = content.residents | ({upcoming.resident_id} if upcoming else set())
    if residents:
        audit.looked("day.viewed", by=principal, residents=sorted(residents))
    day = day_of(principal, surroundings(request).teams, counted, content, upcoming)
    return render(request, "record/my_day.html", {"day": day, "now": clock.now()})
