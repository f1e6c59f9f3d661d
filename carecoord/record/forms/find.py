"""The search box."""

from carecoord.record.typed import Typed, read
from carecoord.ui import forms

NOTHING_TYPED = "Enter an NHS number, a phone number, or a name and a date of birth"


class FindForm(forms.Form):
    marks_optional = False

    q = forms.CharField(
        label="NHS number, phone number, or name and date of birth",
        help_text="For example 999 000 0018, 07700 900123, or Hartley 14/3/1948",
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
