"""Why a record has to be opened at once, by somebody without a recorded reason (IG-05)."""

from carecoord.record.forms.team import TeamForm
from carecoord.ui import forms
from neighbourhoods.models.emergencies import FEWEST_CHARACTERS, RECORD_GROUNDS


class EmergencyForm(TeamForm):
    prefix = "emergency"

    ground = forms.ChoiceField(
        label="On what ground?",
        choices=[(one.value, one.label) for one in RECORD_GROUNDS],
        widget=forms.Radios(),
        error_messages={"required": "Say on what ground"},
    )
    words = forms.TextField(
        label="What is happening?",
        help_text=f"At least {FEWEST_CHARACTERS} characters",
        max_length=2000,
        error_messages={"required": "Say what is happening"},
    )

    field_order = ("ground", "words", "team")
