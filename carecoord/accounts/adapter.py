"""Where our rules meet django-allauth's pages."""

import logging
from datetime import timedelta
from smtplib import SMTPException
from typing import Any
from urllib.parse import quote, urljoin

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from carecoord.accounts import sessions, usual
from carecoord.accounts.models import User
from carecoord.accounts.oidc.proof import proved_second_factor
from carecoord.audit.addresses import address_of

log = logging.getLogger(__name__)

TRUSTED_AFTER_SIGN_IN = timedelta(minutes=5)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed. Ask your administrator to open it again.",
        "email_password_mismatch": "The email address or the password is wrong. Check both and try again.",
        "enter_current_password": "This is not your current password. Type it again.",
        "incorrect_code": "This code is wrong or was used before. Wait for the next one and type it.",
        "incorrect_password": "The password is wrong. Type it again.",
        "too_many_login_attempts": "Too many wrong tries. Wait 5 minutes, then try again or reset your password.",
        "too_many_tries_anywhere": "Too many wrong tries for this account. Wait an hour, sign in where you usually do, "
        "or reset your password.",
        "rate_limited": "Too many wrong tries. Wait 5 minutes and try again.",
        "invalid_password_reset": "This link no longer works. Ask for a new one.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Accounts are made by administrators (IG-01)."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        sessions.begin(request.session)
        usual.remember(user.email, ratelimit.get_ip(request))

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "carecoord.accounts.oidc.stage.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def post_login(
        self, request: HttpRequest, user: User, *, signal_kwargs: dict[str, Any] | None, **kwargs: Any
    ) -> HttpResponse:
        if proved_second_factor(signal_kwargs):
            request.session[sessions.SECOND_FACTOR] = True
        response: HttpResponse = super().post_login(request, user, signal_kwargs=signal_kwargs, **kwargs)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        """The throttle counts the address that the audit writes down; what has none shares one count."""
        return address_of(request) or "nowhere"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures count for account and address together: nobody locks a colleague out from elsewhere."""
        return f"{_account(credentials)}|{ratelimit.get_ip(request)}"

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """After a password was set by a link in an email: whoever reads the mail may sign in from there."""
        super()._delete_login_attempts_cached_email(request, **credentials)
        usual.remember(_account(credentials), ratelimit.get_ip(request))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        account = ratelimit.consume(
            request, app="allauth.account", action="login_failed_anywhere", key=_account(credentials)
        )
        if account:
            self._login_failed_rl_usage.usage.extend(account.usage)  # given back on success with the others
        elif not usual.is_usual(_account(credentials), ratelimit.get_ip(request)):
            raise self.validation_error("too_many_tries_anywhere")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within minutes of signing in: nobody types the same password twice to set up a second factor."""
        return super().is_reauthentication_required(app=app, **kwargs) and not sessions.signed_in_within(
            self.request.session, TRUSTED_AFTER_SIGN_IN
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the address of the settings, never on the one that a request claims for itself."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return urljoin(settings.BASE_URL, path.replace("UID-KEY", quote(key)))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> bool:
        """False if the mail server did not take it: the page is the same, so that it tells nothing of accounts."""
        message = self.render_mail(template_prefix, email, {"email": email, "base_url": settings.BASE_URL} | context)
        try:
            message.send()
        except (OSError, SMTPException) as problem:
            log.error("mail %s was not sent: %s", template_prefix, type(problem).__name__)
            return False
        return True


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": "CareCoord"}

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_generate_recovery_codes": "Set up an app or a passkey first: recovery codes stand in for it.",
    }


def _account(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or "").strip().lower()
