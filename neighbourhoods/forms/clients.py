"""What administrators enter about API clients."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from carecoord import clock
from carecoord.api.scopes import OFFERED
from carecoord.ui import forms
from neighbourhoods.forms.administration import choices_of
from neighbourhoods.models import ApiClient, Organisation, Team
from neighbourhoods.services.clients import OVERLAP, ClientFacts

PURPOSE_LENGTH = 100
OVERLAPS = {"1": "1 day", "7": "7 days", "30": "30 days", "0": "It stops at once"}
IN_WRONG_HANDS = "For a secret that others may know. What the system has open ends too, until it signs in again"


class ClientForm(forms.Form):
    """Its teams are those of one organisation; the secret is made, never entered."""

    name = forms.CharField(
        label="Name of the system",
        help_text="As the record shows it to everybody. For example, Hospital record system",
        max_length=100,
        error_messages={"required": "Enter the name of the system"},
    )
    teams = forms.MultipleChoiceField(
        label="Teams that it acts for",
        help_text="It sees the residents of these teams, and no others",
        choices=(),
        widget=forms.Checkboxes(),
        error_messages={"required": "Choose at least one team"},
    )
    default_team = forms.ChoiceField(
        label="Usual team",
        help_text="What it sends without naming a team is this team's",
        choices=(),
        error_messages={"required": "Choose the usual team"},
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        help_text="Tick only what the agreement is for",
        choices=list(OFFERED.items()),
        widget=forms.Checkboxes(hints={scope: scope for scope in OFFERED}),
        error_messages={"required": "Choose at least one thing that it may do"},
    )
    agreement = forms.CharField(
        label="Sharing agreement",
        help_text="Its title or number",
        max_length=200,
        error_messages={"required": "Enter the title or number of the sharing agreement"},
    )
    purposes = forms.TextField(
        label="Purposes",
        help_text="As the agreement names them, each on a line of its own",
        max_length=1000,
        rows=3,
        error_messages={"required": "Enter at least one purpose"},
    )
    agreement_ends_on = forms.DateField(
        label="Last day of the agreement",
        help_text="After this day the system is shut out",
        error_messages={"required": "Enter the last day of the agreement"},
    )

    def __init__(self, *args: Any, teams: Sequence[Team], ends_on: date | None = None, **kwargs: Any) -> None:
        """`ends_on` is the day kept now, which may be over; another day that is over is refused."""
        super().__init__(*args, **kwargs)
        self.offered, self.ends_on = {str(team.id): team for team in teams}, ends_on
        named = [(team.id, team.name) for team in teams]
        choices_of(self, "teams", named)
        choices_of(self, "default_team", [("", "Choose"), *named])

    def clean_purposes(self) -> tuple[str, ...]:
        lines = (line.strip() for line in self.cleaned_data["purposes"].splitlines())
        purposes = tuple(dict.fromkeys(line for line in lines if line))
        if any(len(purpose) > PURPOSE_LENGTH for purpose in purposes):
            raise forms.ValidationError(f"Shorten each purpose to {PURPOSE_LENGTH} characters")
        return purposes

    def clean_agreement_ends_on(self) -> date:
        ends_on: date = self.cleaned_data["agreement_ends_on"]
        if ends_on < clock.today() and ends_on != self.ends_on:
            raise forms.ValidationError("Last day of the agreement must be today or later")
        return ends_on

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "teams" in data and "default_team" in data and data["default_team"] not in data["teams"]:
            self.add_error("default_team", "Choose one of the teams that are ticked above")
        return data

    def facts(self) -> ClientFacts:
        data = self.cleaned_data
        return ClientFacts(
            name=data["name"],
            team_ids=[self.offered[value].id for value in data["teams"]],
            default_team_id=self.offered[data["default_team"]].id,
            scopes=data["scopes"],
            agreement=data["agreement"],
            purposes=data["purposes"],
            agreement_ends_on=data["agreement_ends_on"],
        )


class OverlapForm(forms.Form):
    overlap = forms.ChoiceField(
        label="How long does the old secret go on working?",
        help_text="Both work until then, so that the partner can change over without a gap",
        choices=list(OVERLAPS.items()),
        initial=str(OVERLAP.days),
        widget=forms.Radios(hints={"0": IN_WRONG_HANDS}),
    )

    def length(self) -> timedelta:
        return timedelta(days=int(self.cleaned_data["overlap"]))


class ClientFilter(forms.Form):
    marks_optional = False
    q = forms.CharField(label="Name or organisation", required=False, max_length=100)


class OrganisationOfClient(forms.Form):
    organisation = forms.ChoiceField(
        label="Whose teams does the system act for?", choices=(), error_messages={"required": "Choose an organisation"}
    )

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices_of(self, "organisation", [("", "Choose"), *((one.id, one.name) for one in organisations)])


def client_words(client: ApiClient) -> dict[str, Any]:
    return {
        "name": client.name,
        "teams": [str(team.id) for team in client.teams.all()],
        "default_team": str(client.default_team_id),
        "scopes": client.client.get_scopes(),
        "agreement": client.agreement,
        "purposes": "\n".join(client.purposes),
        "agreement_ends_on": client.agreement_ends_on,
    }
