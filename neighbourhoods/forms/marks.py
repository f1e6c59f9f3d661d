"""The one question about what is given out."""

from carecoord.ui import forms
from neighbourhoods.marks import offered


def hidden_field(before: str = "") -> forms.ChoiceField:
    """`before` is what stands there."""
    return forms.ChoiceField(
        label="Keep it from",
        help_text="When the record is given out. Staff around them read it",
        choices=list(offered(before)),
        required=False,
    )
