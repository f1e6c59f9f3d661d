"""Going to the identity provider, and coming back."""

from allauth.account.utils import get_next_redirect_url
from allauth.core.internal import ratelimit
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from carecoord.accounts.oidc.adapters import CodeFlow, ProviderAdapter, problem_page, question
from carecoord.accounts.oidc.provider import IdentityProvider, the_provider


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Off to the provider, by the button only: no address of ours sends anybody there."""
    ours = _provider_or_404()
    if request.user.is_authenticated:
        return redirect("/")
    too_many: HttpResponse | None = ratelimit.consume_or_429(request, app="allauth.account", action="login")
    if too_many:
        return too_many
    asked, kept = question(ours)
    provider = ProviderAdapter(request).get_provider(request, provider=ours.issuer)
    provider.oauth2_adapter_class = CodeFlow
    try:
        leaving: HttpResponse = provider.redirect(
            request, AuthProcess.LOGIN, next_url=get_next_redirect_url(request), data=kept, auth_params=asked
        )
    except (RequestException, OAuth2Error) as problem:
        return problem_page(request, problem)
    return leaving


@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Back again, with a code that is good once, for whoever went from this browser."""
    ours = _provider_or_404()
    answer: HttpResponse = OAuth2CallbackView.adapter_view(CodeFlow(request, ours.issuer))(request)
    return answer


def _provider_or_404() -> IdentityProvider:
    ours = the_provider()
    if ours is None:
        raise Http404("No identity provider is set")
    return ours
