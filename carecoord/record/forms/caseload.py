"""Moving residents between people, and on and off a caseload."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from carecoord.record.forms.team import TeamForm
from carecoord.ui import forms
from neighbourhoods.models import CaseloadEntry, Team


class MoveForm(forms.Form):
    """Ticked residents and who takes them; the reason is asked for on the preview."""

    marks_optional = False

    to = forms.TypedChoiceField(label="Give the ticked residents to", coerce=UUID, empty_value=None)
    reason = forms.CharField(
        label="Reason, shown to both", max_length=200, required=False, help_text="For example, over her limit"
    )

    def __init__(self, *args: Any, members: Mapping[UUID, str], is_confirmed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_confirmed = is_confirmed
        self.names = {str(key): name for key, name in members.items()}
        chosen = cast("forms.TypedChoiceField", self.fields["to"])
        chosen.choices = [(key, name) for key, name in self.names.items()]

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if self.is_confirmed and not reason:
            raise forms.ValidationError("Say why they move")
        return reason

    def ticked(self) -> list[UUID]:
        """Entries that were ticked; what is no id is no entry."""
        ids = []
        for text in self.data.getlist("entry"):  # type: ignore[attr-defined]
            try:
                ids.append(UUID(text))
            except ValueError:
                continue
        return ids

    def name_of_chosen(self) -> str:
        return self.names.get(self.data.get("to", ""), "")


class CaseloadOpenForm(TeamForm):
    reason = forms.CharField(
        label="Why?", max_length=200, help_text="For example, leg ulcer, weekly dressing",
        error_messages={"required": "Say why your team takes them on"},
    )  # fmt: skip


class CaseloadEndForm(forms.Form):
    entry = forms.TypedChoiceField(label="Off which caseload?", coerce=UUID, widget=forms.Radios())
    end_reason = forms.CharField(
        label="Why do they come off it?", max_length=200, error_messages={"required": "Say why they come off it"}
    )

    def __init__(
        self, *args: Any, entries: Sequence[CaseloadEntry], holding: Sequence[Team] = (), **kwargs: Any
    ) -> None:
        """`holding` are teams that have the record and no entry: each has registered them, or had them handed over."""
        super().__init__(*args, **kwargs)
        chosen = cast("forms.TypedChoiceField", self.fields["entry"])
        offered = [(str(entry.id), entry.team.name) for entry in entries]
        offered += [(str(team.id), f"{team.name}, which only has the record") for team in holding]
        chosen.choices = offered
        if len(offered) == 1:
            chosen.initial = offered[0][0]
