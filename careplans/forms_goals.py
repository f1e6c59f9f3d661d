"""Shape of steps towards a goal, of how it went with the goal, of needs and strengths, and of what is said of two
actions."""

from datetime import date
from typing import Any

from django.forms import HiddenInput

from carecoord import clock
from carecoord.ui import forms
from careplans.models import GoalOutcome, Need
from careplans.services.doubles import MAX_REASON
from careplans.services.needs import MAX_TITLE as MAX_NEED
from careplans.services.stages import MAX_OUTCOME, MAX_TITLE, MAX_WORDS


class StageForm(forms.Form):
    title = forms.TextField(
        label="The step",
        rows=2,
        max_length=MAX_TITLE,
        help_text="Something smaller that comes first. For example, walk to the garden gate and back",
        error_messages={"required": "Enter the step"},
    )
    outcome = forms.TextField(label="What came of it", rows=2, max_length=MAX_OUTCOME, required=False)
    version = forms.IntegerField(widget=HiddenInput, required=False)
    made = forms.UUIDField(widget=HiddenInput, required=False)


class OutcomeForm(forms.Form):
    extent = forms.ChoiceField(
        label="How far is it?",
        choices=GoalOutcome.Extent.choices,
        widget=forms.Radios(),
        error_messages={"required": "Choose how far it is"},
    )
    reported_on = forms.DateField(label="On which day", error_messages={"required": "Enter the day"})
    words = forms.TextField(label="In words", rows=3, max_length=MAX_WORDS, required=False)
    made = forms.UUIDField(widget=HiddenInput, required=False)

    def __init__(self, *args: Any, called: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = f"What {called} says of it, and what can be seen"

    def clean_reported_on(self) -> date:
        day: date = self.cleaned_data["reported_on"]
        if day > clock.today():
            raise forms.ValidationError("The day must be today or earlier")
        return day


class NeedForm(forms.Form):
    """`kind` is asked once."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=Need.Kind.choices,
        widget=forms.Radios(),
        error_messages={"required": "Choose whether it is a need or a strength"},
    )
    title = forms.TextField(
        label="In words", rows=2, max_length=MAX_NEED, error_messages={"required": "Say it in words"}
    )
    in_own_words = forms.BooleanField(required=False)
    version = forms.IntegerField(widget=HiddenInput, required=False)
    made = forms.UUIDField(widget=HiddenInput, required=False)

    def __init__(self, *args: Any, called: str, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].help_text = f"One thing. For example, getting to the shop, or {called} knows who to ask"
        self.fields["in_own_words"].label = f"These are {called}'s own words"
        if not is_new:
            del self.fields["kind"]


class RightForm(forms.Form):
    reason = forms.TextField(
        label="Why are both right?",
        rows=2,
        max_length=MAX_REASON,
        help_text="Everybody who reads the plan reads this. For example, one dresses the wound, one looks at her heart",
        error_messages={"required": "Say why both are right"},
    )
