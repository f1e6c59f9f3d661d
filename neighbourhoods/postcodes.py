"""Rows of the ONS Postcode Directory, as far as a place needs them."""

import csv
import gzip
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from neighbourhoods.models import Area, Neighbourhood, Postcode
from neighbourhoods.values import clean_postcode

# The directory renames columns with each census; the first that a file has is taken.
COLUMNS: Final = {
    "postcode": ("pcds", "pcd", "pcd7", "pcd8"),
    "area": ("lsoa21", "lsoa21cd", "lsoa11", "lsoa11cd"),
    "ward": ("ward", "osward", "wd25cd", "wd22cd"),
    "rank": ("imd", "imd_rank"),
    "ended": ("doterm",),
}
LSOAS_RANKED: Final = {2015: 32_844, 2019: 32_844, 2025: 33_755}
"""How many areas of England each release of the Index of Multiple Deprivation ranks."""
BATCH: Final = 2_000


@dataclass(frozen=True)
class Loaded:
    """What became of a file's rows."""

    stored: int
    ended: int
    unusable: int


def decile(rank: int, imd_year: int) -> int:
    """1 is the most deprived tenth of England's areas, 10 the least (domain.md 2.2)."""
    areas = LSOAS_RANKED.get(imd_year, LSOAS_RANKED[2019])
    return min(10, max(1, math.ceil(rank * 10 / areas)))


def load_postcodes(rows: Iterable[dict[str, str]], *, imd_year: int) -> Loaded:
    """Store the live postcodes of `rows`, over what is there; postcodes that are not in them stay as they are."""
    stored = ended = unusable = 0
    waiting: dict[str, Postcode] = {}
    for row in rows:
        if _value(row, "ended"):
            ended += 1
            continue
        postcode = _postcode(row, imd_year)
        if postcode is None:
            unusable += 1
            continue
        waiting[postcode.postcode] = postcode
        if len(waiting) == BATCH:
            stored += _store(list(waiting.values()))
            waiting.clear()
    return Loaded(stored + _store(list(waiting.values())), ended, unusable)


@transaction.atomic
def load_areas(rows: Iterable[dict[str, str]]) -> int:
    """Which neighbourhood serves which area, from columns `lsoa21` (or another census) and `neighbourhood` (slug).

    Raises ValidationError for an unknown neighbourhood.
    """
    known = dict(Neighbourhood.objects.values_list("slug", "id"))
    areas = {}
    for row in rows:
        slug = (row.get("neighbourhood") or "").strip()
        if slug not in known:
            raise ValidationError(f"There is no neighbourhood {slug!r}: make it first, or correct the file.")
        areas[_value(row, "area")] = Area(code=_value(row, "area"), neighbourhood_id=known[slug])
    Area.objects.bulk_create(
        areas.values(), update_conflicts=True, unique_fields=["code"], update_fields=["neighbourhood"]
    )
    return len(areas)


@contextmanager
def rows_of(path: Path) -> Iterator[Iterator[dict[str, str]]]:
    """The rows of a CSV file, or of a gzipped one, with column names in lower case."""
    with _opened(path) as file:
        reader = csv.DictReader(file)
        names: Sequence[str] = reader.fieldnames or ()
        reader.fieldnames = [name.strip().casefold() for name in names]
        _require_columns(reader.fieldnames)
        yield reader


def _require_columns(names: Sequence[str]) -> None:
    if not set(names) & set(COLUMNS["area"]):
        raise ValidationError(
            "This file has no column lsoa21 or lsoa11: give one with the columns of the ONS directory."
        )


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _postcode(row: dict[str, str], imd_year: int) -> Postcode | None:
    try:
        postcode = clean_postcode(_value(row, "postcode"))
    except ValidationError:
        return None
    rank = _value(row, "rank")
    ranked = int(rank) if rank.isascii() and rank.isdigit() and int(rank) else None
    return Postcode(
        postcode=postcode,
        area_code=_value(row, "area"),
        ward_code=_value(row, "ward"),
        imd_rank=ranked,
        imd_decile=decile(ranked, imd_year) if ranked else None,
        imd_release_year=imd_year if ranked else None,
    )


def _value(row: dict[str, str], fact: str) -> str:
    return next(((row[name] or "").strip() for name in COLUMNS[fact] if name in row), "")


def _store(postcodes: list[Postcode]) -> int:
    Postcode.objects.bulk_create(
        postcodes,
        update_conflicts=True,
        unique_fields=["postcode"],
        update_fields=["area_code", "ward_code", "imd_rank", "imd_decile", "imd_release_year"],
    )
    return len(postcodes)
