"""The sections of a plan are data: files in the folder `plan` of data/definitions, read when a process starts. A place
adds one without code (decision 0053). data/definitions/README.md has their shape.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from neighbourhoods.definitions import DefinitionError, FieldDefinition, FieldKind, Words, cohorts
from neighbourhoods.definitions.files import FIELD_KEY, check_keys, field_of, key_of, made, read_file, read_folders
from neighbourhoods.models import Stay

ABOUT_ME, WHOLE, SITUATION = "about_me", "plan", "situation"
GROUPS: Final[Mapping[str, str]] = {ABOUT_ME: "About me", WHOLE: "In every plan", SITUATION: "Where it is needed"}
STANDARD: Final = (
    *("most_important", "people", "communication", "wellness", "do_and_dont", "support", "also_know"),
    *("strengths", "needs"),
)
"""Every plan has them (domain.md 2.5, 2.6), whatever a place adds: partner systems write them by these names."""
MAX_KEY, MAX_TITLE, MAX_BODY = 40, 200, 10_000
FOLDER: Final = "plan"
WORDS: Final = Words("Words", most=MAX_BODY)
# What the form of every section asks itself, and what a draft cannot keep.
NOT_ASKED: Final = frozenset({FieldKind.CODES})


@dataclass(frozen=True)
class Heading:
    """One section as it is asked now. `key` names it for ever; `plain` is what the resident's own copy calls it.

    What is of the `situation` stands in the plans of the groups in `cohorts` (of data/definitions, or a kind of stay),
    and of whoever has it written; anybody may add it. `write_within` working days of joining the group it should be
    written, and after `review_months` it is to be looked at again.
    """

    key: str
    title: str
    group: str = SITUATION
    version: int = 1
    hint: str = ""
    source: str = ""
    snomed: str = ""
    plain: str = ""
    own_words: bool = False
    text: Words | None = WORDS
    fields: tuple[FieldDefinition, ...] = ()
    cohorts: tuple[str, ...] = ()
    write_within: int = 0
    review_months: int = 0
    retired: bool = False

    @property
    def about_me(self) -> bool:
        return self.group == ABOUT_ME

    @property
    def in_every_plan(self) -> bool:
        return self.group != SITUATION

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists of codes that it asks."""
        return tuple(dict.fromkeys(field.list for field in self.fields if field.asks_codes))

    @property
    def field_by_key(self) -> Mapping[str, FieldDefinition]:
        return {field.key: field for field in self.fields}


def headings() -> Mapping[str, Heading]:
    """Every section by its key, About me first. Raises DefinitionError where a file will not do."""
    return _read(tuple(Path(folder) / FOLDER for folder in settings.DEFINITIONS))


def heading_of(key: str) -> Heading:
    """A section that no file defines any more can be read and not written."""
    return headings().get(key) or _forgotten(key)


def of_about_me() -> tuple[Heading, ...]:
    return tuple(one for one in headings().values() if one.about_me)


@cache
def _read(folders: tuple[Path, ...]) -> Mapping[str, Heading]:
    found = read_folders(folders, _of_file)
    if missing := [key for key in STANDARD if key not in found or found[key].retired]:
        raise DefinitionError(f"Every plan has the section {missing[0]}: it is neither left out nor retired.")
    order = list(GROUPS)
    return dict(sorted(found.items(), key=lambda item: order.index(item[1].group)))


def _of_file(path: Path) -> Iterable[Heading]:
    group, sections = read_file(path, "group", "sections")
    if group not in GROUPS:
        raise DefinitionError(f"{path.name}: the group must be one of {', '.join(GROUPS)}.")
    return [_heading(f"{path.name}, {key_of(one)}", one, group) for one in sections]


def _heading(where: str, given: Any, group: str) -> Heading:
    told = dict(given)
    if told.get("text"):
        told["text"] = made(where, Words, {"most": MAX_BODY, **told["text"]})
    asked = tuple(field_of(where, one) for one in told.pop("fields", []))
    found = made(where, Heading, told | {"group": group, "fields": asked})
    _check(where, found)
    return found


def _check(where: str, found: Heading) -> None:
    if not FIELD_KEY.fullmatch(found.key) or len(found.key) > MAX_KEY:
        raise DefinitionError(f"{where}: the key must be lower case words, such as care_home_admission.")
    if not found.title or len(found.title) > MAX_TITLE:
        raise DefinitionError(f"{where}: the title has {MAX_TITLE} characters at most, and one at least.")
    if found.text is None and not found.fields:
        raise DefinitionError(f"{where}: a section asks for words, for fields, or for both.")
    if found.text and found.text.most > MAX_BODY:
        raise DefinitionError(f"{where}: the words of a section have {MAX_BODY} characters at most.")
    if found.own_words and found.fields:
        raise DefinitionError(f"{where}: what is in the resident's own words has no fields.")
    if several := [one.key for one in found.fields if one.kind in NOT_ASKED]:
        raise DefinitionError(f"{where}, {several[0]}: a section of a plan asks for one code, not for several.")
    check_keys(where, [field.key for field in found.fields])
    known = {*cohorts(), *Stay.Kind.values}
    if unknown := [one for one in found.cohorts if one not in known]:
        raise DefinitionError(f"{where}: {unknown[0]} is no group; known are {', '.join(sorted(known))}.")


def _forgotten(key: str) -> Heading:
    words = key.replace("_", " ")
    return Heading(key=key, title=words[:1].upper() + words[1:], retired=True)
