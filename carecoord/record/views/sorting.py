"""The worklist of what came by import and has no team of its own yet."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from carecoord import audit
from carecoord.record.surroundings import surroundings
from carecoord.ui.components import Button, ItemRow, resident_line
from careplans.display import action_clock
from careplans.feeds import actions_to_sort
from careplans.models import Action
from neighbourhoods.web import MemberRequest, for_members

PAGE = 50


@for_members
def to_sort(request: MemberRequest) -> HttpResponse:
    """Fifty at a time: whoever sorts them takes them off the list."""
    if not surroundings(request).holding_teams:
        raise Http404("No team of yours that has residents")
    actions = list(actions_to_sort(request.principal)[: PAGE + 1])
    if actions:
        audit.looked("to_sort.viewed", by=request.principal, residents=[one.resident_id for one in actions[:PAGE]])
    context = {
        "rows": [_row(action) for action in actions[:PAGE]],
        "is_more": len(actions) > PAGE,
        "page_size": PAGE,
    }
    return render(request, "record/to_sort.html", context)


def _row(action: Action) -> ItemRow:
    resident, url = action.resident, reverse("action_detail", args=[action.id])
    return ItemRow(
        resident=resident_line(
            family_name=resident.family_name,
            given_name=resident.given_name,
            birth_date=resident.birth_date,
            nhs_number=resident.nhs_number,
            layout="line",
        ),
        clock=action_clock(action),
        title=action.title,
        url=url,
        button=Button("Sort", url, is_small=True, hidden=action.title),
    )
