"""Which of my teams."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django.forms import HiddenInput

from carecoord.ui import forms
from neighbourhoods.models import Team


class TeamForm(forms.Form):
    """A form that asks for which of my teams, only where there is more than one."""

    team = forms.TypedChoiceField(label="For which team?", coerce=UUID, empty_value=None)

    def __init__(self, *args: Any, teams: Sequence[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only_team_id = teams[0].id if len(teams) == 1 else None
        chosen = cast("forms.TypedChoiceField", self.fields["team"])
        chosen.choices = [(str(team.id), team.name) for team in teams]
        if self.only_team_id:
            chosen.required, chosen.widget = False, HiddenInput()

    def clean_team(self) -> UUID | None:
        return self.cleaned_data["team"] or self.only_team_id
