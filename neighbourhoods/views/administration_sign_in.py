"""Administration: which identity at the identity provider opens somebody's account."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from carecoord.accounts.oidc.provider import IdentityProvider, the_provider
from carecoord.ui.components import DefinitionRows, Row
from neighbourhoods import administered, services
from neighbourhoods.administered import for_administrators
from neighbourhoods.forms.administration import SubjectForm
from neighbourhoods.forms.people import ReasonForm
from neighbourhoods.views.administration_pages import FormPage, attempted, back_to_person, show_form
from neighbourhoods.web import MemberRequest


@for_administrators
def admin_link_sign_in(request: MemberRequest, user_id: UUID) -> HttpResponse:
    user = administered.person_of(request.principal, user_id)
    provider = _provider_or_404()
    form = SubjectForm(request.POST or None)
    linked = attempted(
        form,
        lambda: services.link_sign_in(
            by=request.principal, user_id=user.id, issuer=provider.issuer, subject=form.cleaned_data["subject"]
        ),
    )
    if linked:
        messages.success(request, f"{user.name} can sign in with {provider.name} from now on.")
        return redirect("admin_person", user.id)
    sentence = (
        "Make sure that it is theirs: whoever has this subject acts as them. They see it when they sign in with"
        f" {provider.name} before it is linked. The privacy officers are told."
    )
    heading = f"Link {user.name} to {provider.name}"
    now = DefinitionRows((Row("Email address", user.email), Row("Issuer", provider.issuer)))
    return show_form(request, form, FormPage(heading, "Link", back_to_person(user), sentence, now=now))


@for_administrators
def admin_unlink_sign_in(request: MemberRequest, user_id: UUID) -> HttpResponse:
    user = administered.person_of(request.principal, user_id)
    provider = _provider_or_404()
    form = ReasonForm(request.POST or None)
    unlinked = attempted(
        form,
        lambda: services.unlink_sign_in(
            by=request.principal, user_id=user.id, issuer=provider.issuer, reason=form.cleaned_data["reason"]
        ),
    )
    if unlinked:
        messages.success(request, f"{user.name} is signed out and cannot sign in with {provider.name} any more.")
        return redirect("admin_person", user.id)
    sentence = "They are signed out with their next click, everywhere. A password or a passkey here goes on working."
    heading = f"Unlink {user.name} from {provider.name}"
    return show_form(request, form, FormPage(heading, "Unlink", back_to_person(user), sentence, tone="red"))


sign_in_admin_urls = [
    path("admin/people/<uuid:user_id>/link/", admin_link_sign_in, name="admin_link_sign_in"),
    path("admin/people/<uuid:user_id>/unlink/", admin_unlink_sign_in, name="admin_unlink_sign_in"),
]


def _provider_or_404() -> IdentityProvider:
    provider = the_provider()
    if provider is None:
        raise Http404("No identity provider is set")
    return provider
