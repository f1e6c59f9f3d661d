"""Shape of an additional support plan: what it is, what it says, and until when."""

from typing import Any

from django.forms import HiddenInput

from carecoord.ui import forms
from careplans.services.additional import MAX_CONTENT, MAX_NAME, MAX_REVIEWED_BY


class AdditionalForm(forms.Form):
    name = forms.CharField(
        label="What it is",
        max_length=MAX_NAME,
        help_text="For example, wound plan, diet plan, behaviour support plan",
        error_messages={"required": "Enter the plan's name"},
    )
    content = forms.TextField(
        label="What it says",
        rows=10,
        max_length=MAX_CONTENT,
        error_messages={"required": "Write what the plan says"},
    )
    starts_on = forms.DateField(label="From", required=False)
    ends_on = forms.DateField(label="To", required=False, help_text="The last day on which it is followed")
    review_due_on = forms.DateField(label="Look at it again by", required=False)
    reviewed_by = forms.CharField(
        label="Who looks at it again",
        max_length=MAX_REVIEWED_BY,
        required=False,
        help_text="Name and role, or the team. For example, Tissue viability nurses",
    )
    version = forms.IntegerField(widget=HiddenInput, required=False)
    made = forms.UUIDField(widget=HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        starts_on, ends_on = said.get("starts_on"), said.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "The last day must not be before the first")
        return said
