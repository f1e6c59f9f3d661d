"""Shape of what is typed, and its sentences. Rules are the services'."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, cast
from uuid import UUID

from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import HiddenInput

from carecoord import clock
from carecoord.moves import StateTable
from carecoord.ui import forms
from carecoord.ui.widgets import PartBoxes
from careplans.display.doers import THE_TEAM
from careplans.headings import MAX_BODY, Heading
from careplans.models import Action, Goal
from careplans.services.actions import MAX_STRATEGIES
from careplans.services.actions import MAX_TITLE as MAX_ACTION_TITLE
from careplans.services.goals import MAX_TITLE as MAX_GOAL_TITLE
from careplans.services.plans import MAX_FUNDING
from careplans.services.rules import MAX_REASON
from neighbourhoods.forms.entries import answer_of, field_for

Choices = Sequence[tuple[str, str]]
NOBODY = ("", "Nobody yet")
MAX_DETAIL = 4_000
ANSWER: Final = "answer_"
ANSWER_BOX: Final = re.compile(r"answer_[a-z_]{1,80}")
MOST_LEFT: Final = 60
# What a person does, where the table has only the verb's name.
VERB_WORDS = {
    "accept": "Accept it",
    "activate": "Make it active",
    "cancel": "Cancel it",
    "complete": "It is reached",
    "end": "It holds no more",
    "enter_in_error": "It was entered in error",
    "hold": "Put it on hold",
    "plan": "Plan it",
    "reject": "Reject it",
    "renew": "It holds again",
    "reset": "Not started after all",
    "resume": "Go on with it",
    "revoke": "Revoke it",
    "schedule": "It is scheduled",
    "start": "Start it",
    "stop": "Stop it",
}
PLAN_WORDS = VERB_WORDS | {"complete": "It is completed"}


class SectionForm(forms.Form):
    """The words of a section, and whatever else its definition asks: fields named `answer_` and the key."""

    body = forms.TextField(
        label="Words",
        rows=10,
        max_length=MAX_BODY,
        error_messages={"required": "Write something, or go back to the plan"},
    )
    in_own_words = forms.BooleanField(label="These are the resident's own words", required=False)
    version = forms.IntegerField(widget=HiddenInput, min_value=0)
    asked = forms.IntegerField(widget=HiddenInput, min_value=1, required=False)

    def __init__(
        self,
        *args: Any,
        called: str,
        heading: Heading,
        can_be_empty: bool,
        lists: Mapping[str, Mapping[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.heading = heading
        self.fields["in_own_words"].label = f"These are {called}'s own words"
        if not heading.own_words:
            del self.fields["in_own_words"]
        if heading.text:
            body = self.fields["body"]
            body.label, body.help_text = heading.text.label, heading.text.hint
            body.required = heading.text.required if heading.fields else not can_be_empty
        else:
            del self.fields["body"]
        for field in heading.fields:
            self.fields[ANSWER + field.key] = field_for(field, lists)
            forms.apply_house_rules(ANSWER + field.key, self.fields[ANSWER + field.key])
        self.order_fields([ANSWER + field.key for field in heading.fields])

    def facts(self) -> dict[str, Any]:
        """As the service takes them."""
        given, asked = self.cleaned_data, self.heading.fields
        return {
            "body": given.get("body", ""),
            "in_own_words": given.get("in_own_words", False),
            "answers": {field.key: answer_of(field, given.get(ANSWER + field.key)) for field in asked},
        }

    def left(self) -> dict[str, str]:
        """What was typed into fields that the section does not ask any more, by the names of their boxes."""
        if not self.is_bound:
            return {}
        own = {box for name, field in self.fields.items() for box in boxes_of(name, field)}
        typed = cast("Mapping[str, str]", self.data)
        names = [name for name in typed if ANSWER_BOX.fullmatch(name) and name not in own]
        return {name: typed[name][:MAX_BODY] for name in names[:MOST_LEFT] if typed[name].strip()}


def boxes_of(name: str, field: Any) -> list[str]:
    """The names under which a browser sends a field: of a day one for each box."""
    return [f"{name}_{part}" for part in field.widget.parts] if isinstance(field.widget, PartBoxes) else [name]


class ConflictForm(forms.Form):
    """Two people wrote the same section: nothing is guessed, and nothing typed is thrown away."""

    marks_optional = False

    choice = forms.ChoiceField(
        label="Which version do you keep?",
        choices=(("theirs", "Theirs"), ("mine", "Mine"), ("both", "Both, as written below")),
        widget=forms.Radios(),
    )
    both = forms.TextField(label="Both", rows=10, max_length=MAX_BODY, required=False)
    body = forms.TextField(widget=HiddenInput, required=False)
    in_own_words = forms.BooleanField(widget=HiddenInput, required=False)
    version = forms.IntegerField(widget=HiddenInput, min_value=0)
    read_version = forms.IntegerField(widget=HiddenInput, min_value=0, required=False)


class CompareForm(forms.Form):
    """Which two wordings are laid beside one another, by their numbers."""

    marks_optional = False

    older = forms.TypedChoiceField(label="From", coerce=int)
    newer = forms.TypedChoiceField(label="To", coerce=int)

    def __init__(self, *args: Any, versions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("older", "newer"):
            _choose(self.fields[name], versions)


class ErrorForm(forms.Form):
    reason = forms.CharField(
        label="Why was it an error?",
        max_length=MAX_REASON,
        help_text="Everybody who reads the plan reads this. For example, Written about somebody else",
        error_messages={"required": "Say why it was an error"},
    )


class ClashForm(forms.Form):
    """A choice for each field that both changed: its name, its label, and a draft of both where there can be one."""

    marks_optional = False

    def __init__(self, *args: Any, fields: Iterable[tuple[str, str, str | None]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, both in fields:
            choices = [("theirs", "Keep theirs"), ("mine", "Keep mine")]
            if both is not None:
                choices.append(("both", "Keep both: write it together below"))
                self.fields[f"both_{name}"] = forms.TextField(
                    label=f"{label}, both", rows=4, max_length=MAX_BODY, required=False, initial=both
                )
            required = {"required": f"Choose which version of “{label}” to keep"}
            self.fields[f"choose_{name}"] = forms.ChoiceField(
                label=label, choices=choices, widget=forms.Radios(), error_messages=required
            )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        for name, answer in list(answers.items()):
            both = f"both_{name.removeprefix('choose_')}"
            if answer == "both" and not answers.get(both, "").strip():
                self.add_error(both, "Write it together here, or choose one of the two")
        return answers


class AgreeForm(forms.Form):
    agreed_with_resident = forms.TypedChoiceField(
        choices=(("yes", "Yes"), ("no", "No, with somebody who speaks for them")),
        coerce=lambda answer: answer == "yes",
        widget=forms.Radios(),
    )
    agreed_with = forms.CharField(
        label="Who agreed it, and in what role",
        max_length=150,
        required=False,
        help_text="Only if it was somebody else. For example, Joan Ellis, daughter",
    )
    agreed_on = forms.DateField(label="The day it was agreed")
    review_due_on = forms.DateField(
        label="Review by", help_text="Within a year", error_messages={"required": "Enter the day it is reviewed by"}
    )
    review_team = forms.TypedChoiceField(
        label="Team that reviews it", coerce=UUID, error_messages={"required": "Choose the team that reviews it"}
    )
    reviewer = forms.TypedChoiceField(label="Who in that team", coerce=UUID, empty_value=None, required=False)
    funding = forms.CharField(
        label="Who pays for what is in the plan",
        max_length=MAX_FUNDING,
        required=False,
        help_text="For example, the council; NHS continuing healthcare; they pay themselves",
    )
    version = forms.IntegerField(widget=HiddenInput)

    def __init__(self, *args: Any, called: str, teams: Choices, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["reviewer"], [("", "Nobody in particular"), *people])
        field = self.fields["agreed_with_resident"]
        field.label = f"Was the plan agreed with {called}?"
        field.error_messages["required"] = f"Say whether the plan was agreed with {called}"
        _choose(self.fields["review_team"], [("", "Choose a team"), *teams])


class GoalForm(forms.Form):
    title = forms.TextField(
        label="The goal", rows=2, max_length=MAX_GOAL_TITLE, error_messages={"required": "Enter the goal"}
    )
    wanted = forms.TextField(
        label="How will one know that it is reached?",
        rows=2,
        max_length=MAX_GOAL_TITLE,
        required=False,
        help_text="What can be seen or counted. For example, to the shop and back, alone, twice a week",
    )
    importance = forms.IntegerField(
        help_text="From 1, not much, to 10, more than anything",
        min_value=1,
        max_value=10,
        required=False,
        error_messages={"invalid": "Importance must be a number from 1 to 10"},
    )
    confidence = forms.IntegerField(
        help_text="From 1, not sure it can be done, to 10, certain",
        min_value=1,
        max_value=10,
        required=False,
        error_messages={"invalid": "Confidence must be a number from 1 to 10"},
    )
    need = forms.TypedChoiceField(
        label="Which need is it for?",
        coerce=UUID,
        empty_value=None,
        required=False,
        help_text="A goal may stand by itself",
    )
    version = forms.IntegerField(widget=HiddenInput, required=False)
    made = forms.UUIDField(widget=HiddenInput, required=False)

    def __init__(self, *args: Any, called: str, needs: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs:
            _choose(self.fields["need"], [("", "No need in particular"), *needs])
        else:
            del self.fields["need"]
        self.fields["title"].help_text = f"What {called} wants, in {called}'s own words"
        for name in ("importance", "confidence"):
            _one_to_ten(self.fields[name], name.capitalize())


class ActionForm(forms.Form):
    """`team` and `goal` are asked for a new action only: afterwards a team changes by a handover."""

    title = forms.CharField(
        label="What is to be done", max_length=MAX_ACTION_TITLE, error_messages={"required": "Enter what is to be done"}
    )
    team = forms.TypedChoiceField(label="Your team", coerce=UUID, help_text="The team that answers for it")
    done_by = forms.ChoiceField(
        label="Who does it", required=False, help_text="The team answers for it, whoever does it"
    )
    assigned_to = forms.TypedChoiceField(
        label="Who in the team sees to it", coerce=UUID, empty_value=None, required=False
    )
    due_on = forms.DateField(label="Due on", required=False)
    goal = forms.TypedChoiceField(label="Towards the goal", coerce=UUID, empty_value=None, required=False)
    detail = forms.TextField(label="More about it", rows=3, max_length=MAX_DETAIL, required=False)
    strategies = forms.TextField(
        label="What is worth trying",
        rows=2,
        max_length=MAX_STRATEGIES,
        required=False,
        help_text="What has helped before, or may help",
    )
    confidence = forms.IntegerField(
        help_text="From 1, not sure it can be done, to 10, certain",
        min_value=1,
        max_value=10,
        required=False,
        error_messages={"invalid": "Confidence must be a number from 1 to 10"},
    )
    review_on = forms.DateField(label="Look at it again on", required=False)
    version = forms.IntegerField(widget=HiddenInput, required=False)
    made = forms.UUIDField(widget=HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        people: Choices,
        doers: Choices = (THE_TEAM,),
        teams: Choices = (),
        goals: Iterable[Goal] = (),
        action: Action | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.was_due_on: date | None = action.due_on if action else None
        self.was_review_on: date | None = action.review_on if action else None
        _choose(self.fields["done_by"], doers)
        _one_to_ten(self.fields["confidence"], "Confidence")
        _choose(self.fields["assigned_to"], [NOBODY, *people])
        _choose(self.fields["team"], teams)
        _choose(self.fields["goal"], [("", "No goal"), *((str(goal.id), goal.title[:100]) for goal in goals)])
        if action:
            del self.fields["team"], self.fields["goal"]

    def clean_due_on(self) -> date | None:
        due_on: date | None = self.cleaned_data["due_on"]
        if due_on and due_on != self.was_due_on and due_on < clock.today():
            raise forms.ValidationError("The day it is due must be today or later")
        return due_on

    def clean_review_on(self) -> date | None:
        day: date | None = self.cleaned_data["review_on"]
        if day and day != self.was_review_on and day < clock.today():
            raise forms.ValidationError("The day to look at it again must be today or later")
        return day


class MoveForm(forms.Form):
    """One of the moves the table allows now."""

    marks_optional = False

    verb = forms.ChoiceField(label="What happens with it?", widget=forms.Radios())
    reason = forms.CharField(label="Why?", max_length=MAX_REASON, required=False)

    def __init__(self, *args: Any, verbs: Iterable[str], words: dict[str, str] = VERB_WORDS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer((verb, words[verb]) for verb in verbs)
        self.fields["verb"].error_messages["required"] = "Choose what happens with it"
        self.fields["reason"].help_text = "Needed to pause it, or to end it undone"

    @property
    def offered(self) -> Choices:
        return list(cast("forms.ChoiceField", self.fields["verb"]).choices)  # type: ignore[arg-type]

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        _choose(self.fields["verb"], list(choices))


class SortForm(forms.Form):
    team = forms.TypedChoiceField(label="Whose job is it?", coerce=UUID)

    def __init__(self, *args: Any, teams: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["team"], [("", "Choose a team"), *teams])


def verbs_now(table: StateTable, status: str, *without: str) -> tuple[str, ...]:
    """What the table allows from here, less what the page offers elsewhere."""
    return tuple(verb for verb in table.allowed(status) if verb not in without)


def _one_to_ten(field: Any, called: str) -> None:
    sentence = f"{called} must be a number from 1 to 10"
    field.validators = [MinValueValidator(1, sentence), MaxValueValidator(10, sentence)]


def _choose(field: Any, choices: Choices) -> None:
    field.choices = list(choices)
