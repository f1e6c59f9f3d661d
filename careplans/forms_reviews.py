"""Shape of a review meeting: of each part of the plan, whether it is still right; then the next review."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.forms import HiddenInput

from carecoord import clock
from carecoord.ui import forms
from careplans.services.meetings import CHANGE, MAX_NOTE, MAX_TOOK_PART, RIGHT, Answer

Choices = Sequence[tuple[str, str]]
POINT, NOTE = "point_", "note_"


class ReviewForm(forms.Form):
    """`points` are the parts of the plan by key and label. One that was not talked about stays unanswered."""

    kept_too: ClassVar = (POINT, NOTE)

    held_on = forms.DateField(label="Held on", error_messages={"required": "Enter the day of the review"})
    took_part = forms.TextField(
        label="Who took part",
        rows=2,
        max_length=MAX_TOOK_PART,
        error_messages={"required": "Say who took part"},
    )
    review_due_on = forms.DateField(
        label="Next review by",
        help_text="Within a year",
        error_messages={"required": "Enter the day of the next review"},
    )
    review_team = forms.TypedChoiceField(
        label="Team that reviews it", coerce=UUID, error_messages={"required": "Choose the team that reviews it"}
    )
    reviewer = forms.TypedChoiceField(label="Who in that team", coerce=UUID, empty_value=None, required=False)
    version = forms.IntegerField(widget=HiddenInput)
    made = forms.UUIDField(widget=HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        points: Iterable[tuple[str, str]],
        called: str,
        teams: Choices,
        people: Choices,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.points = dict(points)
        self.fields["took_part"].help_text = f"For example, {called}, their daughter, and who came of which team"
        choose(self.fields["review_team"], [("", "Choose a team"), *teams])
        choose(self.fields["reviewer"], [("", "Nobody in particular"), *people])
        for key, label in self.points.items():
            self.fields[f"{POINT}{key}"] = forms.ChoiceField(
                label=f"{label}: still right?",
                choices=((RIGHT, "Still right"), (CHANGE, "Needs changing")),
                widget=forms.Radios(),
                required=False,
            )
            self.fields[f"{NOTE}{key}"] = forms.CharField(label="Note", max_length=MAX_NOTE, required=False)

    def clean_held_on(self) -> date:
        day: date = self.cleaned_data["held_on"]
        if day > clock.today():
            raise forms.ValidationError("The day of the review must be today or earlier")
        return day

    @property
    def answers(self) -> dict[str, Answer]:
        """Of what was talked about."""
        said = self.cleaned_data
        return {
            key: Answer(label, said[f"{POINT}{key}"], said[f"{NOTE}{key}"])
            for key, label in self.points.items()
            if said[f"{POINT}{key}"]
        }


def choose(field: Any, choices: Choices) -> None:
    field.choices = list(choices)
