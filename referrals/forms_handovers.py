"""Shape of what is typed about a handover, and its sentences. Rules are the services'."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.forms import HiddenInput

from carecoord.ui import forms
from neighbourhoods.models import Membership, Team
from referrals.models import Handover, HandoverConcern
from referrals.models.handovers import HandoverKind
from referrals.pathways import PATHWAYS
from referrals.services.handovers import ItemRef
from referrals.services.handovers.drafting import MOST_WORDS, Words

Choices = Sequence[tuple[str, Any]]
AS_STORED = (
    "kind", "situation", "background", "assessment", "recommendation", "takes_place_at", "place", "others_present",
    "giver_stays_involved", "ends_at", "version",
)  # fmt: skip
NOT_IN_LIST = {"invalid_choice": "Choose a team from the list", "required": "Choose the team that takes over"}


class HandoverForm(forms.Form):
    """What the giver says. Names of the fields are those of the service, so that its refusals find their place."""

    made = forms.UUIDField(widget=HiddenInput)
    version = forms.IntegerField(widget=HiddenInput, required=False, min_value=1)
    from_team = forms.ChoiceField(
        label="From which of your teams?",
        error_messages={"invalid_choice": NOT_IN_LIST["invalid_choice"], "required": "Choose a team of yours"},
    )
    to_team = forms.ChoiceField(label="Who takes over?", error_messages=NOT_IN_LIST)
    kind = forms.ChoiceField(label="What kind of handover?", choices=[("", "Choose one"), *HandoverKind.choices])
    situation = forms.TextField(
        label="Situation (needed before you offer)",
        rows=3,
        max_length=MOST_WORDS,
        required=False,
        help_text="What is going on now. The receiver reads it first.",
    )
    background = forms.TextField(rows=3, max_length=MOST_WORDS, required=False, help_text="What led to it.")
    assessment = forms.TextField(rows=3, max_length=MOST_WORDS, required=False, help_text="What you think.")
    recommendation = forms.TextField(
        rows=3, max_length=MOST_WORDS, required=False, help_text="What they are to do, and by when."
    )
    read_back_items = forms.TextField(
        label="Key items to read back",
        rows=4,
        max_length=MOST_WORDS,
        required=False,
        help_text="One on each line. The receiver says or checks each of them before ticking it.",
    )
    items = forms.MultipleChoiceField(
        label="What goes with it?",
        required=False,
        widget=forms.Checkboxes(),
        error_messages={"invalid_choice": "An item you ticked has ended or moved. Look at what is open now"},
    )
    giver_stays_involved = forms.BooleanField(label="We stay involved and keep the record", required=False)
    pathway = forms.ChoiceField(
        label="Discharge pathway", required=False, choices=[("", "Not a discharge"), *PATHWAYS.items()]
    )
    takes_place_at = forms.DateTimeField(label="When does it take place?", required=False)
    needs = forms.TextField(
        label="What must be in place before they arrive?",
        rows=3,
        max_length=MOST_WORDS,
        required=False,
        help_text="For going home from hospital. One on each line, with who sees to it: Bed, equipment service",
    )
    place = forms.CharField(label="Where", max_length=150, required=False)
    others_present = forms.CharField(label="Who else is present", max_length=300, required=False)
    ends_at = forms.DateTimeField(label="When does the cover end?", required=False)
    return_to_team = forms.ChoiceField(label="Which team does it return to?", required=False)

    def __init__(
        self,
        *args: Any,
        called: str,
        my_teams: Choices,
        all_teams: Choices,
        open_items: Choices,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._give("from_team", my_teams)
        self._give("return_to_team", [("", "The team that hands over"), *my_teams])
        self._give("to_team", [("", "Choose one"), *all_teams])
        self._give("items", open_items)
        self.fields[
            "items"
        ].help_text = (
            f"Ticked items become theirs when they accept. The rest stays with you and {called}'s record with it."
        )
        if len(my_teams) == 1:
            self.fields["from_team"].widget = HiddenInput()

    def _give(self, name: str, choices: Choices) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = list(choices)

    @property
    def when_is_open(self) -> bool:
        return self._has_any("takes_place_at", "pathway", "needs", "place", "others_present")

    @property
    def end_is_open(self) -> bool:
        return self._has_any("ends_at", "return_to_team")

    def _has_any(self, *names: str) -> bool:
        """What holds something, or has gone wrong, is not folded away."""
        return any(self[name].errors or self._typed(name) for name in names)

    def _typed(self, name: str) -> bool:
        value = self[name].value()
        return any(value) if isinstance(value, list) else bool(value)

    @property
    def words(self) -> Words:
        """What the services take. Only after `is_valid`."""
        said = self.cleaned_data
        return Words(
            to_team_id=UUID(said["to_team"]),
            kind=said["kind"],
            situation=said["situation"],
            background=said["background"],
            assessment=said["assessment"],
            recommendation=said["recommendation"],
            read_back_items=said["read_back_items"].split("\n"),
            pathway=int(said["pathway"]) if said["pathway"] else None,
            needs=said["needs"].split("\n"),
            takes_place_at=said["takes_place_at"],
            place=said["place"],
            others_present=said["others_present"],
            giver_stays_involved=said["giver_stays_involved"],
            ends_at=said["ends_at"],
            return_to_team_id=UUID(said["return_to_team"]) if said["return_to_team"] else None,
        )

    @property
    def item_refs(self) -> list[ItemRef]:
        return [ItemRef.of(key) for key in self.cleaned_data["items"]]


class NamedForm(forms.Form):
    """Who of the team that takes over is told first, of a draft."""

    named = forms.ChoiceField(
        label="Who is told first?",
        required=False,
        help_text="If they do not answer in half the time, their team is told. Of what is urgent both are, at once.",
        error_messages={"invalid_choice": "Choose somebody from the list"},
    )

    def __init__(self, *args: Any, handover: Handover, people: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, initial={"named": str(handover.named_id or "")})
        named = [(str(one.id), f"{one.user.name}, {one.get_role_display()}") for one in people]
        cast("forms.ChoiceField", self.fields["named"]).choices = [("", "Nobody in particular"), *named]


def written(handover: Handover, ticked: Iterable[str]) -> dict[str, Any]:
    """A draft as the initial values of its form."""
    return {name: getattr(handover, name) for name in AS_STORED} | {
        "made": handover.id,
        "from_team": str(handover.from_team_id),
        "to_team": str(handover.to_team_id or ""),
        "return_to_team": str(handover.return_to_team_id or ""),
        "read_back_items": "\n".join(handover.read_back_items),
        "needs": "\n".join(handover.needs),
        "pathway": "" if handover.pathway is None else str(handover.pathway),
        "items": sorted(ticked),
    }


def team_choices(teams: Iterable[Team]) -> Choices:
    """Teams under the name of their organisation; `organisation` is joined."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for team in teams:
        grouped.setdefault(team.organisation.name, []).append((str(team.id), team.name))
    return sorted(grouped.items())


@dataclass(frozen=True)
class Tick:
    """One key item with its box. The box stands beside the words, the form it belongs to beside the answer."""

    name: str
    words: str
    is_ticked: bool


class ReadBackForm(forms.Form):
    """A box for each key item."""

    def __init__(self, *args: Any, handover: Handover, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._words = list(handover.read_back_items)
        # What came back is read back anew, whatever was read back when it went.
        before = [] if handover.returned_at else list(handover.read_back)
        self._before = before or [False] * len(self._words)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        return tuple(
            Tick(_box(number), words, answer)
            for number, (words, answer) in enumerate(zip(self._words, self.read_back, strict=True), start=1)
        )

    @property
    def read_back(self) -> list[bool]:
        if not self.is_bound:
            return self._before
        return [_box(number) in self.data for number in range(1, len(self._words) + 1)]


class AcceptForm(ReadBackForm):
    note = forms.TextField(rows=3, max_length=2000, required=False)
    is_satisfactory = forms.ChoiceField(
        label="Was this handover good enough?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.Radios(is_inline=True),
        required=False,
    )
    why = forms.TextField(label="What was not good enough", rows=2, max_length=2000, required=False)

    def __init__(self, *args: Any, handover: Handover, **kwargs: Any) -> None:
        super().__init__(*args, handover=handover, **kwargs)
        needed = " (needed if not all read back)" if handover.read_back_items else ""
        self.fields["note"].label = f"Note to {handover.from_team.name}{needed}"

    marks_optional = False

    @property
    def satisfaction(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["is_satisfactory"])


class ReasonForm(forms.Form):
    """Why: one text, under the name that the service gives it."""

    reason = forms.TextField(rows=4, max_length=2000)

    def __init__(self, *args: Any, label: str, hint: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
        self.fields["reason"].help_text = hint
        self.fields["reason"].error_messages["required"] = "Say why in a few words"


class ConcernForm(ReasonForm):
    """What was wrong, and whether somebody is to look into it."""

    field_order = ("kind", "reason", "is_incident")
    kind = forms.ChoiceField(
        label="What was wrong with it?",
        choices=HandoverConcern.Kind.choices,
        widget=forms.Radios(),
        error_messages={"required": "Choose what was wrong with it"},
    )
    is_incident = forms.BooleanField(
        label="This was an incident",
        required=False,
        help_text="Somebody came to harm, or could have. The other team is told so.",
    )


def _box(number: int) -> str:
    return f"read_back_{number}"
