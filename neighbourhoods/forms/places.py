"""Which neighbourhood somebody belongs to."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from carecoord.ui import forms
from neighbourhoods.models import Neighbourhood


class PlaceForm(forms.Form):
    neighbourhood = forms.TypedChoiceField(
        label="Which neighbourhood?",
        coerce=UUID,
        widget=forms.Radios(),
        error_messages={"required": "Choose a neighbourhood"},
    )
    reason = forms.CharField(
        label="Why?",
        help_text="For example, lives with her daughter in Mill Lane",
        max_length=200,
        error_messages={"required": "Say why"},
    )

    def __init__(self, *args: Any, neighbourhoods: Sequence[Neighbourhood], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = cast("forms.TypedChoiceField", self.fields["neighbourhood"])
        chosen.choices = [(str(one.id), one.name) for one in neighbourhoods]
