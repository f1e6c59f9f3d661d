"""The pages of signing in that are more than django-allauth's own."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.views import LoginView
from allauth.mfa.base.views import IndexView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from carecoord.accounts import sessions
from carecoord.accounts.adapter import TRUSTED_AFTER_SIGN_IN
from carecoord.accounts.oidc.provider import the_provider
from carecoord.accounts.passkeys import address_with_a_name, possible_at
from carecoord.accounts.services import count_passkeys


class SignInView(LoginView):  # type: ignore[misc]
    """Says, once, that and when the last sign-in ran out. The only page whose forms may lead to the provider."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        provider = the_provider()
        leads_to = csp_update({"form-action": provider.origins if provider else []})
        return leads_to(super().dispatch)(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        signed_out = sessions.take_signed_out(self.request.session)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "signed_out": signed_out,
            "has_passkeys": possible_at(self.request),
            "provider": the_provider(),
        }


class SignInSettingsView(IndexView):  # type: ignore[misc]
    """How you sign in."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "has_passkeys": possible_at(self.request),
            "passkeys_at": address_with_a_name(self.request),
        }


class SetUpAppView(ActivateTOTPView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"has_passkeys": possible_at(self.request)}


class RemoveAppView(DeactivateTOTPView):  # type: ignore[misc]
    """Whoever removes their authenticator app and has no passkey sets the next one up before anything else."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"has_passkey": count_passkeys(self.request.user) > 0}

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        self.request.session.pop(sessions.SECOND_FACTOR, None)
        return response


def freshly_signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For pages that open another way in: who has no password and no factor here confirms by signing in again.

    Django-allauth has nothing to ask them, and would let whoever finds their screen add a key of their own.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if (
            request.user.is_authenticated
            and not get_reauthentication_flows(request.user)
            and not sessions.signed_in_within(request.session, TRUSTED_AFTER_SIGN_IN)
        ):
            logout(request)
            messages.info(request, "Sign in again to change how you sign in.")
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def sign_up_closed(request: HttpRequest) -> HttpResponse:
    """Nobody makes an account for themselves (IG-01)."""
    return render(request, "account/signup_closed.html", status=404)
