"""A death, and that it was none."""

from typing import Any

from carecoord import clock
from carecoord.ui import forms
from neighbourhoods.codes import choices_of
from neighbourhoods.models.entries import MAX_REASON
from neighbourhoods.services.deaths import TAKEN_BACK

DEATH_STATUS = "death-status"


class DeathForm(forms.Form):
    died_on = forms.DateField(
        label="On which day did they die?", error_messages={"required": "Say on which day they died"}
    )
    death_status = forms.ChoiceField(
        label="How is it known?", widget=forms.Radios(), error_messages={"required": "Say how the death is known"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = choices_of(DEATH_STATUS)[DEATH_STATUS].items()
        self.fields["death_status"].choices = [one for one in known if one[0] != TAKEN_BACK]  # type: ignore[attr-defined]

    def clean_died_on(self) -> Any:
        day = self.cleaned_data["died_on"]
        if day > clock.today():
            raise forms.ValidationError("Choose today or a day before.")
        return day


class UndoDeathForm(forms.Form):
    reason = forms.CharField(
        label="Why was it recorded?",
        help_text="For example, it was somebody else of the same name",
        max_length=MAX_REASON,
        error_messages={"required": "Say why it was recorded"},
    )
