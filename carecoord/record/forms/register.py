"""Registering a resident: first a search, then who it is."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from carecoord.record.forms.team import TeamForm
from carecoord.ui import forms
from neighbourhoods.forms.doubts import AsksAgain
from neighbourhoods.models import Gender, Organisation
from neighbourhoods.models.residents import BirthDateStatus, NumberMissing
from neighbourhoods.services import Identity
from neighbourhoods.values import clean_nhs_number, clean_postcode

WHY_NEW = (
    "They are relatives: twins, a brother or sister, a parent or child",
    "I asked the person, or somebody who knows them",
    "I compared with a document or another system",
)
MOST_LINES, LONGEST_LINE = 5, 100


class BeforeRegisteringForm(forms.Form):
    """Searching comes first: by NHS number, or by name and date of birth."""

    number = forms.NHSNumberField(rule=clean_nhs_number, required=False)
    family_name = forms.CharField(label="Family name", max_length=100, required=False)
    given_name = forms.CharField(label="Given names", max_length=100, required=False)
    birth_date = forms.DateField(label="Date of birth", required=False)

    marks_optional = False

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        named = typed.get("family_name") and typed.get("birth_date")
        if not self.errors and not typed.get("number") and not named:
            raise forms.ValidationError("Enter the NHS number, or the family name and the date of birth")
        return typed


class RegisterForm(AsksAgain, TeamForm):
    """Everything asked for when somebody is registered (domain.md 2.1)."""

    nhs_number = forms.NHSNumberField(rule=clean_nhs_number, required=False)
    nhs_number_unavailable_reason = forms.ChoiceField(
        label="If there is no number, why?",
        choices=[("", "There is a number"), *NumberMissing.choices],
        error_messages={"required": "Enter the NHS number, or say why there is none"},
    )
    title = forms.CharField(label="Title", max_length=35, required=False)
    given_name = forms.CharField(label="Given names", max_length=100)
    family_name = forms.CharField(label="Family name", max_length=100)
    preferred_name = forms.CharField(label="Preferred name", max_length=100, required=False)
    birth_date = forms.DateField(
        label="Date of birth",
        error_messages={"required": "Enter the date of birth, or say that it is not known"},
    )
    birth_date_status = forms.ChoiceField(
        label="How sure is the date of birth?",
        choices=BirthDateStatus.choices,
        widget=forms.Radios(is_inline=True),
        initial="exact",
    )
    gender = forms.ChoiceField(label="Gender", choices=Gender.choices, widget=forms.Radios(is_inline=True))
    address = forms.TextField(label="Address", rows=3, required=False, max_length=500, help_text="Up to 5 lines")
    postcode = forms.CharField(label="Postcode", max_length=10, required=False)
    phone = forms.CharField(label="Phone", max_length=30, required=False)
    email = forms.EmailField(
        label="Email", required=False, error_messages={"invalid": "Enter an email address such as name@example.org"}
    )
    gp_practice = forms.TypedChoiceField(label="GP practice", coerce=UUID, empty_value=None, required=False)
    why_new = forms.ChoiceField(
        label="How do you know that it is none of these?",
        choices=[(one, one) for one in WHY_NEW],
        widget=forms.Radios(),
        required=False,
    )
    on_caseload = forms.BooleanField(label="Put on the team's caseload", required=False, initial=True)

    field_order = ("nhs_number", "nhs_number_unavailable_reason", "title", "given_name", "family_name")

    def __init__(self, *args: Any, practices: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("nhs_number"):
            self.fields["nhs_number_unavailable_reason"].required = False
        if self.data.get("birth_date_status") == BirthDateStatus.UNKNOWN:
            self.fields["birth_date"].required = False
        practice = cast("forms.TypedChoiceField", self.fields["gp_practice"])
        practice.choices = [("", "Not known"), *((str(one.id), one.name) for one in practices)]

    def clean_postcode(self) -> str:
        typed: str = self.cleaned_data["postcode"]
        return clean_postcode(typed) if typed.strip() else ""

    def clean_address(self) -> tuple[str, ...]:
        lines = tuple(line.strip() for line in self.cleaned_data["address"].splitlines() if line.strip())
        if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
            raise forms.ValidationError(f"Use up to {MOST_LINES} lines of up to {LONGEST_LINE} characters")
        return lines

    def identity(self) -> Identity:
        typed = dict(self.cleaned_data)
        number = typed["nhs_number"]
        return Identity(
            given_name=typed["given_name"],
            family_name=typed["family_name"],
            birth_date=typed["birth_date"],
            birth_date_status=typed["birth_date_status"],
            gender=typed["gender"],
            nhs_number=number or None,
            nhs_number_unavailable_reason="" if number else typed["nhs_number_unavailable_reason"],
            preferred_name=typed["preferred_name"],
            title=typed["title"],
            address_lines=typed["address"],
            postcode=typed["postcode"],
            phone=typed["phone"],
            email=typed["email"],
            gp_practice_id=typed["gp_practice"],
        )
