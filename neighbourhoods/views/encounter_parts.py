"""What the pages of visits, calls and notes share."""

from typing import cast
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from carecoord.errors import RuleError
from carecoord.ui import forms
from carecoord.ui.components import Notice
from neighbourhoods.display.encounters import planning_notice
from neighbourhoods.encounters import planned_by_others
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Membership, Resident, Team
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest

Choices = list[tuple[str, str]]


def encounter_page(request: MemberRequest, name: str, resident: Resident, **context: object) -> HttpResponse:
    """A page inside the resident's record; 422 when a form on it was refused."""
    shown = [form for form in (context.get("form"), *_forms(context)) if isinstance(form, forms.Form)]
    frame = {
        "resident": record_frame(request.principal, resident, "resident_timeline"),
        "resident_id": resident.id,
        "called": resident.called,
        "back": reverse("resident_record", args=[resident.id]),
    }
    status = 422 if any(form.errors for form in shown) else 200
    return render(request, f"neighbourhoods/{name}.html", frame | context, status=status)


def refuse(form: forms.Form, problem: RuleError) -> None:
    """Put a service's sentence where the form can show it, and keep what was typed."""
    field = getattr(form, "shown_at", {}).get(problem.field, problem.field)
    form.add_error(field if field in form.fields else None, problem.sentence.rstrip("."))


def my_teams(principal: Principal) -> Choices:
    teams = Team.objects.filter(id__in=principal.team_ids, ended_at=None).order_by("name", "id")
    return [(str(team.id), team.name) for team in teams if team.holds_residents]


def people_of(principal: Principal, *also: Membership | None) -> Choices:
    """Everybody in my teams now, myself first, and whoever stands there already."""
    members = Membership.objects.live().filter(team_links__team_id__in=principal.team_ids)
    found = {one.id: one for one in members.select_related("user").order_by("user__name", "id").distinct()}
    found |= {one.id: one for one in also if one}
    mine = [one for one in found.values() if one.id == principal.membership_id]
    others = [one for one in found.values() if one.id != principal.membership_id]
    return [(str(one.id), f"{one.user.name}, {one.get_role_display()}") for one in (*mine, *others)]


def new_warning(principal: Principal, resident: Resident, form: forms.Form) -> Notice | None:
    """What others plan on the day of `at`, unless the reader has saved again after being shown exactly that."""
    mine = principal.organisation_id
    at = form.cleaned_data["at"]
    others = planned_by_others(principal, resident.id, at=at, organisation_id=mine) if mine else []
    shown = " ".join(str(one.id) for one in others)
    if not others or shown == form.cleaned_data["warned_of"]:
        return None
    form.data = {**cast("QueryDict", form.data).dict(), "warned_of": shown}
    return planning_notice(resident, others)


def id_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _forms(context: dict[str, object]) -> list[object]:
    several = context.get("forms")
    return several if isinstance(several, list) else []
