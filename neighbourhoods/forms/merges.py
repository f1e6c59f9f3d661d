"""Which facts of two records are true, and why they are one person's; and what goes back when they are not."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from carecoord.ui import forms
from neighbourhoods.display.merges import Compared, Later

OURS, THEIRS = "survivor", "merged"
MOST: Final = 200


class MergeForm(forms.Form):
    """One choice for each fact in which the two differ: nothing is guessed."""

    def __init__(self, *args: Any, differing: Sequence[Compared], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in differing:
            self.fields[row.key] = forms.ChoiceField(
                label=f"Which is right: {row.label}?",
                choices=[(OURS, row.ours), (THEIRS, row.theirs)],
                widget=forms.Radios(),
                error_messages={"required": f"Choose what is right: {row.label}"},
            )
        self.fields["reason"] = forms.CharField(
            label="How do you know that they are one person?",
            help_text="Those who see the record read it",
            max_length=MOST,
            min_length=3,
            error_messages={"required": "Say how you know", "min_length": "Say how you know, in a few words"},
        )

    def chosen(self) -> list[str]:
        return [name for name, value in self.cleaned_data.items() if value == THEIRS and name != "reason"]


class UnmergeForm(forms.Form):
    also = forms.MultipleChoiceField(
        label="Written since the merge",
        help_text="It stays in this record. Tick what is about the other person and goes with them",
        widget=forms.Checkboxes(),
        required=False,
    )
    reason = forms.CharField(
        label="Why are they two people after all?",
        help_text="Those who see either record read it",
        max_length=MOST,
        min_length=3,
        error_messages={"required": "Say why", "min_length": "Say why, in a few words"},
    )

    def __init__(self, *args: Any, later: Sequence[Later], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if later:
            self.fields["also"].choices = [(str(row.id), row.words) for row in later]  # type: ignore[attr-defined]
        else:
            del self.fields["also"]

    def going(self) -> list[UUID]:
        return [UUID(one) for one in self.cleaned_data.get("also", ())]
