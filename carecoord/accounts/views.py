"""The pages of signing in that are more than django-allauth's own."""

from typing import Any

from allauth.account.views import LoginView
from allauth.mfa.totp.views import DeactivateTOTPView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from carecoord.accounts import sessions


class SignInView(LoginView):  # type: ignore[misc]
    """Says, once, that and when the last sign-in ran out."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        signed_out = sessions.take_signed_out(self.request.session)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"signed_out": signed_out}


class RemoveAppView(DeactivateTOTPView):  # type: ignore[misc]
    """Whoever removes their authenticator app sets the next one up before anything else."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        self.request.session.pop(sessions.SECOND_FACTOR, None)
        return response


def sign_up_closed(request: HttpRequest) -> HttpResponse:
    """Nobody makes an account for themselves (IG-01)."""
    return render(request, "account/signup_closed.html", status=404)
