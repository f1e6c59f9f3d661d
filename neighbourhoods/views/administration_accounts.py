"""Administration: one person, and their account."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from carecoord import clock
from carecoord.accounts.invitations import invitation_ends_at, mail_is_set_up
from carecoord.accounts.links import link_of
from carecoord.accounts.models import LinkedSignIn, User
from carecoord.accounts.oidc.provider import IdentityProvider, the_provider
from carecoord.accounts.services import count_passkeys, has_app
from carecoord.delivery.log import did_not_reach
from carecoord.delivery.models import Delivery
from carecoord.errors import RuleError
from carecoord.ui import dates
from carecoord.ui.components import DefinitionRows, Notice, Row
from neighbourhoods import administered, services
from neighbourhoods.administered import for_administrators
from neighbourhoods.forms.people import ReasonForm
from neighbourhoods.models import Membership
from neighbourhoods.views.administration_pages import FormPage, attempted, back_to_person, invited, show_form
from neighbourhoods.web import MemberRequest


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
        messages.success(request, invited(user))
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
    left = administered.work_left(Membership.objects.live().filter(user=user))
    sentence = (
        f"They are signed out with their next click, everywhere. Their roles stay, for the day they come back. {left}"
    )
    shown = FormPage(f"Close the account of {user.name}", "Close account", back_to_person(user), sentence, tone="red")
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
    shown = FormPage(f"Open the account of {user.name} again", "Open account", back_to_person(user))
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
        messages.success(request, f"{user.name} sets up another app or passkey when they next sign in.")
        return redirect("admin_person", user.id)
    sentence = (
        "For a lost phone. Make sure that it is they who ask: until they set up another app or passkey,"
        " the password lets in."
    )
    heading = f"Remove the authenticator app and the passkeys of {user.name}"
    shown = FormPage(heading, "Remove them", back_to_person(user), sentence, tone="red")
    return show_form(request, form, shown)


account_admin_urls = [
    path("admin/people/<uuid:user_id>/", admin_person, name="admin_person"),
    path("admin/people/<uuid:user_id>/invite/", admin_invite, name="admin_invite"),
    path("admin/people/<uuid:user_id>/close/", admin_close_account, name="admin_close_account"),
    path("admin/people/<uuid:user_id>/reopen/", admin_reopen_account, name="admin_reopen_account"),
    path("admin/people/<uuid:user_id>/app/", admin_reset_app, name="admin_reset_app"),
]


def _show_person(request: MemberRequest, user: User, link: str = "") -> HttpResponse:
    provider = the_provider()
    linked = link_of(user, provider.issuer) if provider else None
    context = {
        "person": user,
        "facts": _facts(user, provider, linked),
        "provider": provider,
        "is_linked": linked is not None,
        "roles": administered.roles_of(request.principal, user),
        "is_whole": user.id != request.principal.actor_id
        and services.administers_whole_person(request.principal, user.id),
        "never_had_a_password": not user.has_usable_password(),
        "has_mail": mail_is_set_up(),
        "link": link,
        "link_ends_at": invitation_ends_at(),
        "problem": _address_problem(user),
    }
    return render(request, "neighbourhoods/admin_person.html", context)


def _address_problem(user: User) -> Notice | None:
    failed = did_not_reach(user.id, Delivery.Channel.EMAIL)
    if failed is None:
        return None
    return Notice(
        "amber",
        "Emails to this address do not arrive.",
        f"{failed.failure}. Alerts stand in CareCoord all the same. Ask {user.name} or their mail service about it.",
    )


def _facts(user: User, provider: IdentityProvider | None, link: LinkedSignIn | None) -> DefinitionRows:
    last = dates.moment(user.last_login, now=clock.now()) if user.last_login else "Never"
    return DefinitionRows(
        (
            Row("Email address", user.email),
            Row("Phone", user.phone or "Not known"),
            Row("Account", "Open" if user.is_active else "Closed"),
            Row("Last signed in", last),
            Row("Authenticator app", "Set up" if has_app(user) else "Not set up"),
            Row("Passkeys", str(count_passkeys(user) or "None")),
            *([Row(provider.name, f"Linked to {link.subject}" if link else "Not linked")] if provider else []),
        )
    )
