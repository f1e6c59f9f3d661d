"""What is typed when a whole list is handed over: a row for each person, and what is the same for all of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.forms import BoundField, HiddenInput

from carecoord.ui import forms
from carecoord.ui.components import ResidentLine
from referrals.forms_handovers import NOT_IN_LIST, Choices
from referrals.models.handovers import HandoverKind, Priority
from referrals.services.handovers.batches import ONE_BY_ONE, Listed
from referrals.services.handovers.drafting import MOST_WORDS, Words

KINDS = [(kind.value, kind.label) for kind in HandoverKind if kind not in ONE_BY_ONE]


@dataclass(frozen=True)
class Somebody:
    """Who could be handed over; `waits`: they have been offered to somebody who has not answered."""

    resident_id: UUID
    line: ResidentLine
    waits: str = ""


@dataclass(frozen=True)
class ListRow:
    who: Somebody
    priority: BoundField
    situation: BoundField
    recommendation: BoundField


class HandoverListForm(forms.Form):
    """Whoever has something written under Situation is handed over; everybody else stays."""

    marks_optional = False

    made = forms.UUIDField(widget=HiddenInput)
    to_team = forms.ChoiceField(label="Who takes over?", error_messages=NOT_IN_LIST)
    kind = forms.ChoiceField(label="What kind of handover?", choices=[("", "Choose one"), *KINDS])
    takes_place_at = forms.DateTimeField(label="When does it take place?", required=False)
    place = forms.CharField(label="Where", max_length=150, required=False)
    others_present = forms.CharField(label="Who else is present", max_length=300, required=False)
    giver_stays_involved = forms.BooleanField(label="We stay involved and keep their records", required=False)
    ends_at = forms.DateTimeField(label="When does the cover end?", required=False)

    def __init__(self, *args: Any, people: Sequence[Somebody], all_teams: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["to_team"]).choices = [("", "Choose one"), *all_teams]
        self.people = people
        for who in people:
            self._add(who)

    def _add(self, who: Somebody) -> None:
        name, fields = who.line.name, self.fields
        fields[f"priority_{who.resident_id}"] = forms.ChoiceField(
            label=f"How soon: {name}", choices=Priority.choices, initial=Priority.STABLE, required=False
        )
        for part in ("situation", "recommendation"):
            fields[f"{part}_{who.resident_id}"] = forms.TextField(
                label=f"{'Situation' if part == 'situation' else 'What to do'}: {name}",
                rows=2,
                max_length=MOST_WORDS,
                required=False,
            )
            forms.apply_house_rules(part, fields[f"{part}_{who.resident_id}"])

    @property
    def rows(self) -> Iterator[ListRow]:
        for who in self.people:
            parts = (self[f"{part}_{who.resident_id}"] for part in ("priority", "situation", "recommendation"))
            yield ListRow(who, *parts)

    def clean(self) -> dict[str, Any]:
        """Something to do is written, and not what is going on: the receiver would read half of it."""
        said = super().clean() or {}
        for who in self.people:
            if said.get(f"recommendation_{who.resident_id}") and not said.get(f"situation_{who.resident_id}"):
                self.add_error(f"situation_{who.resident_id}", "Say what is going on, or empty what is to be done")
        return said

    @property
    def listed(self) -> list[Listed]:
        return [
            Listed(
                who.resident_id,
                self.cleaned_data[f"situation_{who.resident_id}"],
                self.cleaned_data[f"recommendation_{who.resident_id}"],
                int(self.cleaned_data[f"priority_{who.resident_id}"] or Priority.STABLE),
            )
            for who in self.people
            if self.cleaned_data[f"situation_{who.resident_id}"]
        ]

    @property
    def words(self) -> Words:
        said = self.cleaned_data
        return Words(
            to_team_id=UUID(said["to_team"]),
            kind=said["kind"],
            takes_place_at=said["takes_place_at"],
            place=said["place"],
            others_present=said["others_present"],
            giver_stays_involved=said["giver_stays_involved"],
            ends_at=said["ends_at"],
        )


def asked_for(typed: Iterable[str]) -> set[UUID]:
    """Whose rows were on the page that was sent."""
    found = set()
    for name in typed:
        try:
            found.add(UUID(name.removeprefix("situation_")))
        except ValueError:
            continue
    return found
