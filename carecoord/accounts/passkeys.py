"""Passkeys: django-allauth's forms and pages, with what this product asks of them.

A passkey here is always found by the device itself and always asks for a finger, a face or a PIN: signing in with one
is both factors. A browser makes them only at an address with a name, over TLS or on this machine.
"""

import json
from ipaddress import ip_address
from typing import Any

from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, ReauthenticateWebAuthnView, RemoveWebAuthnView
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.validators import MaxLengthValidator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy

from carecoord.accounts import sessions
from carecoord.accounts.forms import HouseWords
from carecoord.accounts.services import count_passkeys

NOT_THIS_ONE = "This passkey did not work here. Try again, or sign in another way."
LONGEST_NAME = 60
NOT_ADDED = "The passkey was not added. Try again."


def possible_at(request: HttpRequest) -> bool:
    """Whether a browser can use passkeys at the address it came to."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure() or host == "localhost"
    return False


def address_with_a_name(request: HttpRequest) -> str:
    """Where this page can be had on this machine by a browser that uses passkeys; empty where nowhere."""
    host, _, port = request.get_host().rpartition(":")
    if host != "127.0.0.1" or "localhost" not in settings.ALLOWED_HOSTS:
        return ""
    return f"http://localhost:{port}{request.path}"


class FromBrowser(forms.Form):
    """What the device has answered, as JSON. Whatever is wrong with it: one sentence."""

    answered_wrong = NOT_THIS_ONE

    def clean(self) -> dict[str, Any]:
        """Allauth reads the answer here when one is added, and in `clean_credential` when one is used."""
        try:
            return super().clean() or {}
        except (KeyError, TypeError, ValueError, AttributeError, forms.ValidationError):
            raise forms.ValidationError(self.answered_wrong) from None


class UsedPasskey(FromBrowser):
    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except (KeyError, TypeError, ValueError, AttributeError):
            raise forms.ValidationError(NOT_THIS_ONE) from None
        except forms.ValidationError as problem:
            codes = {error.code for error in problem.error_list}
            raise (forms.ValidationError(NOT_THIS_ONE) if "incorrect_code" in codes else problem) from None


class AddPasskeyForm(HouseWords, FromBrowser, webauthn.SignupWebAuthnForm):  # type: ignore[misc]
    answered_wrong = NOT_ADDED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["name"] = ""
        _name_it(self.fields["name"])

    def clean_credential(self) -> dict[str, Any]:
        credential: dict[str, Any] = self.cleaned_data["credential"]
        if "\\u0000" in json.dumps(credential):  # no column can hold it
            raise forms.ValidationError(NOT_ADDED)
        return credential

    def clean_name(self) -> str:
        return self.cleaned_data["name"].strip() or "Passkey"


class RenamePasskeyForm(HouseWords, webauthn.EditWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_it(self.fields["name"])


class PasskeyAsFactorForm(UsedPasskey, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class ConfirmPasskeyForm(UsedPasskey, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyAloneForm(UsedPasskey, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    pass


class AddPasskeyView(AddWebAuthnView):  # type: ignore[misc]
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not possible_at(request):
            raise Http404("A browser makes passkeys only at a name, over TLS")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"js_data": {"creation_options": auth.begin_registration(self.request.user, True)}}


class RenamePasskeyView(EditWebAuthnView):  # type: ignore[misc]
    success_url = reverse_lazy("mfa_index")


class RemovePasskeyView(RemoveWebAuthnView):  # type: ignore[misc]
    """Whoever removes their last second factor sets up the next one before anything else."""

    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        self.request.session.pop(sessions.SECOND_FACTOR, None)
        return response


class SecondFactorView(AuthenticateView):  # type: ignore[misc]
    """Asks for the code, or for the passkey, after the password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        is_one = count_passkeys(self.stage.login.user) > 0
        return context | {"has_passkey": is_one and possible_at(self.request)}


class ConfirmPasskeyView(ReauthenticateWebAuthnView):  # type: ignore[misc]
    def form_invalid(self, form: Any) -> HttpResponse:
        for sentence in form.errors.get("credential", []):
            messages.error(self.request, sentence)
        return redirect(self.request.get_full_path())


def _name_it(field: forms.Field) -> None:
    field.widget.attrs["maxlength"] = LONGEST_NAME
    field.validators.append(MaxLengthValidator(LONGEST_NAME, message="Shorten the name to 60 letters or fewer"))
