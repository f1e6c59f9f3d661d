"""Which membership to act as."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from carecoord.ui import forms
from neighbourhoods.models import Membership


class RoleForm(forms.Form):
    membership = forms.TypedChoiceField(
        label="Which role do you act in now?",
        coerce=UUID,
        error_messages={"required": "Choose a role", "invalid_choice": "Choose one of your roles"},
    )

    def __init__(
        self,
        *args: Any,
        memberships: Sequence[tuple[Membership, tuple[str, ...]]],
        acting_as: str | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ChoiceField", self.fields["membership"])
        teams = {str(membership.id): ", ".join(names) for membership, names in memberships}
        choice.widget = forms.Radios(hints={key: names for key, names in teams.items() if names})
        choice.choices = [(str(membership.id), str(membership)) for membership, _ in memberships]
        choice.initial = acting_as
