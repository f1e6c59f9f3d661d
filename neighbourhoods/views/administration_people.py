"""Administration: new people, and the roles that people act in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from carecoord.accounts.models import User
from carecoord.errors import RuleError
from neighbourhoods import administered, services
from neighbourhoods.administered import for_administrators
from neighbourhoods.forms.administration import MembershipForm, PersonForm, StaffForm, TeamsForm, staff_words
from neighbourhoods.forms.people import ReasonForm
from neighbourhoods.models import Organisation, Role, Team
from neighbourhoods.services.memberships import record_staff_facts
from neighbourhoods.views.administration_pages import (
    FormPage,
    attempted,
    back_to_organisation,
    back_to_person,
    invited,
    posted_version,
    show_form,
)
from neighbourhoods.web import MemberRequest


@for_administrators
def admin_new_person(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    organisation = administered.organisation_of(request.principal, organisation_id)
    form = PersonForm(request.POST or None, teams=_teams(organisation))
    membership = attempted(
        form,
        lambda: services.add_person(
            by=request.principal,
            organisation=organisation,
            email=form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            phone=form.cleaned_data["phone"],
            role=Role(form.cleaned_data["role"]),
            teams=form.chosen("teams"),
            leads=form.chosen("leads"),
        ),
    )
    if membership:
        messages.success(request, invited(membership.user))
        return redirect("admin_person", membership.user_id)
    sentence = "They get an email with a link to set their password. The privacy officers are told of the role."
    shown = FormPage(f"Add a person to {organisation.name}", "Add person", back_to_organisation(organisation), sentence)
    return show_form(request, form, shown)


@for_administrators
def admin_new_membership(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    organisation = administered.organisation_of(request.principal, organisation_id)
    first = {"email": request.GET.get("email", "")}
    form = MembershipForm(request.POST or None, teams=_teams(organisation), initial=first)
    membership = attempted(
        form,
        lambda: services.create_membership(
            by=request.principal,
            user_id=_holder_of(form.cleaned_data["email"]),
            organisation=organisation,
            role=Role(form.cleaned_data["role"]),
            teams=form.chosen("teams"),
            leads=form.chosen("leads"),
        ),
    )
    if membership:
        messages.success(request, f"{membership.user.name} acts as {membership} from now on.")
        return redirect("admin_person", membership.user_id)
    sentence = "For somebody who has an account. The privacy officers are told."
    shown = FormPage(f"Give a role in {organisation.name}", "Give role", back_to_organisation(organisation), sentence)
    return show_form(request, form, shown)


@for_administrators
def admin_change_membership(request: MemberRequest, membership_id: UUID) -> HttpResponse:
    membership = administered.membership_of(request.principal, membership_id)
    links = dict(membership.team_links.values_list("team_id", "is_lead"))
    first = {"teams": [str(team) for team in links], "leads": [str(team) for team, is_lead in links.items() if is_lead]}
    form = TeamsForm(request.POST or None, teams=_teams(membership.organisation, role=membership.role), initial=first)
    changed = attempted(
        form,
        lambda: services.set_membership_teams(
            by=request.principal,
            membership_id=membership.id,
            version=posted_version(request),
            teams=form.chosen("teams"),
            leads=form.chosen("leads"),
        ),
    )
    if changed:
        messages.success(request, f"{membership.user.name}'s teams are changed.")
        return redirect("admin_person", membership.user_id)
    heading = f"Teams of {membership.user.name}, {membership.get_role_display()}"
    shown = FormPage(heading, "Save", back_to_person(membership.user), version=membership.version)
    return show_form(request, form, shown)


@for_administrators
def admin_staff_facts(request: MemberRequest, membership_id: UUID) -> HttpResponse:
    membership = administered.membership_of(request.principal, membership_id)
    form = StaffForm(request.POST or None, initial=staff_words(membership))
    changed = attempted(
        form,
        lambda: record_staff_facts(
            by=request.principal, membership_id=membership.id, version=posted_version(request), facts=form.facts()
        ),
    )
    if changed:
        messages.success(request, "The change is saved.")
        return redirect("admin_person", membership.user_id)
    heading = f"Registration and training of {membership.user.name}, {membership.get_role_display()}"
    shown = FormPage(heading, "Save", back_to_person(membership.user), version=membership.version)
    return show_form(request, form, shown)


@for_administrators
def admin_end_membership(request: MemberRequest, membership_id: UUID) -> HttpResponse:
    membership = administered.membership_of(request.principal, membership_id)
    form = ReasonForm(request.POST or None)
    ended = attempted(
        form,
        lambda: services.end_membership(
            by=request.principal, membership_id=membership.id, reason=form.cleaned_data["reason"]
        ),
    )
    if ended:
        messages.success(request, f"{membership.user.name} no longer acts as {membership}.")
        return redirect("admin_organisation", membership.organisation_id)
    sentence = (
        "It opens nothing from their next click on. What they did stays in the record. What is still with them is "
        f"nobody's in particular in their teams, and the leads are told. {administered.work_left([membership])}"
    )
    heading = f"End the role of {membership.user.name}: {membership}"
    return show_form(
        request, form, FormPage(heading, "End this role", back_to_person(membership.user), sentence, tone="red")
    )


people_admin_urls = [
    path("admin/organisations/<uuid:organisation_id>/people/new/", admin_new_person, name="admin_new_person"),
    path("admin/organisations/<uuid:organisation_id>/roles/new/", admin_new_membership, name="admin_new_membership"),
    path("admin/roles/<uuid:membership_id>/", admin_change_membership, name="admin_change_membership"),
    path("admin/roles/<uuid:membership_id>/training/", admin_staff_facts, name="admin_staff_facts"),
    path("admin/roles/<uuid:membership_id>/end/", admin_end_membership, name="admin_end_membership"),
]


def _teams(organisation: Organisation, role: str = "") -> list[Team]:
    """The teams to choose from; those of one kind only where the role is known."""
    teams = list(Team.objects.filter(organisation=organisation, ended_at=None).order_by("name"))
    return [team for team in teams if not role or services.suits(Role(role), team)]


def _holder_of(email: str) -> UUID:
    user = User.objects.filter(email__iexact=email.strip(), is_service=False).first()
    if user is None:
        raise RuleError("No account has this address. Add the person instead.", field="email")
    return user.id
