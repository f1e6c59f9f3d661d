"""Where our rules meet django-allauth's code flow: nobody by email, none on the fly, no link but an administrator's."""

import logging
import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import urljoin

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from carecoord import clock
from carecoord.accounts.links import linked_user
from carecoord.accounts.oidc.proof import PROVED
from carecoord.accounts.oidc.provider import IdentityProvider, the_provider
from carecoord.accounts.oidc.tokens import ProviderProblem, claims_of

log = logging.getLogger(__name__)
T = TypeVar("T")

CONFIGURATION_KEPT_SECONDS = 600
# A provider's clock and ours, and the time it takes to type a password there.
OLDEST_SIGN_IN_SECONDS = 60


class LinkedLogin(SocialLogin):  # type: ignore[misc]
    """Somebody whom the provider has signed in. They are who an administrator has said they are, or nobody."""

    claims: Mapping[str, Any]

    @classmethod
    def by(cls, provider: Any, claims: Mapping[str, Any]) -> "LinkedLogin":
        account = SocialAccount(provider=provider.app.provider_id, uid=claims["sub"])
        login = cls(account=account, provider=provider)
        login.claims = claims
        return login

    def lookup(self) -> None:
        self._did_authenticate_by_email = None
        self.user = linked_user(issuer=self.account.provider, subject=self.account.uid)

    def serialize(self) -> dict[str, Any]:
        """What the session keeps while the second factor is asked for: no claim, no token, nothing of the account."""
        return {
            "provider": self.provider.serialize(),
            "account": {"provider": self.account.provider, "uid": self.account.uid},
            "user": {},
            "state": {PROVED: self.state.get(PROVED, False)},
        }


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:  # noqa: ARG002
        """The one of the settings; the table of such apps stays empty."""
        ours = the_provider()
        if ours is None:
            return []
        more = {"server_url": ours.discovery_url, "scope": ["openid"], "oauth_pkce_enabled": True}
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=ours.issuer,
                name=ours.name,
                client_id=ours.client_id,
                secret=ours.client_secret,
                settings=more,
            )
        ]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: LinkedLogin) -> None:
        """The last word before the sign-in goes on: the answer is to our question, and somebody is linked to it."""
        ours = the_provider()
        if ours is None or sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise ImmediateHttpResponse(problem_page(request))
        try:
            _check_answer(sociallogin.claims, sociallogin.state.get("data") or {})
        except ProviderProblem as problem:
            raise ImmediateHttpResponse(problem_page(request, problem)) from None
        if sociallogin.user is None:
            log.warning("sign-in through the identity provider refused: no account is linked to the subject")
            context = {"name": ours.name, "issuer": ours.issuer, "subject": sociallogin.account.uid}
            page = render(request, "account/sign_in_not_linked.html", context, status=403)
            page.headers["Cache-Control"] = "no-store"
            raise ImmediateHttpResponse(page)
        sociallogin.state[PROVED] = ours.proves_second_factor(sociallogin.claims)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,  # noqa: ARG002
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> None:
        raise ImmediateHttpResponse(problem_page(request, exception, is_cancelled=error == AuthError.CANCELLED))


def question(ours: IdentityProvider) -> tuple[dict[str, str], dict[str, Any]]:
    """What we ask beyond the protocol, and what we keep to know the answer by.

    `prompt=login`: wards share computers, so a sign-in over there that is still open must not open one here.
    """
    nonce = secrets.token_urlsafe(24)
    asked = {"nonce": nonce, "prompt": "login"} | ({"acr_values": ours.acr_values} if ours.acr_values else {})
    return asked, {"nonce": nonce, "asked_at": int(clock.now().timestamp())}


def _check_answer(claims: Mapping[str, Any], kept: Mapping[str, Any]) -> None:
    if not kept.get("nonce") or claims.get("nonce") != kept["nonce"]:
        raise ProviderProblem("ID token is no answer to our question")
    signed_in_at = claims.get("auth_time")
    if isinstance(signed_in_at, int | float) and signed_in_at < kept["asked_at"] - OLDEST_SIGN_IN_SECONDS:
        raise ProviderProblem("an earlier sign-in was used")


def problem_page(request: HttpRequest, problem: Exception | None = None, *, is_cancelled: bool = False) -> HttpResponse:
    """One page for whatever went wrong between us and the provider. The log says what; never what was sent."""
    if not is_cancelled:
        words = (
            str(problem) if isinstance(problem, ProviderProblem) else type(problem).__name__ if problem else "no answer"
        )
        log.warning("sign-in through the identity provider failed: %s", words)
    ours = the_provider()
    context = {"name": ours.name if ours else "", "is_cancelled": is_cancelled}
    return render(request, "account/sign_in_failed.html", context, status=403)


def believed(read: Callable[..., T]) -> Callable[..., T]:
    """What a provider sends may be of any shape: nonsense is its problem, and no error of ours."""

    @wraps(read)
    def reading(*args: Any, **kwargs: Any) -> T:
        try:
            return read(*args, **kwargs)
        except (KeyError, TypeError, ValueError, AttributeError) as wrong:
            raise ProviderProblem(f"the answer makes no sense: {type(wrong).__name__}") from None

    return reading


class CodeFlow(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The authorization code flow with PKCE, state and nonce; the ID token is always checked by its signature."""

    @property
    def openid_config(self) -> dict[str, Any]:
        ours = the_provider()
        if ours is None:
            raise ProviderProblem("no provider is set")
        key = f"accounts:provider:{sha256(ours.issuer.encode()).hexdigest()}"
        found: dict[str, Any] | None = cache.get(key)
        if found is None:
            found = self._read_configuration(ours)
            cache.set(key, found, CONFIGURATION_KEPT_SECONDS)
        return found

    @believed
    def _read_configuration(self, ours: IdentityProvider) -> dict[str, Any]:
        found = _fetched(self.request, ours.discovery_url)
        if found["issuer"] != ours.issuer:
            raise ProviderProblem("the provider names another issuer than OIDC_ISSUER")
        if not all(isinstance(found[name], str) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")):
            raise ProviderProblem("the provider does not say where its endpoints are")
        return found

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:  # noqa: ARG002
        """On the address of the settings: the provider knows no other."""
        return urljoin(settings.BASE_URL, reverse("socialaccount_callback"))

    @believed
    def get_access_token_data(self, *args: Any, **kwargs: Any) -> Any:
        return super().get_access_token_data(*args, **kwargs)

    @believed
    def parse_token(self, data: Any) -> Any:
        return super().parse_token(data)

    @believed
    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> LinkedLogin:  # noqa: ARG002
        ours = the_provider()
        if ours is None:
            raise ProviderProblem("no provider is set")
        keys = _fetched(request, self.openid_config["jwks_uri"])
        return LinkedLogin.by(self.get_provider(), claims_of(kwargs["response"].get("id_token"), keys, ours))


def _fetched(request: HttpRequest, url: str) -> dict[str, Any]:
    with ProviderAdapter(request).get_requests_session() as session:
        response = session.get(url)
        response.raise_for_status()
        found = response.json()
    if not isinstance(found, dict):
        raise ProviderProblem("the provider answers with something else than an object")
    return found
