"""What people enter about who somebody is, and how they are reached."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from carecoord.ui import forms
from neighbourhoods.codes import Choices
from neighbourhoods.forms.doubts import AsksAgain
from neighbourhoods.models import Gender, Organisation, Resident, ResidentDetail
from neighbourhoods.models.residents import BirthDateStatus, NumberMissing
from neighbourhoods.services import Identity
from neighbourhoods.services.detail_facts import USES, DetailFacts
from neighbourhoods.services.details import Held
from neighbourhoods.services.residents import CODED
from neighbourhoods.values import clean_nhs_number, clean_postcode, format_nhs_number

Kind = ResidentDetail.Kind
MOST_LINES, LONGEST_LINE = 5, 100
EMAIL_TOLD = {"invalid": "Enter an email address such as name@example.org"}
SAY_WHEN = "Enter the date of birth, or say that it is not known"
SAY_HOW_SURE = "Take the date away, or say how sure it is"
YES_NO = (("yes", "Yes"), ("no", "No"), ("", "Nobody has asked"))
HOW_TO_REACH = ("address", "postcode", "phone", "email", "gp_practice")
"""What a form about somebody restricted does not have (IG-20)."""


class ResidentForm(AsksAgain):
    """Everything that is known of a person themselves (domain.md 2.1)."""

    title = forms.CharField(label="Title", max_length=35, required=False)
    given_name = forms.CharField(label="Given names", max_length=100)
    family_name = forms.CharField(label="Family name", max_length=100)
    suffix = forms.CharField(
        label="After the name", help_text="For example, Junior, OBE", max_length=35, required=False
    )
    preferred_name = forms.CharField(label="Preferred name", max_length=100, required=False)
    pronouns = forms.CharField(label="Pronouns", max_length=35, required=False)
    nhs_number = forms.NHSNumberField(rule=clean_nhs_number, required=False)
    nhs_number_unavailable_reason = forms.ChoiceField(
        label="If there is no number, why?",
        choices=[("", "There is a number"), *NumberMissing.choices],
        required=False,
    )
    birth_date = forms.DateField(label="Date of birth", required=False)
    birth_date_status = forms.ChoiceField(
        label="How sure is the date of birth?", choices=BirthDateStatus.choices, widget=forms.Radios(is_inline=True)
    )
    gender = forms.ChoiceField(label="Gender", choices=Gender.choices, widget=forms.Radios(is_inline=True))
    stated_gender = forms.ChoiceField(label="Gender as they state it", required=False)
    ethnic_category = forms.ChoiceField(label="Ethnic category", help_text="As they say it", required=False)
    marital_status = forms.ChoiceField(label="Marital status", required=False)
    language = forms.ChoiceField(label="Language", required=False)
    language_proficiency = forms.ChoiceField(label="How well do they speak English?", required=False)
    interpreter_required = forms.ChoiceField(
        label="Do they need an interpreter?", choices=YES_NO, widget=forms.Radios(is_inline=True), required=False
    )
    preferred_contact_method = forms.ChoiceField(label="How do they want to be reached?", required=False)
    preferred_written_format = forms.ChoiceField(label="How do they want letters?", required=False)
    residential_status = forms.ChoiceField(label="Residential status", required=False)
    address = forms.TextField(label="Address", rows=3, required=False, max_length=500, help_text="Up to 5 lines")
    postcode = forms.CharField(label="Postcode", max_length=10, required=False)
    phone = forms.CharField(label="Phone", max_length=30, required=False)
    email = forms.EmailField(label="Email", required=False, error_messages=EMAIL_TOLD)
    gp_practice = forms.TypedChoiceField(label="GP practice", coerce=UUID, empty_value=None, required=False)
    national_opt_out = forms.BooleanField(
        label="Has opted out of research and planning, which changes nothing for their care", required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, choices: Choices, practices: Sequence[Organisation], is_restricted: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in HOW_TO_REACH if is_restricted else ():
            del self.fields[name]
        for name, key in CODED.items():
            if name in self.fields:
                self._offer(name, choices[key].items())
        if "gp_practice" in self.fields:
            self._offer("gp_practice", ((str(one.id), one.name) for one in practices))

    def _offer(self, name: str, choices: Any) -> None:
        # A field of choices, whichever kind it is.
        self.fields[name].choices = [("", "Not known"), *choices]  # type: ignore[attr-defined]

    def clean_postcode(self) -> str:
        typed: str = self.cleaned_data["postcode"]
        return clean_postcode(typed) if typed.strip() else ""

    def clean_address(self) -> tuple[str, ...]:
        return _lines(self.cleaned_data["address"])

    def clean_interpreter_required(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["interpreter_required"])

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        is_unknown = typed.get("birth_date_status") == BirthDateStatus.UNKNOWN
        if "birth_date" in typed and bool(typed["birth_date"]) == is_unknown:
            self.add_error("birth_date", SAY_HOW_SURE if is_unknown else SAY_WHEN)
        return typed

    def facts(self) -> Mapping[str, Any]:
        """What was typed, by the names of `Identity`."""
        typed = {name: value for name, value in self.cleaned_data.items() if name in Identity.__dataclass_fields__}
        typed["nhs_number"] = typed["nhs_number"] or None
        typed["nhs_number_unavailable_reason"] = "" if typed["nhs_number"] else typed["nhs_number_unavailable_reason"]
        if "address" in self.cleaned_data:
            typed["address_lines"] = self.cleaned_data["address"]
            typed["gp_practice_id"] = self.cleaned_data["gp_practice"]
        return typed


def initial_of(resident: Resident) -> dict[str, Any]:
    """What is known, as the form asks it."""
    named = {name: getattr(resident, name) for name in ResidentForm.base_fields if hasattr(resident, name)}
    asked = {True: "yes", False: "no", None: ""}[resident.interpreter_required]
    return named | {
        "nhs_number": format_nhs_number(resident.nhs_number) if resident.nhs_number else "",
        "interpreter_required": asked,
        "address": "\n".join(resident.address_lines),
        "gp_practice": str(resident.gp_practice_id or ""),
    }


class DetailForm(forms.Form):
    """One more of a kind; which fields it has depends on the kind."""

    use = forms.ChoiceField(label="Which one is it?", widget=forms.Radios())

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["use"].choices = list(USES[kind].items())  # type: ignore[attr-defined]
        self.fields["use"].error_messages["required"] = "Choose which one it is"
        self.fields |= FIELDS[kind]()
        for name, field in self.fields.items():
            forms.apply_house_rules(name, field)

    def facts(self) -> DetailFacts:
        said = {name: value for name, value in self.cleaned_data.items() if name in SAID[self.kind]}
        if "lines" in said:
            said["lines"] = said["lines"].splitlines()
        return DetailFacts(self.kind, self.cleaned_data["use"], said)

    def held(self) -> Held:
        typed = self.cleaned_data
        rank = typed.get("rank")
        return Held(typed.get("starts_on"), typed.get("ends_on"), int(rank) if rank else None)


class EndDetailForm(forms.Form):
    reason = forms.CharField(label="Why?", max_length=200, error_messages={"required": "Say why"})


def _name_fields() -> dict[str, Any]:
    return {
        "family": forms.CharField(label="Family name", max_length=100, required=False),
        "given": forms.CharField(label="Given names", max_length=100, required=False),
        "title": forms.CharField(label="Title", max_length=35, required=False),
        **_days(),
    }


def _identifier_fields() -> dict[str, Any]:
    return {
        "identifier": forms.CharField(label="Number", max_length=60, error_messages={"required": "Enter the number"}),
        "assigner": forms.CharField(
            label="Whose number is it?", help_text="For an organisation's own: its name", max_length=100, required=False
        ),
    }


def _address_fields() -> dict[str, Any]:
    return {
        "lines": forms.TextField(label="Address", rows=3, required=False, max_length=500, help_text="Up to 5 lines"),
        "postcode": forms.CharField(label="Postcode", max_length=10, required=False),
        "uprn": forms.CharField(
            label="UPRN", help_text="The property's own number, 1 to 12 digits", max_length=14, required=False
        ),
        **_days(),
    }


def _telecom_fields() -> dict[str, Any]:
    ranks = [("", "No order"), ("1", "1, the best"), *((str(n), str(n)) for n in range(2, 6))]
    return {
        "contact": forms.CharField(
            label="Phone number or email address",
            max_length=254,
            error_messages={"required": "Enter the number or the address"},
        ),
        "rank": forms.ChoiceField(label="In which order to try it?", choices=ranks, required=False),
        **_days(),
    }


def _gp_fields() -> dict[str, Any]:
    name = forms.CharField(
        label="Name of the GP",
        help_text="For example, Dr Amina Patel",
        max_length=LONGEST_LINE,
        error_messages={"required": "Enter the name of the GP"},
    )
    return {"gp_name": name, **_days()}


def _days() -> dict[str, Any]:
    return {
        "starts_on": forms.DateField(label="Since when?", required=False),
        "ends_on": forms.DateField(label="Until when?", required=False),
    }


FIELDS: Mapping[str, Callable[[], dict[str, Any]]] = {
    Kind.NAME: _name_fields,
    Kind.IDENTIFIER: _identifier_fields,
    Kind.ADDRESS: _address_fields,
    Kind.TELECOM: _telecom_fields,
    Kind.GP: _gp_fields,
}
SAID: Mapping[str, frozenset[str]] = {
    Kind.NAME: frozenset({"family", "given", "title"}),
    Kind.IDENTIFIER: frozenset({"identifier", "assigner"}),
    Kind.ADDRESS: frozenset({"lines", "postcode", "uprn"}),
    Kind.TELECOM: frozenset({"contact"}),
    Kind.GP: frozenset({"gp_name"}),
}


def _lines(text: str) -> tuple[str, ...]:
    lines = tuple(line.strip() for line in text.splitlines() if line.strip())
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise forms.ValidationError(f"Use up to {MOST_LINES} lines of up to {LONGEST_LINE} characters")
    return lines
