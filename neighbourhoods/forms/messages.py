"""A message to a resident: fixed words, so that nothing of theirs leaves the record."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from carecoord.ui import forms
from neighbourhoods.messages import WORDINGS, Channel
from neighbourhoods.models import Proxy
from neighbourhoods.models.entries import MAX_REASON

PERSON = "person"
Choices = list[tuple[str, str]]


class MessageForm(forms.Form):
    to = forms.ChoiceField(
        label="To whom?", widget=forms.Radios(), error_messages={"required": "Choose to whom it is sent"}
    )
    channel = forms.ChoiceField(
        label="How?",
        choices=Channel.choices,
        widget=forms.Radios(),
        error_messages={"required": "Choose how it is sent"},
    )
    wording = forms.ChoiceField(
        label="What does it say?",
        choices=[(key, says) for key, says in WORDINGS.items()],
        widget=forms.Radios(),
        help_text="It goes on with the number to ring. It never says why.",
        error_messages={"required": "Choose what it says"},
    )
    team = forms.ChoiceField(label="Which team do they ring?")
    in_spite = forms.CharField(
        label="Why do you send it though it may not be safe?", max_length=MAX_REASON, required=False
    )

    def __init__(
        self,
        *args: Any,
        called: str,
        proxies: Sequence[Proxy],
        teams: Choices,
        hints: Mapping[str, str],
        is_unsafe: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choose(
            "to", [(PERSON, called), *((str(one.id), f"{one.contact.name}, who acts for them") for one in proxies)]
        )
        self._choose("team", teams)
        cast("forms.Radios", self.fields["channel"].widget).hints = dict(hints)
        if not proxies:
            self.initial["to"] = PERSON
        if not is_unsafe:
            del self.fields["in_spite"]

    def _choose(self, name: str, choices: Choices) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        data = self.cleaned_data
        return {
            "proxy_id": None if data["to"] == PERSON else UUID(data["to"]),
            "channel": data["channel"],
            "wording": data["wording"],
            "team_id": UUID(data["team"]),
            "in_spite": data.get("in_spite", ""),
        }
