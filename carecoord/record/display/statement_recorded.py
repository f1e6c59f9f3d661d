"""What is recorded about a resident, as it is given to them or to whoever acts for them (IG-21, IG-25).

By allow-list: of entries, and of visits, calls and notes of the last twelve months, only what no mark keeps from
whoever gets it. Nothing sealed, nothing entered in error, no note of others beside an entry; and no word that
anything is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from carecoord import clock
from carecoord.record.access import STATEMENT_SPAN
from carecoord.ui import dates
from neighbourhoods.definitions import ANNOTATION, SECTIONS
from neighbourhoods.marks import SHOWN_TO_PROXY, SHOWN_TO_RESIDENT
from neighbourhoods.models import Encounter, Entry, Proxy, Resident
from neighbourhoods.principal import Principal

MOST_VISITS: Final = 500


@dataclass(frozen=True)
class EntryLine:
    title: str
    words: Sequence[str]
    who: str


@dataclass(frozen=True)
class VisitLine:
    what: str
    words: Sequence[str]


def recorded_lines(principal: Principal, resident: Resident, proxy: Proxy | None) -> tuple[EntryLine, ...]:
    """What holds now, by section. Of what only clinical roles read, nothing for other roles (IG-10)."""
    entries = Entry.objects.visible_to(principal).for_role(principal).current()
    given = entries.filter(resident_id=resident.id, seal="", hidden__in=_shown_to(proxy)).exclude(kind=ANNOTATION)
    order = list(SECTIONS)
    rows = sorted(
        given.select_related("recorded_by_organisation"),
        key=lambda one: (order.index(one.section) if one.section in order else len(order), one.id),
    )
    return tuple(_entry(one) for one in rows)


def visit_lines(principal: Principal, resident: Resident, proxy: Proxy | None) -> tuple[VisitLine, ...]:
    """The latest first."""
    done = Encounter.objects.visible_to(principal).filter(resident_id=resident.id, status="done")
    given = done.filter(at__gte=clock.now() - STATEMENT_SPAN, hidden__in=_shown_to(proxy))
    rows = given.select_related("team__organisation").order_by("-at", "-id")[:MOST_VISITS]
    return tuple(_visit(one) for one in rows)


def _shown_to(proxy: Proxy | None) -> Sequence[str]:
    return SHOWN_TO_PROXY if proxy else SHOWN_TO_RESIDENT


def _entry(entry: Entry) -> EntryLine:
    organisation = entry.recorded_by_organisation
    day = dates.long_day(dates.local_day(entry.created_at))
    who = f"Written down by {organisation.name} on {day}" if organisation else f"Written down on {day}"
    return EntryLine(entry.definition.title, _said(*_apart(entry.headline, entry.text)), who)


def _apart(headline: str, text: str) -> tuple[str, str]:
    """What it says in short often ends with its words, or says them in another place: they are said once."""
    if not text or text not in headline:
        return headline, text
    facts = headline.removesuffix(text).rstrip(": ")
    return ("", text) if facts.casefold() == text.casefold() else (headline, "")


def _visit(one: Encounter) -> VisitLine:
    team = ", ".join(dict.fromkeys((one.team.name, one.team.organisation.name)))
    what = f"{one.get_kind_display()} on {dates.long_day(dates.local_day(one.at))}, {team}"
    return VisitLine(what, _said(one.purpose, one.note, one.outcome))


def _said(*words: str) -> tuple[str, ...]:
    return tuple(_different(word for word in words if word))


def _different(words: Iterable[str]) -> Iterable[str]:
    """Without what another of them says already."""
    return dict.fromkeys(words)
