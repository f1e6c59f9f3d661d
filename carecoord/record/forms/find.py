"""The search box."""

from carecoord.record.typed import Typed, read
from carecoord.ui import forms

NOTHING_TYPED = "Enter an NHS number, a name, a date of birth, a postcode, a phone number or a local number"


class FindForm(forms.Form):
    marks_optional = False

    q = forms.CharField(
        label="NHS number, name, date of birth, postcode, phone or local number",
        help_text="For example, 999 000 0018, Hartley 14/3/1948, or Hartley M1 1AE",
        max_length=200,
        error_messages={"required": NOTHING_TYPED},
    )

    def clean_q(self) -> Typed:
        typed = read(self.cleaned_data["q"])
        if typed.problem:
            raise forms.ValidationError(typed.problem)
        if typed.is_empty:
            raise forms.ValidationError(NOTHING_TYPED)
        return typed
