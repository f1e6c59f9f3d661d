"""What can be recorded about a resident: read from data/definitions, so that a place adds a kind of entry without code.

data/definitions/README.md has the shape of the files.
"""

import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from django.conf import settings

from neighbourhoods.definitions.files import DefinitionError, read_definitions
from neighbourhoods.definitions.shapes import (
    ANNOTATION,
    BESIDE,
    BETTER,
    COHORT,
    QUERY,
    SEALS,
    SECTIONS,
    STANDING_BESIDE,
    STRIP,
    Definition,
    FieldDefinition,
    FieldKind,
    Words,
)

__all__ = [
    "ANNOTATION",
    "BESIDE",
    "BETTER",
    "COHORT",
    "QUERY",
    "SEALS",
    "SECTIONS",
    "STRIP",
    "Definition",
    "DefinitionError",
    "FieldDefinition",
    "FieldKind",
    "Words",
    "clinical_kinds",
    "cohorts",
    "definition_of",
    "definitions",
    "handover_kinds",
    "measured_kinds",
    "open_kinds",
    "recordable",
    "refuse_wrong_files",
    "strip_kinds",
]


def definitions() -> Mapping[str, Definition]:
    """Every kind by its key, section by section. Raises DefinitionError where a file will not do."""
    return _read(tuple(settings.DEFINITIONS))


def refuse_wrong_files(*others: Callable[[], object]) -> None:
    """Ends the process with one sentence and exit 2 where a file will not do: no page may find out later. `others` read
    what other apps define in these folders."""
    try:
        for read in (definitions, *others):
            read()
    except DefinitionError as problem:
        sys.stderr.write(f"What can be recorded is not understood. {problem}\n")
        raise SystemExit(2) from problem


def definition_of(kind: str) -> Definition:
    """A kind that no file defines any more can be read and not written; nobody knows what it is about, so it is
    clinical."""
    return STANDING_BESIDE.get(kind) or definitions().get(kind) or _forgotten(kind)


def recordable(*, clinical: bool) -> tuple[Definition, ...]:
    """What somebody may choose to record; only with a clinical role also what is clinical."""
    return tuple(one for one in definitions().values() if not one.retired and (clinical or not one.clinical))


def clinical_kinds() -> tuple[str, ...]:
    return tuple(sorted(key for key, one in definitions().items() if one.clinical))


def open_kinds() -> tuple[str, ...]:
    """What is not clinical, and so for every role that sees the resident."""
    return tuple(sorted(key for key, one in definitions().items() if not one.clinical))


def cohorts() -> Mapping[str, Definition]:
    """Groups of residents, by what they are called outside: `dementia` of `cohort.dementia`."""
    return {key.removeprefix(COHORT): one for key, one in definitions().items() if one.is_cohort}


def measured_kinds() -> Mapping[str, Definition]:
    """What is drawn over time, by kind."""
    return {key: one for key, one in definitions().items() if one.measures}


def strip_kinds() -> Mapping[str, str]:
    """Of each kind that stands under the banner, where."""
    return {key: one.strip for key, one in definitions().items() if one.strip}


def handover_kinds() -> tuple[str, ...]:
    """What travels in the snapshot of a handover (domain.md 3.4, rule 18)."""
    return tuple(key for key, one in definitions().items() if one.in_handover)


@cache
def _read(folders: tuple[Path, ...]) -> Mapping[str, Definition]:
    found = read_definitions(folders)
    order = list(SECTIONS)
    return dict(sorted(found.items(), key=lambda item: order.index(item[1].section)))


def _forgotten(kind: str) -> Definition:
    words = kind.replace(".", ": ").replace("_", " ")
    return Definition(
        key=kind, section="", title=words[:1].upper() + words[1:], text=Words("In words"), clinical=True, retired=True
    )
