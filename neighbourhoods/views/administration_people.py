"""Administration: people, and the roles that they act in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from carecoord import clock
from carecoord.accounts.invitations import invitation_ends_at, mail_is_set_up
from carecoord.accounts.models import User
from carecoord.accounts.services import has_second_factor
from carecoord.errors import RuleError
from carecoord.ui import dates
from carecoord.ui.components import DefinitionRows, Link, Row
from neighbourhoods import administered, services
from neighbourhoods.administered import for_administrators
from neighbourhoods.forms.administration import MembershipForm, PersonForm, TeamsForm
from neighbourhoods.forms.people import ReasonForm
from neighbourhoods.models import Organisation, Role, Team
from neighbourhoods.views.administration_pages import FormPage, attempted, posted_version, show_form
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
        messages.success(request, _invited(membership.user))
        return redirect("admin_person", membership.user_id)
    sentence = "They get an email with a link to set their password. The privacy officers are told of the role."
    shown = FormPage(f"Add a person to {organisation.name}", "Add person", _back(organisation), sentence)
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
    shown = FormPage(f"Give a role in {organisation.name}", "Give role", _back(organisation), sentence)
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
    shown = FormPage(heading, "Save", _back_to(membership.user), version=membership.version)
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
    sentence = "It opens nothing from their next click on. What they did stays in the record."
    heading = f"End the role of {membership.user.name}: {membership}"
    return show_form(request, form, FormPage(heading, "End this role", _back_to(membership.user), sentence, tone="red"))


@for_administrators
def admin_person(request: MemberRequest, user_id: UUID) -> HttpResponse:
    return _show_person(request, administered.person_of(request.principal, user_id))


@require_POST
@for_administrators
def admin_invite(request: MemberRequest, user_id: UUID) -> HttpResponse:
    """Another email; or, where no email is set up, the link on the page, this once."""
    user = administered.person_of(request.principal, user_id)
    try:
        if not mail_is_set_up():
            return _show_person(request, user, services.link_to_hand_over(by=request.principal, user_id=user.id))
        services.invite_again(by=request.principal, user_id=user.id)
    except RuleError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _invited(user))
    return redirect("admin_person", user.id)


@for_administrators
def admin_close_account(request: MemberRequest, user_id: UUID) -> HttpResponse:
    user = administered.person_of(request.principal, user_id)
    form = ReasonForm(request.POST or None)
    closed = attempted(
        form, lambda: services.close_account(by=request.principal, user_id=user.id, reason=form.cleaned_data["reason"])
    )
    if closed:
        messages.success(request, f"{user.name} is signed out and cannot sign in any more.")
        return redirect("admin_person", user.id)
    sentence = "They are signed out with their next click, everywhere. Their roles stay, for the day they come back."
    shown = FormPage(f"Close the account of {user.name}", "Close account", _back_to(user), sentence, tone="red")
    return show_form(request, form, shown)


@for_administrators
def admin_reopen_account(request: MemberRequest, user_id: UUID) -> HttpResponse:
    user = administered.person_of(request.principal, user_id)
    form = ReasonForm(request.POST or None)
    opened = attempted(
        form, lambda: services.reopen_account(by=request.principal, user_id=user.id, reason=form.cleaned_data["reason"])
    )
    if opened:
        messages.success(request, f"{user.name} can sign in again.")
        return redirect("admin_person", user.id)
    shown = FormPage(f"Open the account of {user.name} again", "Open account", _back_to(user))
    return show_form(request, form, shown)


@for_administrators
def admin_reset_app(request: MemberRequest, user_id: UUID) -> HttpResponse:
    user = administered.person_of(request.principal, user_id)
    form = ReasonForm(request.POST or None)
    reset = attempted(
        form,
        lambda: services.reset_second_factor(by=request.principal, user_id=user.id, reason=form.cleaned_data["reason"]),
    )
    if reset:
        messages.success(request, f"{user.name} sets up another app when they next sign in.")
        return redirect("admin_person", user.id)
    sentence = "For a lost phone. Make sure that it is they who ask: until a new app is set up, the password lets in."
    shown = FormPage(f"Remove the authenticator app of {user.name}", "Remove app", _back_to(user), sentence, tone="red")
    return show_form(request, form, shown)


people_admin_urls = [
    path("admin/organisations/<uuid:organisation_id>/people/new/", admin_new_person, name="admin_new_person"),
    path("admin/organisations/<uuid:organisation_id>/roles/new/", admin_new_membership, name="admin_new_membership"),
    path("admin/roles/<uuid:membership_id>/", admin_change_membership, name="admin_change_membership"),
    path("admin/roles/<uuid:membership_id>/end/", admin_end_membership, name="admin_end_membership"),
    path("admin/people/<uuid:user_id>/", admin_person, name="admin_person"),
    path("admin/people/<uuid:user_id>/invite/", admin_invite, name="admin_invite"),
    path("admin/people/<uuid:user_id>/close/", admin_close_account, name="admin_close_account"),
    path("admin/people/<uuid:user_id>/reopen/", admin_reopen_account, name="admin_reopen_account"),
    path("admin/people/<uuid:user_id>/app/", admin_reset_app, name="admin_reset_app"),
]


def _show_person(request: MemberRequest, user: User, link: str = "") -> HttpResponse:
    context = {
        "person": user,
        "facts": _facts(user),
        "roles": administered.roles_of(request.principal, user),
        "is_whole": user.id != request.principal.actor_id
        and services.administers_whole_person(request.principal, user.id),
        "never_had_a_password": not user.has_usable_password(),
        "has_mail": mail_is_set_up(),
        "link": link,
        "link_ends_at": invitation_ends_at(),
    }
    return render(request, "neighbourhoods/admin_person.html", context)


def _facts(user: User) -> DefinitionRows:
    last = dates.moment(user.last_login, now=clock.now()) if user.last_login else "Never"
    return DefinitionRows(
        (
            Row("Email address", user.email),
            Row("Phone", user.phone or "Not known"),
            Row("Account", "Open" if user.is_active else "Closed"),
            Row("Last signed in", last),
            Row("Authenticator app", "Set up" if has_second_factor(user) else "Not set up"),
        )
    )


def _teams(organisation: Organisation, role: str = "") -> list[Team]:
    """The teams to choose from; those of one kind only where the role is known."""
    teams = list(Team.objects.filter(organisation=organisation, ended_at=None).order_by("name"))
    return [team for team in teams if not role or services.suits(Role(role), team)]


def _holder_of(email: str) -> UUID:
    user = User.objects.filter(email__iexact=email.strip(), is_service=False).first()
    if user is None:
        raise RuleError("No account has this address. Add the person instead.", field="email")
    return user.id


def _invited(user: User) -> str:
    if mail_is_set_up():
        return f"A link to set a password is on its way to {user.email}. It works once, for 3 days."
    return f"{user.name} has an account. No email is set up here: make a link below and hand it over."


def _back(organisation: Organisation) -> Link:
    return Link(f"Back to {organisation.name}", reverse("admin_organisation", args=[organisation.id]))


def _back_to(user: User) -> Link:
    return Link(f"Back to {user.name}", reverse("admin_person", args=[user.id]))
