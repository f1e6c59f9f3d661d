"""What was answered in a section with fields: stored with the words of the question, so that it can always be read."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from carecoord.errors import RuleError
from careplans.headings import Heading, heading_of
from neighbourhoods.codes import choices_of
from neighbourhoods.definitions import FieldDefinition, FieldKind
from neighbourhoods.display.entries import answer_words
from neighbourhoods.services.entry_facts import stored_answer

Answer = Mapping[str, Any]


class Wording(Protocol):
    title: str
    body: str
    answers: Any


def stored(heading: Heading, given: Mapping[str, Any], before: Iterable[Answer]) -> list[dict[str, Any]]:
    """The answers as they are kept, in the order of the questions. `before` is what stands there: a code that has
    gone from its list since may stay. Raises RuleError with the field that will not do."""
    refuse_unknown(heading, given)
    was = values_of(before)
    choices = choices_of(*heading.lists) if heading.lists and any(given.values()) else {}
    found = []
    for field in heading.fields:
        value = stored_answer(field, given.get(field.key), choices, was.get(field.key))
        if value is not None:
            found.append({"key": field.key, "label": field.label, "kind": field.kind.value, "value": value})
    return found


def refuse_unknown(heading: Heading, given: Iterable[str]) -> None:
    if unknown := sorted(set(given) - heading.field_by_key.keys()):
        raise RuleError(f"“{heading.title}” does not ask for {unknown[0]}.", field=unknown[0])


def values_of(answers: Iterable[Answer]) -> dict[str, Any]:
    return {one["key"]: one["value"] for one in answers}


def facts_of(wording: Wording) -> tuple[tuple[str, str], ...]:
    """Label and words of each answer, as it was asked then."""
    return tuple((one["label"], said(one)) for one in wording.answers)


def said(answer: Answer) -> str:
    return said_of(answer["label"], answer["kind"], answer["value"])


def said_of(label: str, kind: str, value: Any) -> str:
    """A stored value in words; empty where nothing was answered."""
    if value is None:
        return ""
    return answer_words(FieldDefinition(key="", label=label, kind=FieldKind(kind)), value)


def title_of(key: str, wording: Wording | None) -> str:
    """As it was called when it was written; what was written before titles were kept, as it is called today."""
    return (wording.title if wording else "") or heading_of(key).title


def in_words(wording: Wording) -> str:
    """All of it as one text: the answers under their labels, then the words."""
    return "\n\n".join([*(f"{label}\n{words}" for label, words in facts_of(wording)), *filter(None, [wording.body])])
