"""The sections of a plan as its page shows them, and those that can be added."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.urls import reverse

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.components import Clock, Link, Notice
from careplans.answers import facts_of, title_of
from careplans.display.drafts import editing_notices
from careplans.display.needs import NeedRow
from careplans.display.people import written
from careplans.editing import Editing
from careplans.groups import Groups, asked_of, due_of
from careplans.headings import Heading, headings
from careplans.models import DraftOf, PlanSection
from careplans.services import Slot
from neighbourhoods.models import Resident

NO_GROUPS: Final[Groups] = MappingProxyType({})
# Days before a section is to be looked at again from which on it is shown as due soon.
SOON: Final = 28


@dataclass(frozen=True)
class SectionBlock:
    """One heading. `is_voice` shows it in plum, as the resident's own words; `facts` are label and words of answers,
    and `words_label` is that of the words beside them. With neither nothing is written. Not asked any more: no
    `edit`."""

    key: str
    title: str
    hint: str
    words: str
    facts: tuple[tuple[str, str], ...]
    by: str
    is_voice: bool
    edit: Link | None
    versions: Link | None
    clock: Clock | None = None
    notices: tuple[Notice, ...] = ()
    is_about_me: bool = False
    words_label: str = ""
    entries: tuple[NeedRow, ...] = ()
    add: Link | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.facts)


@dataclass(frozen=True)
class SectionChoice:
    """A section that this plan does not have yet."""

    link: Link
    hint: str


def section_blocks(
    resident: Resident,
    sections: Iterable[PlanSection],
    editing: Sequence[Editing] = (),
    groups: Groups = NO_GROUPS,
) -> tuple[SectionBlock, ...]:
    """Of every section that belongs into this plan."""
    found = {section.key: section for section in sections}
    begun = {one.place for one in editing if one.kind == DraftOf.SECTION}
    return tuple(
        _section_block(resident, heading, found.get(heading.key), editing, groups)
        for heading in asked_of(groups, found.values(), begun)
    )


def sections_to_add(resident: Resident, shown: Set[str]) -> tuple[SectionChoice, ...]:
    left = [one for one in headings().values() if one.key not in shown and not one.retired]
    return tuple(
        SectionChoice(Link(one.title, reverse("section_edit", args=[resident.id, one.key])), one.hint) for one in left
    )


def _section_block(
    resident: Resident, heading: Heading, section: PlanSection | None, editing: Sequence[Editing], groups: Groups
) -> SectionBlock:
    address = [resident.id, heading.key]
    words = section.body if section else ""
    earlier = section.version - 1 if section else 0
    slot, edit = Slot(resident.id, DraftOf.SECTION, heading.key), reverse("section_edit", args=address)
    title, is_empty = title_of(heading.key, section), section is None or section.is_empty
    read = Link(f"Earlier versions ({earlier})", reverse("section_versions", args=address), f"of {title}")
    change = Link("Write" if is_empty else "Change", edit, title)
    return SectionBlock(
        key=heading.key,
        title=title,
        hint=heading.hint,
        words=words,
        facts=facts_of(section) if section else (),
        by=_by(resident, section, heading) if section else "",
        is_voice=bool(section and section.in_own_words),
        edit=None if heading.retired else change,
        versions=read if earlier else None,
        clock=_section_clock(heading, section, groups),
        notices=editing_notices(slot, editing, edit),
        is_about_me=heading.about_me,
        words_label=heading.text.label if heading.text else title,
    )


def _section_clock(heading: Heading, section: PlanSection | None, groups: Groups) -> Clock | None:
    """When it is to be written, or looked at again; of that only what is overdue or comes soon."""
    due = due_of(heading, section, groups)
    if due is None:
        return None
    day, is_written = dates.local_day(due), section is not None and not section.is_empty
    left = (day - clock.today()).days
    if is_written and left > SOON:
        return None
    at = f"{'Look at it again' if is_written else 'Write it'} by {dates.day(day)}"
    return Clock("overdue" if due < clock.now() else "due_soon" if left <= SOON else "on_time", at=at)


def _by(resident: Resident, section: PlanSection, heading: Heading) -> str:
    who = written(section.written_by, section.updated_at, section.written_by_name)
    own = f"{resident.called}'s own words, written down by {who}" if section.in_own_words else who
    if heading.retired:
        return f"{own} · This section is not written any more"
    return f"{own} · It asks more today: change it to answer" if section.definition_version < heading.version else own
