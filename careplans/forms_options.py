"""Shape of what was offered, and of what was chosen."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.forms import HiddenInput

from carecoord import clock
from carecoord.ui import forms
from careplans.services.options import MAX_NEED, MAX_SAID_BY, MAX_TITLE, MAX_WHY

WORDS = {"choose": "It was chosen", "decline": "It was declined", "enter_in_error": "It was entered in error"}


class OptionForm(forms.Form):
    title = forms.TextField(
        label="What is offered?",
        rows=2,
        max_length=MAX_TITLE,
        help_text="For example, a walking group on Tuesdays",
        error_messages={"required": "Enter what is offered"},
    )
    goal = forms.TypedChoiceField(label="For which goal?", coerce=UUID, required=False, empty_value=None)
    need = forms.CharField(label="Or for which need?", max_length=MAX_NEED, required=False)
    made = forms.UUIDField(widget=HiddenInput, required=False)

    def __init__(self, *args: Any, goals: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal"].choices = [("", "No goal"), *goals]  # type: ignore[attr-defined]


class ChoiceForm(forms.Form):
    verb = forms.ChoiceField(
        label="What became of it?", widget=forms.Radios(), error_messages={"required": "Choose what became of it"}
    )
    why = forms.TextField(label="Why?", rows=2, max_length=MAX_WHY, required=False)
    said_by = forms.CharField(label="Who chose?", max_length=MAX_SAID_BY, required=False)
    decided_on = forms.DateField(label="On which day?", error_messages={"required": "Enter the day"})
    version = forms.IntegerField(widget=HiddenInput, required=False)

    def __init__(self, *args: Any, verbs: Sequence[str], called: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [(verb, WORDS[verb]) for verb in verbs]  # type: ignore[attr-defined]
        self.fields["why"].help_text = "Needed where it was declined, or was an error"
        self.fields["said_by"].help_text = f"Leave it empty where it was {called}"

    def clean_decided_on(self) -> date:
        day: date = self.cleaned_data["decided_on"]
        if day > clock.today():
            raise forms.ValidationError("The day must be today or earlier")
        return day
