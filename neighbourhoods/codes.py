"""Loads lists of codes from a folder of CSV files (data/codes/README.md has its shape)."""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator, validate_slug
from django.db import transaction
from django.db.models import Q

from carecoord.gathering import remembered
from neighbourhoods.models import Code, CodeList

ABOUT = ("key", "title", "source", "licence", "version")
COLUMNS = ("code", "display")
Choices = Mapping[str, Mapping[str, str]]
_without_nulls = ProhibitNullCharactersValidator("holds a hidden character that cannot be saved")


@dataclass(frozen=True)
class LoadedLists:
    """How many lists a folder has, and which of them said something new."""

    found: int
    changed: tuple[str, ...]


@transaction.atomic
def load_codes(folder: Path) -> LoadedLists:
    """Make the lists say what the folder's files say. A list that says so already is left alone; none is taken away.

    Raises ValidationError naming file and line, and then nothing has changed; OSError where a file cannot be read.
    """
    known = dict(CodeList.objects.values_list("key", "digest"))
    about = list(_rows(folder / "lists.csv", ABOUT))
    changed = [row["key"] for row in about if _load(folder, row, known.get(row["key"]))]
    return LoadedLists(len(about), tuple(changed))


@remembered
def choices_of(*keys: str) -> Choices:
    """What each of these lists offers now: code and words, in the order of the list. An unknown list is empty."""
    found: dict[str, dict[str, str]] = {key: {} for key in keys}
    for key, code, display in Code.objects.in_lists(*keys).values_list("code_list__key", "code", "display"):
        found[key][code] = display
    return found


def words_of(said: Mapping[str, str]) -> Choices:
    """The words of one code of each list, whether or not it can still be chosen."""
    wanted = reduce(or_, (Q(code_list__key=key, code=code) for key, code in said.items()), Q(pk__in=[]))
    found = Code.objects.filter(wanted).values_list("code_list__key", "code", "display")
    return {key: {code: display} for key, code, display in found}


def _load(folder: Path, about: Mapping[str, str], before: str | None) -> bool:
    path = folder / f"{_slug(about['key'])}.csv"
    codes = {row["code"]: row["display"] for row in _rows(path, COLUMNS)}
    digest = hashlib.sha256(repr((sorted(about.items()), list(codes.items()))).encode()).hexdigest()
    if digest == before:
        return False
    facts = {"title": about["title"], "source": about["source"], "licence": about["licence"]}
    made, _ = CodeList.objects.update_or_create(
        key=about["key"], defaults=facts | {"list_version": about["version"], "digest": digest}
    )
    made.codes.exclude(code__in=codes).update(is_current=False)
    Code.objects.bulk_create(
        [
            Code(code_list=made, code=code, display=display, position=position)
            for position, (code, display) in enumerate(codes.items(), start=1)
        ],
        update_conflicts=True,
        unique_fields=["code_list", "code"],
        update_fields=["display", "position", "is_current"],
    )
    return True


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Rows with something in each of these columns, which stands in the first of them only once."""
    seen: set[str] = set()
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            found = {column: (row.get(column) or "").strip() for column in columns}
            if missing := [column for column in columns if not found[column]]:
                raise ValidationError(f"{path.name}, line {number}: {missing[0]} is empty.")
            if found[columns[0]] in seen:
                raise ValidationError(f"{path.name}, line {number}: {found[columns[0]]} stands there twice.")
            seen.add(found[columns[0]])
            _check(path, number, found)
            yield found


def _check(path: Path, number: int, found: Mapping[str, str]) -> None:
    fields = (*Code._meta.concrete_fields, *CodeList._meta.concrete_fields)
    longest = {field.name: field.max_length for field in fields} | {"version": 30}
    for column, text in found.items():
        _without_nulls(text)
        most = longest[column]
        if most is not None and len(text) > most:
            raise ValidationError(f"{path.name}, line {number}: {column} is longer than {most} characters.")


def _slug(key: str) -> str:
    """A list's key is the name of its file, and leads to no other folder."""
    try:
        validate_slug(key)
    except ValidationError as problem:
        raise ValidationError(f"lists.csv: {key} must be letters, digits and hyphens.") from problem
    return key
