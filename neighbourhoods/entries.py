"""Reading what is recorded about a resident."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

from django.db import connection

from neighbourhoods.definitions import BESIDE, SECTIONS
from neighbourhoods.models import Entry
from neighbourhoods.principal import Principal

MOST_PAST = 20


@dataclass(frozen=True)
class Recorded:
    """`current` holds now and `past` no longer, the latest first; `notes` stand beside either. `older` leads on."""

    current: tuple[Entry, ...]
    past: tuple[Entry, ...]
    notes: tuple[Entry, ...]
    older: UUID | None = None

    def notes_about(self, entry: Entry) -> tuple[Entry, ...]:
        return tuple(note for note in self.notes if note.about_id == entry.id)

    def in_section(self, section: str) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.current if entry.section == section)

    @property
    def without_section(self) -> tuple[Entry, ...]:
        """Of kinds that no file defines any more, written before sections were kept."""
        return tuple(entry for entry in self.current if entry.section not in SECTIONS)


@dataclass(frozen=True)
class OneEntry:
    """An entry with what stands beside it, what it corrected or replaced (the latest first), and what followed it."""

    entry: Entry
    notes: tuple[Entry, ...]
    earlier: tuple[Entry, ...]
    later: Entry | None

    @classmethod
    def among(cls, entry: Entry, others: Sequence[Entry]) -> Self:
        by_id = {one.id: one for one in others}
        earlier: list[Entry] = []
        before = entry.supersedes_id
        while before in by_id:
            earlier.append(by_id[before])
            before = by_id[before].supersedes_id
        return cls(
            entry=entry,
            notes=tuple(one for one in others if one.about_id == entry.id),
            earlier=tuple(earlier),
            later=next((one for one in others if one.supersedes_id == entry.id), None),
        )


def recorded_about(principal: Principal, resident_id: UUID, before: UUID | None = None) -> Recorded:
    """Two statements, however much there is. With `before` only what is past, from the entry before that one on."""
    mine = Entry.objects.visible_to(principal).for_role(principal).filter(resident_id=resident_id)
    mine = mine.select_related("recorded_by_organisation")
    past = mine.filter(ended_at__isnull=False).exclude(kind__in=BESIDE).order_by("-id")
    page = list((past.filter(id__lt=before) if before else past)[: MOST_PAST + 1])
    found = recorded_of(list(mine.filter(ended_at=None).order_by("id")), page)
    return found if before is None else replace(found, past=tuple(page[:MOST_PAST]))


def recorded_of(standing: Iterable[Entry], ended: Sequence[Entry]) -> Recorded:
    """Of entries that nobody has ended, the oldest first, and of one more of the ended ones than are shown."""
    rows = list(standing)
    current = [one for one in rows if one.kind not in BESIDE]
    lapsed = [one for one in reversed(current) if one.is_past]
    return Recorded(
        current=tuple(one for one in current if not one.is_past),
        past=(*lapsed, *ended[:MOST_PAST]),
        notes=tuple(one for one in rows if one.kind in BESIDE),
        older=ended[MOST_PAST - 1].id if len(ended) > MOST_PAST else None,
    )


@dataclass(frozen=True)
class Hidden:
    """Entries of a section that the reader may not read, and the team to ask (IG-23)."""

    section: str
    seal: str
    team: str
    organisation: str
    phone: str
    entries: int


def hidden_from_reader(resident_id: UUID) -> tuple[Hidden, ...]:
    """Through an owner function, which says neither what there is nor of what kind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.hidden_entries(%s)", [resident_id])
        return tuple(Hidden(*row) for row in cursor.fetchall())


def one_entry(principal: Principal, resident_id: UUID, entry_id: UUID) -> OneEntry | None:
    """None where there is no such entry of this resident that the reader may read."""
    mine = Entry.objects.visible_to(principal).for_role(principal).filter(resident_id=resident_id)
    entry = mine.select_related("recorded_by_organisation").filter(id=entry_id).first()
    if entry is None:
        return None
    beside = mine.filter(kind=entry.kind).exclude(id=entry.id) | mine.filter(about_id=entry.id, ended_at=None)
    return OneEntry.among(entry, list(beside.select_related("recorded_by_organisation").order_by("id")))
