"""Filters of the lists of what is due."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from carecoord.record.due import DueChoice
from carecoord.ui import forms


class DueForm(forms.Form):
    """Whose is asked where there is a choice. The first of each choice is what my day counts."""

    marks_optional = False

    days = forms.ChoiceField(label="Which days", required=False)
    whose = forms.ChoiceField(label="Whose", required=False)

    def __init__(self, *args: Any, days: Mapping[str, str], whose: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["days"]).choices = list(days.items())
        cast("forms.ChoiceField", self.fields["whose"]).choices = list(whose.items())
        if len(whose) == 1:
            del self.fields["whose"]

    def choice(self, after: UUID | None) -> DueChoice:
        """A filter that cannot be read filters nothing."""
        typed = self.cleaned_data if self.is_valid() else {}
        return DueChoice(typed.get("days", ""), typed.get("whose", ""), after)

    def says(self, choice: DueChoice) -> str:
        """What is chosen, in words: the filters are not printed."""
        chosen = {"days": choice.days, "whose": choice.whose}
        words = (dict(self.fields[name].choices)[chosen[name]] for name in self.fields)  # type: ignore[attr-defined]
        return ". ".join(words)
