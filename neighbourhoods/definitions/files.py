"""Reads the files of data/definitions. What they leave out, the dataclasses say; what is not understood is refused."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Protocol, TypeVar

from neighbourhoods.cohorts.clocks import COHORT_CLOCKS
from neighbourhoods.definitions.shapes import (
    BESIDE,
    BETTER,
    SEALS,
    SECTIONS,
    STRIP,
    Definition,
    FieldDefinition,
    FieldKind,
    Words,
)

KEY = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)?")
FIELD_KEY = re.compile(r"[a-z][a-z_]*")
# What the form of every entry asks itself.
TAKEN = frozenset({"text", "secret", "event_on", "event_until", "review_due_on", "made", "team", "correction"})
PLAIN: Mapping[Any, str] = {str: "text", bool: "true or false", int: "a whole number"}
T = TypeVar("T")


class DefinitionError(Exception):
    """A file of definitions will not do; says which one, and what to change."""


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


D = TypeVar("D", bound=Keyed)


def read_definitions(folders: Iterable[Path]) -> dict[str, Definition]:
    """Every kind of these folders; one of a later folder takes the place of the one before."""
    found = read_folders(folders, _of_file)
    _check_together(found)
    return found


def read_folders(folders: Iterable[Path], of_file: Callable[[Path], Iterable[D]]) -> dict[str, D]:
    """What the files of these folders define, by key, in the order of the files; a later folder takes the place."""
    found: dict[str, D] = {}
    for folder in folders:
        here: dict[str, D] = {}
        for path in sorted(folder.glob("*.json")):
            for definition in of_file(path):
                if definition.key in here:
                    raise DefinitionError(f"{path.name}: {definition.key} is defined twice.")
                here[definition.key] = definition
        found |= here
    return found


def read_file(path: Path, heads: str, rows: str) -> tuple[Any, list[Any]]:
    """What stands at the head of a file and the rows it defines, by their two names."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return content[heads], list(content[rows])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise DefinitionError(f"{path.name} must be JSON with a {heads} and {rows}: {problem}") from problem


def _of_file(path: Path) -> Iterable[Definition]:
    section, kinds = read_file(path, "section", "kinds")
    if section not in SECTIONS:
        raise DefinitionError(f"{path.name}: the section must be one of {', '.join(SECTIONS)}.")
    return [_definition(f"{path.name}, {key_of(kind)}", kind, section) for kind in kinds]


def _definition(where: str, given: Any, section: str) -> Definition:
    told = dict(given)
    text, asked = told.pop("text", None), told.pop("fields", [])
    found = made(
        where,
        Definition,
        told
        | {
            "section": section,
            "text": None if text is None else made(where, Words, text),
            "fields": tuple(field_of(where, one) for one in asked),
        },
    )
    _check(where, found)
    return found


def field_of(where: str, given: Any) -> FieldDefinition:
    where = f"{where}, {key_of(given)}"
    try:
        kind = FieldKind(given.get("kind"))
    except ValueError as problem:
        raise DefinitionError(f"{where}: the kind must be one of {', '.join(FieldKind)}.") from problem
    found = made(where, FieldDefinition, {**given, "kind": kind})
    if not FIELD_KEY.fullmatch(found.key) or found.key in TAKEN:
        raise DefinitionError(f"{where}: the key must be lower case words, and none of {', '.join(sorted(TAKEN))}.")
    if found.asks_codes != bool(found.list):
        raise DefinitionError(f"{where}: a list is named where codes are asked, and only there.")
    if found.if_no and found.kind != FieldKind.YES_NO:
        raise DefinitionError(f"{where}: if_no is for what is answered with yes or no.")
    if found.better and not (
        found.better in BETTER and found.kind in (FieldKind.NUMBER, FieldKind.CODE) and found.most
    ):
        raise DefinitionError(f"{where}: better is {', '.join(BETTER)}, of a number or a code, with its most.")
    return found


def made(where: str, of: type[T], given: Mapping[str, Any]) -> T:
    """The dataclass of what a file says, each value of the type that it must have."""
    known = {field.name: field for field in fields(of)}  # type: ignore[arg-type]
    if unknown := [name for name in given if name not in known]:
        raise DefinitionError(f"{where}: {unknown[0]} is not understood; known are {', '.join(known)}.")
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    for name, value in values.items():
        wanted = known[name].type
        if wanted in PLAIN and type(value) is not wanted:
            raise DefinitionError(f"{where}: {name} must be {PLAIN[wanted]}.")
    try:
        return of(**values)
    except TypeError as problem:
        raise DefinitionError(f"{where}: {problem}") from problem


def _check(where: str, found: Definition) -> None:
    if not KEY.fullmatch(found.key) or found.key in BESIDE or len(found.key) > 60:
        raise DefinitionError(f"{where}: the key must be lower case words, such as legal.capacity.")
    keys = [field.key for field in found.fields]
    check_keys(where, keys)
    if unknown := set(found.headline) - {*keys, "text"}:
        raise DefinitionError(f"{where}: the headline names {', '.join(sorted(unknown))}, which is no field of it.")
    if found.strip and found.strip not in STRIP:
        raise DefinitionError(f"{where}: strip must be one of {', '.join(STRIP)}.")
    if found.strip and found.text and "text" in found.headline and found.text.most > 200:
        raise DefinitionError(f"{where}: what stands under the banner has 200 characters at most.")
    if found.clock and not (found.clock in COHORT_CLOCKS and found.is_cohort):
        raise DefinitionError(f"{where}: the clock of a group must be one of {', '.join(COHORT_CLOCKS)}.")
    _check_seal(where, found)


def _check_seal(where: str, found: Definition) -> None:
    """What is sealed stands nowhere that others read, and ends nothing that its readers cannot see."""
    if found.seal and found.seal not in SEALS:
        raise DefinitionError(f"{where}: the seal must be one of {', '.join(SEALS)}.")
    single = found.single and not found.is_cohort
    elsewhere = found.strip or found.in_handover or single or found.replaces or found.refused_beside
    if found.seal and (elsewhere or not found.clinical):
        raise DefinitionError(
            f"{where}: what is sealed is clinical, and has no strip, in_handover, single, replaces or refused_beside."
        )
    asked = [one for one in found.fields if one.key == found.unsealed_by]
    if found.unsealed_by and not (found.seal and asked and asked[0].kind == FieldKind.YES_NO and asked[0].required):
        raise DefinitionError(f"{where}: unsealed_by names a required yes_no field of a kind with a seal.")


def _check_together(found: Mapping[str, Definition]) -> None:
    for one in found.values():
        if unknown := [key for key in (*one.replaces, *one.refused_beside) if key not in found]:
            raise DefinitionError(f"{one.key} names {unknown[0]}, which no file defines.")
        # The database lets another organisation's entry be ended by a newer one only where it is single (IG-38).
        if several := [key for key in one.replaces if not found[key].single]:
            raise DefinitionError(f"{one.key} replaces {several[0]}, which is not single.")


def check_keys(where: str, keys: Sequence[str]) -> None:
    if len(keys) != len(set(keys)):
        raise DefinitionError(f"{where}: two fields have the same key.")


def key_of(given: Any) -> str:
    return str(given.get("key", "?")) if isinstance(given, dict) else "?"
