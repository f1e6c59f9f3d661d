"""Saying whose somebody is who came by import."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from carecoord.ui import forms
from neighbourhoods.models import Team


class SortResidentForm(forms.Form):
    team = forms.TypedChoiceField(
        label="Which team takes them on?", coerce=UUID, error_messages={"required": "Choose a team"}
    )
    reason = forms.CharField(
        label="Why this team?", max_length=200, help_text="For example, known to them for leg ulcers",
        error_messages={"required": "Say why this team takes them on"},
    )  # fmt: skip

    def __init__(self, *args: Any, teams: Sequence[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = cast("forms.TypedChoiceField", self.fields["team"])
        named = [(str(team.id), f"{team.name}, {team.organisation.name}") for team in teams]
        chosen.choices = [("", "Choose a team"), *named]
