"""Why somebody opens what is sealed (IG-08)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from carecoord.ui import forms
from neighbourhoods.models.emergencies import FEWEST_CHARACTERS, SEAL_GROUNDS


class OpenSealForm(forms.Form):
    ground = forms.ChoiceField(
        label="On what ground?",
        choices=[(one.value, one.label) for one in SEAL_GROUNDS],
        widget=forms.Radios(),
        error_messages={"required": "Say on what ground"},
    )
    words = forms.TextField(
        label="Why do you need to read them?",
        help_text=f"At least {FEWEST_CHARACTERS} characters",
        max_length=2000,
        error_messages={"required": "Say why you need to read them"},
    )

    def __init__(self, *args: Any, teams: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(teams) > 1:
            self.fields["team"] = forms.TypedChoiceField(label="For which team?", coerce=UUID, choices=list(teams))
            forms.apply_house_rules("team", self.fields["team"])
