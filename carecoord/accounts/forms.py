"""django-allauth's forms with labels, hints and errors in the words of this product."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as second_factor
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from django import forms
from django.core.cache import cache

# A code is good for its own half minute and those before and after it: so long it may not be used again (RFC 6238).
CODE_LIFE_SECONDS = 90


@dataclass(frozen=True)
class FieldWords:
    label: str
    required: str
    hint: str = ""
    autocomplete: str = ""


EMAIL = FieldWords("Email address", "Enter your email address", autocomplete="username")
HINT_OF_NEW = "At least 12 characters. Three words that nobody would guess make a good password."
CODE_HINT = "6 digits from your authenticator app"

WORDS: Mapping[str, FieldWords] = {
    "login": EMAIL,
    "email": EMAIL,
    "password": FieldWords("Password", "Enter your password"),
    "oldpassword": FieldWords("Current password", "Enter your current password"),
    "password1": FieldWords("New password", "Enter a new password", HINT_OF_NEW),
    "password2": FieldWords("New password again", "Enter the new password again"),
    "code": FieldWords("Code", "Enter the code", CODE_HINT),
    "name": FieldWords("Name of the passkey", "Enter a name", "So that you know it again: my phone, my work laptop"),
    "credential": FieldWords("Passkey", "The passkey was not added. Try again."),
}


class HouseWords(forms.Form):
    """Mixed into allauth's forms: their fields as ours look and speak."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            _say(field, WORDS[name])


def _say(field: forms.Field, words: FieldWords) -> None:
    field.label, field.help_text = words.label, words.hint
    field.error_messages["required"] = words.required
    field.widget.attrs.pop("placeholder", None)
    if isinstance(field, forms.EmailField):
        field.widget = forms.EmailInput(attrs={"autocomplete": words.autocomplete, "spellcheck": "false"})
        field.error_messages["invalid"] = "Enter an email address, such as name@example.org"


class SignInForm(HouseWords, account.LoginForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(HouseWords, account.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(HouseWords, account.SetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(HouseWords, account.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(HouseWords, account.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ConfirmPasswordForm(HouseWords, account.ReauthenticateForm):  # type: ignore[misc]
    pass


class CodeOnce:
    """A code of the app opens one thing only, however often it is seen over a shoulder."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and not cache.add(
            f"second-factor:{self.user.pk}:{code.strip()}", True, timeout=CODE_LIFE_SECONDS
        ):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(CodeOnce, HouseWords, second_factor.AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = f"{CODE_HINT}, or 8 digits of a recovery code"


class ConfirmCodeForm(CodeOnce, HouseWords, second_factor.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = f"{CODE_HINT}, or 8 digits of a recovery code"


class SetUpAppForm(HouseWords, totp.ActivateTOTPForm):  # type: ignore[misc]
    @property
    def spaced_secret(self) -> str:
        """The key as one types it from a screen: four letters at a time."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))
