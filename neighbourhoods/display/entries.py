"""Entries in words: rows by section, everything one says, and who wrote it when."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from django.urls import reverse

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.components import Clock, Contents, ContentsItem, Link, Provenance, Row, SummaryList
from neighbourhoods.definitions import (
    QUERY,
    SECTIONS,
    Definition,
    FieldDefinition,
    FieldKind,
    definition_of,
    definitions,
)
from neighbourhoods.entries import Hidden, OneEntry, Recorded
from neighbourhoods.marks import MARKS, kept_words
from neighbourhoods.models import Entry, Role
from neighbourhoods.services.entry_facts import said

ROLES = dict(Role.choices)
MOST_SAID = 300
# Days before a review is due from which on it is shown as due soon.
SOON = 28
# Not in lists: read on the entry's own page.
LONG = (FieldKind.LONG_TEXT, FieldKind.LINES)
NO_SECTION = "Other"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry in a list. `label` is its kind where the section does not say it, of an adjustment its category;
    `facts` are pairs of label and value. `taken_back`, in a record of the past: the day on which somebody said that it
    was an error."""

    template: ClassVar[str] = "neighbourhoods/entry_row.jinja"
    label: str
    says: str
    url: str
    provenance: Provenance
    facts: tuple[tuple[str, str], ...] = ()
    review: Clock | None = None
    notes: tuple["EntryNote", ...] = ()
    state: Literal["current", "ended", "entered_in_error"] = "current"
    taken_back: str = ""
    is_sealed: bool = False
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class EntryNote:
    """`question` names what a resident's question is called; `answer` leads to where it is answered."""

    text: str
    provenance: Provenance
    question: str = ""
    answer: Link | None = None


@dataclass(frozen=True)
class EntrySection:
    key: str
    title: str
    rows: tuple[EntryRow, ...]


@dataclass(frozen=True)
class HiddenRow:
    section: str
    says: str
    organisation: str
    open: Link | None = None


@dataclass(frozen=True)
class KindChoice:
    link: Link
    hint: str


@dataclass(frozen=True)
class KindGroup:
    title: str
    choices: tuple[KindChoice, ...]


def sections_of(found: Recorded) -> tuple[EntrySection, ...]:
    """Sections with something in them, in the order of the record; adjustments by category."""
    by_key = [(key, title, found.in_section(key)) for key, title in SECTIONS.items()]
    by_key.append(("other", NO_SECTION, found.without_section))
    return tuple(EntrySection(key, title, rows_of(found, entries)) for key, title, entries in by_key if entries)


def rows_of(found: Recorded, entries: Iterable[Entry]) -> tuple[EntryRow, ...]:
    """In the order of a section, each with the notes beside it."""
    return tuple(entry_row(one, found.notes_about(one)) for one in sorted(entries, key=_place))


def past_rows(found: Recorded) -> tuple[EntryRow, ...]:
    return tuple(entry_row(one, found.notes_about(one)) for one in found.past)


def contents_of(sections: Sequence[EntrySection], past: int) -> Contents | None:
    items = [ContentsItem(f"{one.title} ({len(one.rows)})", f"#{one.key}") for one in sections]
    if past:
        items.append(ContentsItem("No longer so", "#past"))
    return Contents("On this page", tuple(items)) if items else None


def hidden_rows(hidden: Iterable[Hidden], resident_id: UUID, may_open: Container[str]) -> tuple[HiddenRow, ...]:
    """`Restricted entry: ask Millbrook Community Nursing on 01632 960100`. Of seals that the reader may open, how."""
    return tuple(
        HiddenRow(
            SECTIONS.get(one.section, NO_SECTION),
            f"{'Restricted entry' if one.entries == 1 else f'{one.entries} restricted entries'}: ask {one.team}"
            f"{f' on {one.phone}' if one.phone else ''}",
            one.organisation,
            _opening(one, resident_id) if one.seal in may_open else None,
        )
        for one in hidden
    )


def _opening(one: Hidden, resident_id: UUID) -> Link:
    whose = f"what {one.team} has restricted: {SECTIONS.get(one.section, NO_SECTION)}"
    return Link("Open with a reason", reverse("seal_open", args=[resident_id, one.seal]), hidden=whose)


def nothing_in(sections: Iterable[EntrySection], hidden: Iterable[Hidden] = (), *, unread: Iterable[str] = ()) -> str:
    """What stands nowhere yet, in one sentence: nobody has to look for it. Only of sections of which one reads
    everything: not of those of `unread` kinds."""
    in_part = {definition_of(kind).section for kind in unread} | {one.section for one in hidden}
    filled = {one.key for one in sections} | in_part
    empty = [title.lower() for key, title in SECTIONS.items() if key not in filled]
    return f"Nothing is recorded yet about: {', '.join(empty)}." if empty else ""


def entry_row(entry: Entry, notes: Iterable[Entry] = ()) -> EntryRow:
    definition = entry.definition
    return EntryRow(
        label=_label(entry, definition),
        says=short(entry.says) or definition.title,
        url=reverse("entry", args=[entry.resident_id, entry.id]),
        provenance=provenance_of(entry),
        facts=tuple(_listed(entry, definition)),
        review=review_of(entry),
        notes=tuple(note_of(one) for one in notes),
        state=_state(entry),
        is_sealed=bool(entry.seal),
        is_kept=entry.hidden in MARKS,
    )


def note_of(note: Entry) -> EntryNote:
    """Beside its entry. Only a question of the resident asks for something."""
    if note.kind != QUERY:
        return EntryNote(note.text, provenance_of(note))
    link = Link("Open the question", reverse("entry", args=[note.resident_id, note.id]), hidden=short(note.text))
    return EntryNote(note.text, provenance_of(note), note.definition.title, link)


def review_of(entry: Entry) -> Clock | None:
    """Only where it must be seen: a review that is overdue, or due within four weeks."""
    due = entry.review_due_on
    if due is None or entry.is_past:
        return None
    left = (due - clock.today()).days
    if left > SOON:
        return None
    return Clock(
        "overdue" if left < 0 else "due_soon",
        at=f"Review {dates.due_day(due, now=clock.now()).replace('Today', 'today')}",
    )


def provenance_of(entry: Entry) -> Provenance:
    """`recorded_by_organisation` should be joined."""
    organisation = entry.recorded_by_organisation
    return Provenance(
        author=entry.recorded_by_name or "an import",
        role=ROLES.get(entry.recorded_by_role, ""),
        organisation=organisation.name if organisation and organisation.name not in entry.recorded_by_name else "",
        event=_when(entry),
        recorded=_moment(entry.created_at),
        ended=_how_it_ended(entry),
    )


def facts_list(entry: Entry) -> SummaryList:
    """Everything it says, in the words of its definition; what that asks no longer is shown too."""
    definition = entry.definition
    rows = [Row(label.rstrip("?"), value) for label, value in answered(entry)]
    if definition.text and entry.text:
        before = sum(field.key in entry.data for field in definition.before_words)
        rows.insert(before, Row(definition.text.label.rstrip("?"), entry.text))
    if entry.review_due_on:
        rows.append(Row("Review", dates.day(entry.review_due_on)))
    if entry.hidden and not entry.seal:
        rows.append(Row("Kept from", kept_words(entry.hidden), second="When the record is given out"))
    rows.append(Row("Section", SECTIONS.get(entry.section, NO_SECTION)))
    if entry.seal:
        who = "The team that wrote it" if entry.seal == "sensitive" else "The team that wrote it, and few roles"
        rows.append(Row("Who reads it", who, second="Everybody else sees that it is there, and whom to ask"))
    return SummaryList(tuple(rows))


def heading_of(entry: Entry) -> str:
    """`Allergy: penicillin`; the title alone where it says it all."""
    says = short(entry.says, most=120)
    return f"{entry.definition.title}: {says}" if says else entry.definition.title


def earlier_rows(found: OneEntry) -> tuple[EntryRow, ...]:
    return tuple(entry_row(one) for one in found.earlier)


def kind_groups(kinds: Iterable[Definition], resident_id: UUID) -> tuple[KindGroup, ...]:
    """What may be recorded, section by section."""
    rows = list(kinds)
    return tuple(
        KindGroup(
            title,
            tuple(
                KindChoice(Link(one.title, reverse("entry_new", args=[resident_id, one.key])), one.hint)
                for one in rows
                if one.section == key
            ),
        )
        for key, title in SECTIONS.items()
        if any(one.section == key for one in rows)
    )


def answered(entry: Entry) -> Iterable[tuple[str, str]]:
    """What was answered, in the order in which it is asked; what is no longer asked comes last."""
    asked = {field.key: field for field in entry.definition.fields}
    for key in (*asked, *(key for key in entry.data if key not in asked)):
        value, field = entry.data.get(key), asked.get(key)
        if value is not None:
            yield field.label if field else key.replace("_", " ").capitalize(), answer_words(field, value)


def _listed(entry: Entry, definition: Definition) -> Iterable[tuple[str, str]]:
    """In a list: without what the row says already, and without long answers."""
    hidden = {*definition.headline, "category", *(field.key for field in definition.fields if field.kind in LONG)}
    labels = {field.label for field in definition.fields if field.key in hidden}
    yield from ((label, value) for label, value in answered(entry) if label not in labels)
    if entry.headline and entry.text and definition.text and "text" not in definition.headline:
        yield definition.text.label, short(entry.text)
    if entry.review_due_on and not entry.is_past and review_of(entry) is None:
        yield "Review", dates.day(entry.review_due_on)


def answer_words(field: FieldDefinition | None, value: Any) -> str:
    if field and field.kind == FieldKind.LINES:
        return "\n".join(value)
    if field and field.kind == FieldKind.DATE:
        return dates.day(date.fromisoformat(value))
    return said(value)


def _label(entry: Entry, definition: Definition) -> str:
    """The category of an adjustment, else the kind; empty where the section, or what it says, says so already."""
    if category := entry.data.get("category"):
        return said(category)
    others = [one for one in definitions().values() if one.section == definition.section and one != definition]
    return definition.title if (others or not definition.section) and entry.says else ""


def _place(entry: Entry) -> tuple[str, str]:
    """Adjustments come first and by category; of one kind what was recorded earlier stands first."""
    category = entry.data.get("category") or {}
    return "" if entry.kind == "adjustment" else entry.kind, str(category.get("code", "~"))


def short(text: str, most: int = MOST_SAID) -> str:
    words = " ".join(text.split())
    return f"{words[:most].rstrip()} ..." if len(words) > most else words


def _state(entry: Entry) -> Literal["current", "ended", "entered_in_error"]:
    if entry.error_at:
        return "entered_in_error"
    return "ended" if entry.is_past else "current"


def _when(entry: Entry) -> str:
    parts = []
    if entry.event_on:
        parts.append(f"{'On' if entry.definition.needs_day else 'Since'} {dates.day(entry.event_on)}")
    if entry.event_until:
        parts.append(f"until {dates.day(entry.event_until)}")
    words = ", ".join(parts)
    return words[:1].upper() + words[1:]


def _how_it_ended(entry: Entry) -> str:
    if entry.error_at:
        return f"Entered in error, said {_moment(entry.error_at)}: {entry.error_reason}"
    if entry.ended_at is None:
        return ""
    by = f" by {entry.ended_by_name}" if entry.ended_by_name else ""
    why = f": {entry.ended_reason}" if entry.ended_reason else ""
    return f"Ended {_moment(entry.ended_at)}{by}{why}"


def _moment(at: datetime) -> str:
    return dates.moment(at, now=clock.now()).replace("Today", "today")
