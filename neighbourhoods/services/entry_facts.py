"""What is typed into an entry, and what is wrong with it: the definition says what is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from carecoord import clock
from carecoord.errors import RuleError
from neighbourhoods.codes import Choices, choices_of
from neighbourhoods.cohorts.clocks import COHORT_CLOCKS, Known
from neighbourhoods.definitions import Definition, FieldDefinition, FieldKind
from neighbourhoods.models import Resident
from neighbourhoods.services.encounter_facts import words

MOST_OF_SECRET = 60
MOST_OF = {FieldKind.TEXT: 300, FieldKind.LONG_TEXT: 3_000, FieldKind.LINES: 50, FieldKind.NUMBER: 1_000_000}
MOST_OF_A_LINE = 300


@dataclass(frozen=True)
class EntryFacts:
    """`data` has a value for each field of the definition that was answered: codes as such, days as dates. `hidden` is
    from whom it is kept when given out (`marks.py`): None leaves that as it is, and shows what is new. `secret` is a
    code that stands in no entry; of a correction, empty leaves the one there is."""

    kind: str
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    event_on: date | None = None
    event_until: date | None = None
    review_due_on: date | None = None
    hidden: str | None = None
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Content:
    """What is stored of the facts. Codes stand with their words, days as ISO text."""

    text: str
    data: dict[str, Any]
    headline: str


def content_of(definition: Definition, facts: EntryFacts, before: Mapping[str, Any] | None = None) -> Content:
    """The facts as they are stored. Raises RuleError with the field that will not do.

    `before` is the data of the entry that is corrected: a code that has gone from its list since may stay.
    """
    if unknown := facts.data.keys() - {one.key for one in definition.fields}:
        raise RuleError(f"{definition.title} does not ask for {sorted(unknown)[0]}.")
    text = _words(definition, facts.text)
    answered = any(value not in (None, "", [], ()) for value in facts.data.values())
    choices = choices_of(*definition.lists) if answered and definition.lists else {}
    data = {}
    for one in definition.fields:
        value = stored_answer(one, facts.data.get(one.key), choices, (before or {}).get(one.key))
        if value is not None:
            data[one.key] = value
    if not (definition.says_it_all or definition.is_cohort or text or data):
        raise RuleError("Say it in words.", field="text" if definition.text else definition.fields[0].key)
    return Content(text, data, headline_of(definition, text, data))


def secret_of(definition: Definition, facts: EntryFacts) -> str:
    """The code as it is stored. Raises RuleError where the kind has none."""
    if facts.secret and not definition.secret:
        raise RuleError(f"{definition.title} has no code.", field="secret")
    return words(facts.secret, "secret", MOST_OF_SECRET) if facts.secret else ""


def check_days(definition: Definition, facts: EntryFacts, resident: Resident, *, reviewed: date | None = None) -> None:
    """Raises RuleError for a day that cannot be. `reviewed` is the review that the corrected entry had already."""
    today, on, until, review = clock.today(), facts.event_on, facts.event_until, facts.review_due_on
    if on is None and definition.needs_day:
        raise RuleError("Say on which day.", field="event_on")
    if on and on > today:
        raise RuleError("Choose today or a day before.", field="event_on")
    if on and resident.birth_date and resident.birth_date_status == "exact" and on < resident.birth_date:
        raise RuleError(f"Choose a day after {resident.called} was born.", field="event_on")
    if until and not definition.has_end:
        raise RuleError(f"{definition.title} does not ask until when.", field="event_until")
    if until and until < (on or today):
        raise RuleError("It must end after it begins.", field="event_until")
    if review and review < today and review != reviewed:
        raise RuleError("Choose a day to come for the review.", field="review_due_on")


def due_of(definition: Definition, facts: EntryFacts, data: Mapping[str, Any], resident: Resident) -> datetime | None:
    """When the clock of its group runs out; None where none runs, or they have died."""
    if not definition.clock or resident.died_on:
        return None
    return COHORT_CLOCKS[definition.clock](Known(facts.event_on or clock.today(), data, resident.birth_date))


def headline_of(definition: Definition, text: str, data: Mapping[str, Any]) -> str:
    """What it says in short, where that is more than its text: `LPA (health): Sheila Hartley`. Several measures each
    say what they are."""
    if len(definition.measures) > 1:
        return ", ".join(f"{one.label} {data[one.key]}" for one in definition.measures if one.key in data)
    warned = [one.if_no for one in definition.fields if data.get(one.key) is False]
    parts = [text if key == "text" else said(data.get(key)) for key in definition.headline]
    headline = ": ".join(part for part in (*warned, *parts) if part)
    return "" if headline == text else headline


def said(value: Any) -> str:
    """A stored value in words."""
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case {"display": display}:
            return str(display)
        case list():
            return ", ".join(said(one) for one in value)
    return str(value)


def typed(value: Any) -> Any:
    """A stored value as a form or a service takes it."""
    match value:
        case {"code": code}:
            return code
        case list():
            return [typed(one) for one in value]
    return value


def _words(definition: Definition, text: str) -> str:
    if definition.text is None:
        return ""
    return words(text, "text", definition.text.most, required="Say it in words." if definition.text.required else "")


def stored_answer(one: FieldDefinition, given: Any, choices: Choices, before: Any) -> Any:
    """None where nothing was answered."""
    if isinstance(given, str):
        given = given.strip()
    if given in (None, "", [], ()):
        if one.required:
            raise RuleError(_asked(one), field=one.key)
        return None
    try:
        return _stored(one, given, choices, before)
    except (TypeError, ValueError) as problem:
        raise RuleError(_asked(one), field=one.key) from problem


def _stored(one: FieldDefinition, given: Any, choices: Choices, before: Any) -> Any:
    """Raises TypeError or ValueError for what is no answer to such a question at all."""
    most = one.most or MOST_OF.get(one.kind, 0)
    match one.kind:
        case FieldKind.CODE:
            return _coded(one, given, choices, before)
        case FieldKind.CODES:
            stood = {old["code"]: old for old in before or []}
            return [_coded(one, code, choices, stood.get(code)) for code in dict.fromkeys(_rows(given))]
        case FieldKind.LINES:
            return _lines(one, given, most)
        case FieldKind.DATE:
            return given.isoformat() if isinstance(given, date) else date.fromisoformat(given).isoformat()
        case FieldKind.NUMBER:
            return _number(one, given, most)
        case FieldKind.YES_NO:
            return _yes_or_no(given)
    return words(_text(given), one.key, most)


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise TypeError(f"{type(given).__name__} is no text")
    return given


def _rows(given: Any) -> Sequence[str]:
    """What is sent as rows; a partner system may send anything in their place."""
    if not isinstance(given, list | tuple):
        raise TypeError(f"{type(given).__name__} is no list")
    return [_text(row) for row in given]


def _yes_or_no(given: Any) -> bool:
    if not isinstance(given, bool):
        raise TypeError(f"{given!r} is neither yes nor no")
    return given


def _coded(one: FieldDefinition, code: str, choices: Choices, before: Any) -> dict[str, str]:
    display = choices.get(one.list, {}).get(code)
    if display is None and before and before["code"] == code:
        display = before["display"]
    if display is None:
        raise RuleError("What you chose is not in the list any more. Choose again.", field=one.key)
    return {"code": code, "display": display}


def _lines(one: FieldDefinition, given: Any, most: int) -> list[str]:
    rows = given.splitlines() if isinstance(given, str) else _rows(given)
    lines = [words(line, one.key, MOST_OF_A_LINE) for line in rows if line.strip()]
    if len(lines) > most:
        raise RuleError(f"Write {most} lines or fewer.", field=one.key)
    return lines


def _number(one: FieldDefinition, given: Any, most: int) -> int:
    if isinstance(given, bool) or (isinstance(given, float) and not given.is_integer()):
        raise TypeError(f"{given!r} is no whole number")
    number = int(given)
    if not one.least <= number <= most:
        raise RuleError(f"Enter a number from {one.least} to {most}.", field=one.key)
    return number


def _asked(one: FieldDefinition) -> str:
    if one.label.endswith("?"):
        return f"Answer: {one.label}"
    return f"{'Choose' if one.asks_codes else 'Enter'} {one.label[:1].lower()}{one.label[1:]}."
