"""What is typed about a rota and about who is away. Names of the fields are those of the services."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from carecoord.ui import forms
from neighbourhoods.models import Membership

NOT_IN_TEAM = {"invalid_choice": "Choose somebody of this team", "required": "Choose who"}


def named(people: Sequence[Membership]) -> list[tuple[str, str]]:
    return [(str(one.id), f"{one.user.name}, {one.get_role_display()}") for one in people]


class TimedForm(forms.Form):
    """Somebody, from a moment until another."""

    person = forms.TypedChoiceField(label="Who", coerce=UUID, error_messages=NOT_IN_TEAM)
    starts_at = forms.DateTimeField(label="From", error_messages={"required": "Say from when"})
    ends_at = forms.DateTimeField(label="Until", error_messages={"required": "Say until when"})

    def __init__(self, *args: Any, people: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("person", [("", "Choose one"), *named(people)] if len(people) > 1 else named(people))

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices


class TurnForm(TimedForm):
    pass


class AbsenceForm(TimedForm):
    cover = forms.TypedChoiceField(
        label="Who is told in their place?",
        coerce=UUID,
        empty_value=None,
        required=False,
        help_text="Whoever you choose gets their alerts. Without anybody, the rest of the team does.",
        error_messages={"invalid_choice": NOT_IN_TEAM["invalid_choice"]},
    )

    def __init__(self, *args: Any, team: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("cover", [("", "Nobody in particular"), *named(team)])
