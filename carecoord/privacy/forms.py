"""What a reviewer found."""

from carecoord.privacy.models import FEWEST_CHARACTERS, PrivacyReview
from carecoord.ui import forms


class ReviewForm(forms.Form):
    outcome = forms.ChoiceField(
        label="Was it justified?",
        choices=PrivacyReview.Outcome.choices,
        widget=forms.Radios(),
        error_messages={"required": "Say whether it was justified"},
    )
    note = forms.TextField(
        label="What did you find?",
        help_text=f"At least {FEWEST_CHARACTERS} characters. Privacy officers and the Caldicott Guardian read it.",
        max_length=4000,
        error_messages={"required": "Write what you found"},
    )
