"""Opening what is sealed with a reason."""

from collections.abc import Container
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from carecoord.errors import RuleError
from carecoord.ui import dates
from neighbourhoods.definitions import SEALS
from neighbourhoods.forms.seals import OpenSealForm
from neighbourhoods.middleware import sign_in_of
from neighbourhoods.models import EmergencyGround, Seal
from neighbourhoods.principal import Principal
from neighbourhoods.services import break_seal
from neighbourhoods.views.encounter_parts import my_teams, refuse
from neighbourhoods.views.entry_parts import entry_page
from neighbourhoods.web import MemberRequest, for_members, not_for_this_role, seen_resident

ASK = "Ask the team that wrote them: all that is recorded about the resident says which, and how to ring it."


def seals_to_open(principal: Principal) -> Container[str]:
    return set(Seal.objects.filter(may_open__contains=[principal.role]).values_list("key", flat=True))


@for_members
def seal_open(request: MemberRequest, resident_id: UUID, seal: str) -> HttpResponse:
    """For roles that may: a ground and words, and it is open for eight hours."""
    principal, sign_in = request.principal, sign_in_of(request)
    if seal not in SEALS or sign_in is None:
        raise Http404("No such seal")
    if seal not in seals_to_open(principal):
        return not_for_this_role(request, resident_id, "Your role does not open restricted entries.", ASK)
    resident = seen_resident(request, resident_id, "entries.viewed")
    form = OpenSealForm(request.POST if request.method == "POST" else None, teams=my_teams(principal))
    if request.method == "POST" and form.is_valid():
        try:
            opened = break_seal(
                by=principal,
                resident_id=resident.id,
                team_id=form.cleaned_data.get("team") or principal.team_ids[0],
                seal=seal,
                ground=EmergencyGround(form.cleaned_data["ground"]),
                words=form.cleaned_data["words"],
                sign_in=sign_in,
            )
        except RuleError as problem:
            refuse(form, problem)
        else:
            until = dates.time_of_day(opened.until)
            messages.success(request, f"Recorded. You can read them until {until}. A privacy officer reviews it.")
            return redirect("resident_entries", resident.id)
    return entry_page(request, "seal_open", resident, form=form, title=SEALS[seal])


seal_urls = [
    path("residents/<uuid:resident_id>/record/restricted/<str:seal>/", seal_open, name="seal_open"),
]
