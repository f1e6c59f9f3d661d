"""The record as it was: the same rows as today's, in which nothing can be pressed."""

import copy
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from carecoord import clock
from carecoord.record.display.whole import Part, contents_of, parts_of
from carecoord.record.reading import Content
from carecoord.ui import dates
from carecoord.ui.components import AdjustmentStrip, Button, Contents, Link, Person, ResidentBanner, TeamChip
from neighbourhoods.authors import Author
from neighbourhoods.frame import banner_of, strip_of
from neighbourhoods.interpreters import interpreter_of
from neighbourhoods.models import Entry, Resident
from neighbourhoods.principal import Principal


@dataclass(frozen=True)
class PastPage:
    """Whose name and birth `banner` says, and what was known of them."""

    banner: ResidentBanner
    strip: AdjustmentStrip
    parts: tuple[Part, ...]
    contents: Contents


def past_page(principal: Principal, content: Content, moment: datetime, authors: Mapping[UUID, Author]) -> PastPage:
    """Clocks and ages are those of then; no day is called today."""
    with as_of(moment):
        parts = tuple(unlinked(part) for part in parts_of(principal, content, authors))
        return PastPage(
            banner=banner_of(content.resident),
            strip=_strip(principal, content),
            parts=parts,
            contents=contents_of(parts),
        )


def _strip(principal: Principal, content: Content) -> AdjustmentStrip:
    """Nothing on a page of the past leads anywhere."""
    entries = (_as_known_now(one, content.taken_back) for one in content.recorded.current)
    strip = strip_of(entries, principal, interpreter_of(content.resident))
    return replace(strip, safety_plan=None)


def _as_known_now(entry: Entry, taken_back: Mapping[UUID, date]) -> Entry:
    """Under the name nothing is struck through: what was an error says so in words."""
    if entry.id not in taken_back:
        return entry
    marked = copy.copy(entry)
    marked.headline = f"{entry.says or entry.definition.title} (entered in error since)"
    return marked


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    with clock.at(moment), dates.in_full():
        yield


def said(moment: datetime) -> str:
    """`02-Nov-2026 at 11:20`."""
    return f"{dates.day(moment)} at {dates.time_of_day(moment)}"


def unlinked(it: Any) -> Any:
    """Without a link, a button or a number to ring: what stood then is not what one may rely on today."""
    if isinstance(it, Link | Button):
        return None
    if isinstance(it, tuple):
        return tuple(row for row in map(unlinked, it) if row is not None)
    if not is_dataclass(it) or isinstance(it, type):
        return it
    if isinstance(it, Person) and it.phone:
        second = ". ".join(part.rstrip(".") for part in (it.second, f"Phone then: {it.phone}") if part)
        it = replace(it, phone="", note="", second=second)
    if isinstance(it, TeamChip):
        it = replace(it, mine="")
    return replace(it, **dict(_fields(it)))


def _fields(it: Any) -> Iterable[tuple[str, Any]]:
    for field in fields(it):
        value = getattr(it, field.name)
        yield field.name, "" if field.name == "url" else unlinked(value)


def before_it_began(resident: Resident, moment: datetime) -> str:
    """Nobody had registered them: there is nothing to read."""
    return (
        f"Nothing was recorded here about {resident.called} by {said(moment)}. "
        f"The record began on {said(resident.created_at)}."
    )
