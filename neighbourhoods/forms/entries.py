"""One form for every kind of entry: its fields are what the definition asks."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from carecoord import clock
from carecoord.ids import new_id
from carecoord.ui import forms
from neighbourhoods.codes import Choices
from neighbourhoods.definitions import Definition, FieldDefinition, FieldKind, Words
from neighbourhoods.forms.marks import hidden_field
from neighbourhoods.models import Entry
from neighbourhoods.models.entries import MAX_REASON
from neighbourhoods.services import EntryFacts
from neighbourhoods.services.entry_facts import MOST_OF, MOST_OF_SECRET, typed

# More codes than these are chosen from a list that unfolds.
MOST_RADIOS = 12
YES_NO = (("yes", "Yes"), ("no", "No"))
NOTES_ARE_LONG_FROM = 200


class EntryForm(forms.Form):
    """`choices` are the codes of each list that the definition names."""

    made = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        definition: Definition,
        choices: Choices,
        teams: Sequence[tuple[str, str]] = (),
        before: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        self.fields |= _fields(definition, choices)
        if definition.secret:
            self.fields["secret"] = _secret(definition)
        if asks_whom(definition):
            self.fields["hidden"] = hidden_field(before)
        if len(teams) > 1:
            self.fields["team"] = forms.TypedChoiceField(label="For your team", coerce=UUID, choices=list(teams))
        for name, field in self.fields.items():
            forms.apply_house_rules(name, field)

    def facts(self) -> EntryFacts:
        given = self.cleaned_data
        return EntryFacts(
            kind=self.definition.key,
            text=given.get("text") or "",
            data={field.key: answer_of(field, given.get(field.key)) for field in self.definition.fields},
            event_on=given.get("event_on"),
            event_until=given.get("event_until"),
            review_due_on=given.get("review_due_on"),
            hidden=given.get("hidden"),
            secret=given.get("secret") or "",
        )


class MeasureForm(EntryForm):
    """The small form of what is measured: from whom it is kept is left as it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("hidden", None)


class CorrectionForm(EntryForm):
    """A code is not shown to whoever corrects the entry: left empty, it stays."""

    correction = forms.CharField(
        label="Why do you correct it?", max_length=MAX_REASON, error_messages={"required": "Say why you correct it"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "secret" in self.fields:
            self.fields["secret"].help_text = "Leave it empty if it has not changed"
        self.order_fields([*(name for name in self.fields if name != "correction"), "correction"])


class NoteForm(forms.Form):
    text = forms.TextField(
        label="What do you know better?", rows=3, max_length=2_000, error_messages={"required": "Say it in words"}
    )
    made = forms.UUIDField(widget=forms.HiddenInput, required=False)


class QueryForm(forms.Form):
    text = forms.TextField(
        label="What do they say?",
        help_text="In their words",
        rows=3,
        max_length=2_000,
        error_messages={"required": "Write down what they say"},
    )
    made = forms.UUIDField(widget=forms.HiddenInput, required=False)


class AnswerForm(forms.Form):
    reason = forms.CharField(
        label="What was done, and what were they told?",
        max_length=MAX_REASON,
        error_messages={"required": "Say what was done, and what they were told"},
    )


class WhyForm(forms.Form):
    reason = forms.CharField(label="Why?", max_length=MAX_REASON, error_messages={"required": "Say why"})


def initial_of(definition: Definition) -> dict[str, Any]:
    """Of a new entry: what is asked for a day is most often of today, and a review comes in a year or so."""
    today = clock.today()
    review = {"review_due_on": today + timedelta(days=definition.review_days)} if definition.review_days else {}
    return {"made": new_id(), **({"event_on": today} if definition.needs_day else {}), **review}


def initial_from(entry: Entry) -> dict[str, Any]:
    """What an entry says, as the form asks it."""
    said = {field.key: shown_answer(field, entry.data.get(field.key)) for field in entry.definition.fields}
    days = {"event_on": entry.event_on, "event_until": entry.event_until, "review_due_on": entry.review_due_on}
    return {"made": new_id(), "text": entry.text, "hidden": entry.hidden, **days, **said}


def asks_whom(definition: Definition) -> bool:
    """What is always sealed is never given out."""
    return not definition.seal or bool(definition.unsealed_by)


def _fields(definition: Definition, choices: Choices) -> Mapping[str, Any]:
    asked: dict[str, Any] = {field.key: field_for(field, choices) for field in definition.before_words}
    if definition.text:
        asked["text"] = _words(definition.text)
    asked |= {field.key: field_for(field, choices) for field in definition.after_words}
    when = "On which day?" if definition.needs_day else "Since when?"
    if not definition.says_it_all:
        asked["event_on"] = forms.DateField(
            label=when, required=definition.needs_day, error_messages={"required": "Say on which day"}
        )
    if definition.has_end:
        asked["event_until"] = forms.DateField(label="Until when?", required=False)
    if definition.review_days:
        asked["review_due_on"] = forms.DateField(label="Review it on", required=False)
    return asked


def _secret(definition: Definition) -> Any:
    return forms.CharField(
        label=definition.secret,
        help_text="Shown only to people who visit, when they ask for it",
        required=False,
        max_length=MOST_OF_SECRET,
    )


def _words(words: Words) -> Any:
    of = forms.TextField if words.most > NOTES_ARE_LONG_FROM else forms.CharField
    return of(
        label=words.label,
        help_text=words.hint,
        required=words.required,
        max_length=words.most,
        error_messages={"required": "Say it in words"},
    )


def field_for(field: FieldDefinition, choices: Choices) -> Any:
    told: dict[str, Any] = {"label": field.label, "help_text": field.hint, "required": field.required}
    most = field.most or MOST_OF.get(field.kind, 0)
    match field.kind:
        case FieldKind.CODE:
            return _one_of(list(choices.get(field.list, {}).items()), told)
        case FieldKind.CODES:
            offered = list(choices.get(field.list, {}).items())
            return forms.MultipleChoiceField(choices=offered, widget=forms.Checkboxes(), **told)
        case FieldKind.YES_NO:
            offered = [*YES_NO, *([] if field.required else [("", "Not known")])]
            return forms.ChoiceField(choices=offered, widget=forms.Radios(is_inline=True), **told)
        case FieldKind.DATE:
            return forms.DateField(**told)
        case FieldKind.NUMBER:
            return forms.IntegerField(min_value=field.least, max_value=most, **told)
        case FieldKind.LONG_TEXT:
            return forms.TextField(max_length=most, **told)
        case FieldKind.LINES:
            return forms.TextField(max_length=most * 310, **told)
    return forms.CharField(max_length=most, **told)


def _one_of(offered: list[tuple[str, str]], told: dict[str, Any]) -> Any:
    if told["required"] and len(offered) <= MOST_RADIOS:
        return forms.ChoiceField(choices=offered, widget=forms.Radios(), **told)
    return forms.ChoiceField(choices=[("", "Choose one" if told["required"] else "Not said"), *offered], **told)


def answer_of(field: FieldDefinition, given: Any) -> Any:
    if field.kind == FieldKind.YES_NO:
        return {"yes": True, "no": False}.get(given)
    return given


def shown_answer(field: FieldDefinition, value: Any) -> Any:
    match field.kind, value:
        case FieldKind.YES_NO, bool():
            return "yes" if value else "no"
        case FieldKind.LINES, list():
            return "\n".join(value)
        case FieldKind.DATE, str():
            return date.fromisoformat(value)
    return typed(value)
