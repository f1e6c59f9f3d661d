"""What people enter about a visit, a call or a note. Rules are the services'."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

from django.forms import HiddenInput
from django.utils.timezone import localtime, make_aware

from carecoord import clock
from carecoord.ui import forms
from neighbourhoods.forms.marks import hidden_field
from neighbourhoods.models import Encounter
from neighbourhoods.models.encounters import MAX_NOTE, MAX_OUTCOME, MAX_PURPOSE, MAX_REASON
from neighbourhoods.services import EncounterFacts

Choices = Sequence[tuple[str, str]]
Kind = Encounter.Kind
HOW = (("", "The usual way"), *Encounter.Method.choices)
AHEAD = {"today": timedelta(), "tomorrow": timedelta(days=1)}
DAYS = (("today", "Today"), ("tomorrow", "Tomorrow"), ("other", "Another day"))
TIMES = [(f"{hour:02d}:{minute:02d}",) * 2 for hour in range(7, 22) for minute in (0, 30)]
WENT = (("done", "It took place"), ("did_not_attend", "Nobody was there, or nobody answered"))
SAVE = {Kind.VISIT: "Save a visit", Kind.CALL: "Save a call", Kind.NOTE: "Save a note"}
SAVE_ANOTHER = {Kind.VISIT: "Save another visit", Kind.CALL: "Save another call"}


class WhoWhen(forms.Form):
    """What every form here asks: whose team, who, when and how."""

    team = forms.TypedChoiceField(label="For your team", coerce=UUID)
    seen_by = forms.TypedChoiceField(label="Who", coerce=UUID, empty_value=None, required=False)
    method = forms.ChoiceField(label="How", choices=HOW, required=False)

    def __init__(self, *args: Any, teams: Choices, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["team"], teams)
        _choose(self.fields["seen_by"], people)
        if len(teams) == 1:
            self.fields["team"].widget = HiddenInput()
            self.fields["team"].initial = teams[0][0]

    def facts(self, kind: str, at: datetime | None = None) -> EncounterFacts:
        typed = self.cleaned_data
        return EncounterFacts(
            kind=kind,
            at=at or typed.get("at"),
            method=typed.get("method", ""),
            seen_by_id=typed.get("seen_by"),
            purpose=typed.get("purpose", ""),
            note=typed.get("note", ""),
            outcome=typed.get("outcome", ""),
            hidden=typed.get("hidden", ""),
        )


class RecordForm(WhoWhen):
    """Which of the three it is, or which of those `planned` today, is the button that saves it."""

    kind = forms.ChoiceField(choices=Kind.choices, required=False)
    planned = forms.TypedChoiceField(coerce=UUID, empty_value=None, required=False)
    note = forms.TextField(
        label="What happened",
        help_text="A note needs words. A visit or a call does not",
        rows=5,
        max_length=MAX_NOTE,
        required=False,
    )
    at = forms.DateTimeField(label="When", required=False, help_text="Leave it empty for now")
    status = forms.ChoiceField(label="How did it go?", choices=WENT, widget=forms.Radios(), initial="done")
    outcome = forms.CharField(
        label="Outcome", help_text="What follows from it, in a few words", max_length=MAX_OUTCOME, required=False
    )
    hidden = hidden_field()
    made = forms.UUIDField(widget=HiddenInput, required=False)

    marks_optional = False
    folded = ("at", "team", "seen_by", "method", "status", "outcome", "hidden")

    def __init__(self, *args: Any, planned: Sequence[Encounter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of_today = {one.id: one for one in planned}
        _choose(self.fields["planned"], [(str(one), "") for one in self.of_today])
        if planned:
            self.fields["at"].help_text = "Leave it empty for now, or for when it was planned"

    @property
    def saves(self) -> list[tuple[str, str]]:
        """Each kind and the words of its button."""
        kinds = {one.kind for one in self.of_today.values()}
        return [(kind, SAVE_ANOTHER.get(kind, said) if kind in kinds else said) for kind, said in SAVE.items()]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if "planned" in self.errors:
            del self.errors["planned"]
            self.add_error(None, "Somebody has said meanwhile how that one went. Save yours if it is another")
        elif not (typed.get("planned") or typed.get("kind") or "kind" in self.errors):
            self.add_error("kind", "Choose a visit, a call or a note")
        return typed

    @property
    def is_unfolded(self) -> bool:
        """Something was typed under the fold, or is wrong there."""
        touched = {*self.errors, *self.changed_data} if self.is_bound else set()
        return bool(touched & set(self.folded))


class PlanForm(WhoWhen):
    marks_optional = False

    kind = forms.ChoiceField(
        label="What do you plan?",
        choices=((Kind.VISIT, "A visit"), (Kind.CALL, "A call")),
        widget=forms.Radios(is_inline=True),
        initial=Kind.VISIT,
    )
    day = forms.ChoiceField(
        label="Which day?", choices=DAYS, widget=forms.Radios(is_inline=True), initial="tomorrow", required=False
    )
    time = forms.ChoiceField(label="At what time?", choices=TIMES, initial="10:00", required=False)
    at = forms.DateTimeField(label="Another day", help_text="The day and the time on it", required=False)
    purpose = forms.CharField(
        label="What for", help_text="For example, leg ulcer dressing", max_length=MAX_PURPOSE, required=False
    )
    made = forms.UUIDField(widget=HiddenInput, required=False)
    # What the warning has shown already; a warning about anything else is shown again.
    warned_of = forms.CharField(widget=HiddenInput, required=False, max_length=2_000)

    field_order = ("kind", "day", "time", "at", "purpose", "team", "seen_by", "method")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Without today where all its times are over. What was chosen while it had some is refused at its time."""
        super().__init__(*args, **kwargs)
        if not self.is_bound and localtime(clock.now()).strftime("%H:%M") >= TIMES[-1][0]:
            _choose(self.fields["day"], [one for one in DAYS if one[0] != "today"])

    shown_at: Mapping[str, str] = MappingProxyType({})
    """Where what is wrong with a field is shown, if not there."""

    def clean(self) -> dict[str, Any]:
        """A day that was typed counts, whatever is chosen above it."""
        typed = super().clean() or self.cleaned_data
        if "at" in self.errors or typed.get("at"):
            return typed
        if typed.get("day") in AHEAD:
            on = clock.today() + AHEAD[typed["day"]]
            typed["at"] = make_aware(datetime.combine(on, time.fromisoformat(typed.get("time") or "10:00")))
            self.shown_at = {"at": "time"}
        else:
            self.add_error("at", "Enter the day and the time")
        return typed


class OutcomeForm(forms.Form):
    """How a planned one went."""

    marks_optional = False

    status = forms.ChoiceField(
        label="How did it go?", choices=WENT, widget=forms.Radios(), error_messages={"required": "Say how it went"}
    )
    note = forms.TextField(label="What happened", rows=4, max_length=MAX_NOTE, required=False)
    outcome = forms.CharField(
        label="Outcome", help_text="What follows from it, in a few words", max_length=MAX_OUTCOME, required=False
    )
    at = forms.DateTimeField(label="When it was", help_text="Leave it empty if it was as planned", required=False)
    hidden = hidden_field()


class ChangeForm(WhoWhen):
    """What is planned, or was written down already; the latter says why it is corrected."""

    at = forms.DateTimeField(label="When")
    purpose = forms.CharField(label="What for", max_length=MAX_PURPOSE, required=False)
    note = forms.TextField(label="What happened", rows=5, max_length=MAX_NOTE, required=False)
    outcome = forms.CharField(label="Outcome", max_length=MAX_OUTCOME, required=False)
    hidden = hidden_field()
    correction = forms.CharField(
        label="Why do you correct it?",
        max_length=MAX_REASON,
        error_messages={"required": "Say why you correct it"},
    )
    version = forms.IntegerField(widget=HiddenInput, min_value=0)
    warned_of = forms.CharField(widget=HiddenInput, required=False, max_length=2_000)  # as of what is planned anew

    field_order = ("at", "purpose", "seen_by", "method", "note", "outcome", "hidden", "correction")

    def __init__(self, *args: Any, encounter: Encounter, **kwargs: Any) -> None:
        super().__init__(*args, teams=(), **kwargs)
        del self.fields["team"]
        self.fields["hidden"] = hidden_field(encounter.hidden)
        unused = {"note", "outcome", "hidden", "correction"} if encounter.status == "planned" else {"warned_of"}
        if encounter.kind == Kind.NOTE:
            unused |= {"purpose", "method", "outcome"}
        for name in unused:
            del self.fields[name]

    def changes(self) -> dict[str, Any]:
        """The facts that the form asks for. Who is named somewhere else stays so, unless somebody is chosen."""
        no_facts = ("version", "correction", "warned_of")
        typed = {name: value for name, value in self.cleaned_data.items() if name not in no_facts}
        chosen = typed.pop("seen_by")
        return typed | ({"seen_by_id": chosen, "seen_by_name": ""} if chosen else {})


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Why?", max_length=MAX_REASON, error_messages={"required": "Say why"})


def _choose(field: Any, choices: Choices) -> None:
    cast("forms.ChoiceField", field).choices = list(choices)
