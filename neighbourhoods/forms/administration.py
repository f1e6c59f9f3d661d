"""What administrators enter about organisations, teams, people and their roles."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import time
from typing import Any, Final, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.forms import TimeField

from carecoord.errors import RuleError
from carecoord.ui import forms
from neighbourhoods.ages import ADULT
from neighbourhoods.models import Membership, Neighbourhood, Organisation, OrganisationKind, Role, Team, TeamKind
from neighbourhoods.models.memberships import Induction, ProfessionalBody
from neighbourhoods.models.organisations import ToolkitStatus
from neighbourhoods.services import OrganisationFacts, TeamFacts
from neighbourhoods.services.memberships import StaffFacts
from neighbourhoods.values import clean_ods_code

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EMAIL_WRONG = "Enter an email address, such as name@example.org"
TIME_WRONG = "Enter a time, such as 08:00"
NOWHERE = "The whole place"


def choices_of(form: forms.Form, name: str, choices: Iterable[tuple[Any, str]]) -> None:
    field = cast("forms.ChoiceField", form.fields[name])
    field.choices = [(str(value), label) for value, label in choices]


class NeighbourhoodChoice(forms.Form):
    neighbourhood = forms.TypedChoiceField(
        label="Neighbourhood", choices=(), coerce=UUID, empty_value=None, required=False
    )

    def offer_neighbourhoods(self, neighbourhoods: Sequence[Neighbourhood]) -> None:
        choices_of(self, "neighbourhood", [("", NOWHERE), *((one.id, one.name) for one in neighbourhoods)])


class OrganisationForm(NeighbourhoodChoice):
    name = forms.CharField(label="Name", max_length=150, error_messages={"required": "Enter the name"})
    kind = forms.ChoiceField(
        label="Kind",
        choices=[("", "Choose"), *(kind for kind in OrganisationKind.choices if kind[0] != "partnership")],
        error_messages={"required": "Choose what kind it is"},
    )
    ods_code = forms.CharField(
        label="ODS code", help_text="1 to 9 letters and digits. Many charities have none", max_length=12, required=False
    )
    phone = forms.CharField(label="Phone", max_length=30, required=False)
    address = forms.CharField(label="Address", max_length=200, required=False)
    field_order: tuple[str, ...] = ("name", "kind", "ods_code", "neighbourhood", "phone", "address")

    def __init__(self, *args: Any, neighbourhoods: Sequence[Neighbourhood], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_neighbourhoods(neighbourhoods)

    def clean_ods_code(self) -> str:
        typed = self.cleaned_data["ods_code"]
        return clean_ods_code(typed) if typed else ""

    def facts(self) -> OrganisationFacts:
        data = self.cleaned_data
        return OrganisationFacts(data["name"], data["ods_code"], data["neighbourhood"], data["phone"], data["address"])


AGREEMENT: Final = ("agreement_starts_on", "agreement_ends_on", "privacy_contact")


class OrganisationChangeForm(OrganisationForm):
    """With what is said of one that takes part already; of what kind it is stays."""

    kind = None  # type: ignore[assignment]
    email = forms.EmailField(label="Email", max_length=254, required=False, error_messages={"invalid": EMAIL_WRONG})
    site_codes = forms.CharField(
        label="ODS codes of its sites", help_text="With spaces or commas between them", max_length=300, required=False
    )
    parent = forms.TypedChoiceField(label="Part of", choices=(), coerce=UUID, empty_value=None, required=False)
    toolkit_status = forms.ChoiceField(
        label="Data Security and Protection Toolkit",
        choices=[("", "Not known"), *ToolkitStatus.choices],
        required=False,
    )
    toolkit_year = forms.IntegerField(
        label="Published in", help_text="A year, such as 2026", min_value=2018, max_value=2100, required=False
    )
    agreement_starts_on = forms.DateField(label="First day of its data sharing agreement", required=False)
    agreement_ends_on = forms.DateField(label="Last day of its data sharing agreement", required=False)
    privacy_contact = forms.CharField(
        label="Whom others ask about privacy", help_text="Name, phone, email", max_length=200, required=False
    )
    field_order = (
        *(*OrganisationForm.field_order, "email", "site_codes", "parent", "toolkit_status", "toolkit_year"),
        *AGREEMENT,
    )

    def __init__(self, *args: Any, others: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices_of(self, "parent", [("", "No other organisation"), *((one.id, one.name) for one in others)])

    def clean_site_codes(self) -> tuple[str, ...]:
        typed = re.split(r"[\s,;]+", self.cleaned_data["site_codes"].strip(" ,;"))
        return tuple(dict.fromkeys(clean_ods_code(one) for one in typed if one))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = {name for name in ("toolkit_status", "toolkit_year") if data.get(name)}
        if said == {"toolkit_status"} and "toolkit_year" not in self.errors:
            self.add_error("toolkit_year", "Enter the year in which it was published")
        elif said == {"toolkit_year"}:
            self.add_error("toolkit_status", "Choose what was published in that year")
        first, last = data.get("agreement_starts_on"), data.get("agreement_ends_on")
        if first and last and last < first:
            self.add_error("agreement_ends_on", "The last day of the agreement is before its first day")
        return data

    def facts(self) -> OrganisationFacts:
        data = self.cleaned_data
        more = {name: data[name] for name in ("email", "site_codes", "toolkit_status", "toolkit_year", *AGREEMENT)}
        return replace(super().facts(), parent_id=data["parent"], **more)


class TeamForm(NeighbourhoodChoice):
    name = forms.CharField(label="Name", max_length=100, error_messages={"required": "Enter the name"})
    kind = forms.ChoiceField(
        label="Kind",
        choices=[(kind.value, kind.label) for kind in (TeamKind.CARE, TeamKind.WARD, TeamKind.VOLUNTEERS)],
        widget=forms.Radios(is_inline=True),
        initial=TeamKind.CARE,
    )
    phone = forms.CharField(label="Phone", max_length=30, required=False)
    out_of_hours = forms.CharField(label="Who to ring when it is closed", max_length=150, required=False)
    working_days = forms.TypedMultipleChoiceField(
        label="Days it works",
        help_text="Its clocks run on these days. None chosen means Monday to Friday",
        choices=[(str(number), day) for number, day in enumerate(DAYS)],
        coerce=int,
        required=False,
        widget=forms.Checkboxes(),
    )
    opens_at = TimeField(label="Opens at", initial=time(8), error_messages={"invalid": TIME_WRONG})
    closes_at = TimeField(label="Closes at", initial=time(18), error_messages={"invalid": TIME_WRONG})
    field_order = ("name", "kind", "neighbourhood")

    def __init__(self, *args: Any, neighbourhoods: Sequence[Neighbourhood], is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_neighbourhoods(neighbourhoods)
        for name in ("opens_at", "closes_at"):
            self.fields[name].widget.format = "%H:%M"
        if not is_new:
            del self.fields["kind"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens_at, closes_at = data.get("opens_at"), data.get("closes_at")
        if opens_at and closes_at and opens_at >= closes_at:
            self.add_error("closes_at", "Enter a time after the team opens")
        return data

    def facts(self) -> TeamFacts:
        data = {name: value for name, value in self.cleaned_data.items() if name != "kind"}
        neighbourhood_id, days = data.pop("neighbourhood"), tuple(data.pop("working_days"))
        return TeamFacts(neighbourhood_id=neighbourhood_id, working_days=days, **data)


class TeamsForm(forms.Form):
    """The teams of one membership, and which of them it leads."""

    teams = forms.MultipleChoiceField(
        label="Teams",
        help_text="The role opens the records of all of them; volunteers open none",
        choices=(),
        widget=forms.Checkboxes(),
        error_messages={"required": "Choose at least one team"},
    )
    leads = forms.MultipleChoiceField(
        label="Leads these teams",
        help_text="A lead is told when a clock runs out, and may move the team's work",
        choices=(),
        widget=forms.Checkboxes(),
        required=False,
    )

    def __init__(self, *args: Any, teams: Sequence[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(team.id): team for team in teams}
        choices_of(self, "teams", ((team.id, team.name) for team in teams))
        choices_of(self, "leads", ((team.id, team.name) for team in teams if team.takes_tasks))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if set(data.get("leads", ())) - set(data.get("teams", ())) and "teams" in data:
            self.add_error("leads", "Choose only teams that are ticked above")
        return data

    def chosen(self, name: str) -> list[Team]:
        return [self.offered[value] for value in self.cleaned_data[name]]


class StaffForm(forms.Form):
    """What an organisation keeps of somebody in one role."""

    professional_body = forms.ChoiceField(
        label="Professional body", choices=[("", "None"), *ProfessionalBody.choices], required=False
    )
    registration = forms.CharField(
        label="Number with that body", help_text="For example, 12A3456E", max_length=20, required=False
    )
    induction = forms.ChoiceField(label="Induction", choices=Induction.choices, widget=forms.Radios())
    trained_on = forms.DateField(label="Last training in information governance", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = {name for name in ("professional_body", "registration") if data.get(name)}
        if said == {"professional_body"} and "registration" not in self.errors:
            self.add_error("registration", "Enter the number, or choose no professional body")
        elif said == {"registration"}:
            self.add_error("professional_body", "Choose whose number it is")
        return data

    def facts(self) -> StaffFacts:
        data = dict(self.cleaned_data)
        return StaffFacts(professional_number=data.pop("registration"), **data)


def staff_words(membership: Membership) -> dict[str, Any]:
    said = {name: getattr(membership, name) for name in StaffFacts.__dataclass_fields__}
    return {**said, "registration": membership.professional_number}


class RoleGiven(TeamsForm):
    role = forms.ChoiceField(
        label="Role", choices=[("", "Choose"), *Role.choices], error_messages={"required": "Choose a role"}
    )
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        error_messages={"required": "Enter the email address", "invalid": EMAIL_WRONG},
    )


class MembershipForm(RoleGiven):
    """A role for somebody who has an account."""

    field_order = ("email", "role", "teams", "leads")


class PersonForm(RoleGiven):
    """An account with its first role."""

    name = forms.CharField(
        label="Full name",
        max_length=150,
        help_text="As colleagues know them. For example, Amina Khan",
        error_messages={"required": "Enter the full name"},
    )
    phone = forms.CharField(label="Phone", max_length=30, required=False)
    field_order = ("name", "email", "phone", "role", "teams", "leads")


class SubjectForm(forms.Form):
    """Whom the identity provider means. Every letter counts."""

    subject = forms.CharField(
        label="Subject",
        max_length=255,
        help_text="As the identity provider shows it, capitals included",
        error_messages={"required": "Enter the subject"},
    )


class AgesForm(forms.Form):
    """Of the rules for children."""

    review = forms.IntegerField(label="Look at it again from this age on", min_value=1, max_value=ADULT)
    end = forms.IntegerField(label="A parent acts until this birthday", min_value=2, max_value=ADULT)


class NeighbourhoodForm(forms.Form):
    name = forms.CharField(
        label="Name of the new neighbourhood", max_length=60, error_messages={"required": "Enter the name"}
    )


class OrganisationFilter(forms.Form):
    marks_optional = False
    q = forms.CharField(label="Name or ODS code", required=False, max_length=100)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "All kinds"), *OrganisationKind.choices])


class PeopleFilter(forms.Form):
    marks_optional = False
    q = forms.CharField(label="Name or email", required=False, max_length=100)


def add_refusal(form: forms.Form, problem: RuleError | ValidationError) -> None:
    """What a service refused, at the field that it is about."""
    if isinstance(problem, RuleError):
        field = problem.field if problem.field in form.fields else None
        form.add_error(field, ValidationError(problem.sentence, code=problem.code))
        return
    for name, sentences in (problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}).items():
        form.add_error(name if name in form.fields else None, sentences)


def organisation_words(organisation: Organisation) -> dict[str, Any]:
    return {
        "name": organisation.name,
        "ods_code": organisation.ods_code,
        "neighbourhood": organisation.neighbourhood_id,
        "phone": organisation.phone,
        "address": organisation.address,
        "email": organisation.email,
        "site_codes": ", ".join(organisation.site_codes),
        "parent": organisation.parent_id,
        "toolkit_status": organisation.toolkit_status,
        "toolkit_year": organisation.toolkit_year,
        **{name: getattr(organisation, name) for name in AGREEMENT},
    }


def team_words(team: Team) -> dict[str, Any]:
    return {
        "name": team.name,
        "neighbourhood": team.neighbourhood_id,
        "phone": team.phone,
        "out_of_hours": team.out_of_hours,
        "working_days": [str(day) for day in team.working_days],
        "opens_at": team.opens_at,
        "closes_at": team.closes_at,
    }
