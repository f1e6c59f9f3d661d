"""What is asked before the statement leaves as a file (IG-17, IG-27)."""

from typing import Any, Final

from carecoord.audit import Purpose
from carecoord.ui import forms

PURPOSES: Final = {
    "asked": ("They asked for it", Purpose.ASKED),
    "care": ("To read it with them, or for somebody who cares for them", Purpose.CARE),
}
SIZES: Final = (("usual", "Usual"), ("large", "Large print"))


class StatementForm(forms.Form):
    purpose = forms.ChoiceField(
        label="What is it for?",
        choices=[(key, words) for key, (words, _) in PURPOSES.items()],
        widget=forms.Radios(),
        error_messages={"required": "Choose what it is for"},
    )
    size = forms.ChoiceField(
        label="Letters",
        choices=SIZES,
        widget=forms.Radios(is_inline=True),
        error_messages={"required": "Choose usual letters or large print"},
    )

    def clean_purpose(self) -> Purpose:
        return PURPOSES[self.cleaned_data["purpose"]][1]

    @classmethod
    def for_somebody(cls, preferred_written_format: str) -> Any:
        """Large print stands chosen for whoever wants their letters so (domain.md 2.1)."""
        return cls(initial={"size": "large" if preferred_written_format == LARGE_PRINT else "usual"})


LARGE_PRINT: Final = "11"
