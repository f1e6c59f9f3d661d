"""Filters of the lists of what is due."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from carecoord.record.due import MINE, DueChoice
from carecoord.ui import forms
from neighbourhoods.models import Team


class DueForm(forms.Form):
    """Whose is asked where there is a choice."""

    marks_optional = False

    days = forms.ChoiceField(label="Which days", required=False)
    whose = forms.ChoiceField(label="Whose", required=False)

    def __init__(
        self, *args: Any, days: Mapping[str, str], teams: Sequence[Team], can_be_mine: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        several = [(str(team.id), team.name) for team in teams] if len(teams) > 1 else []
        mine = [(MINE, "Mine")] if can_be_mine else []
        cast("forms.ChoiceField", self.fields["days"]).choices = list(days.items())
        whole = "All my teams" if several else "My whole team"
        cast("forms.ChoiceField", self.fields["whose"]).choices = [("", whole), *mine, *several]
        if not several and not mine:
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
