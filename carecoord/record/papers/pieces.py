"""Parts that several papers have."""

from collections.abc import Container
from typing import Final

from carecoord.record.papers.parts import Box, Pair, Pairs, Table, Voice, Words
from carecoord.record.papers.reading import OnPaper
from carecoord.ui import dates
from carecoord.ui.components import Person
from careplans.answers import facts_of, title_of
from careplans.display.people import author
from careplans.groups import in_order
from careplans.models import PlanSection
from neighbourhoods.display.people import people_to_ring
from neighbourhoods.frame import strip_of
from neighbourhoods.models.clinical import unread_kinds

MATTERS: Final = "most_important"
WITHHELD: Final = "Withheld after an objection: ask them."
NOT_READ: Final = "Not on this paper: ring the team, whoever printed it does not read them."


def matters(found: OnPaper) -> Voice | None:
    section = found.section(MATTERS)
    if section is None:
        return None
    called = found.resident.called
    title = "What matters to me" if section.in_own_words else f"What matters to {called}"
    return Voice(title, section.body, written_by(found, section))


def sections(found: OnPaper, *, about_me: bool, by: bool) -> tuple[Words, ...]:
    """What is written, in the order of the plan, without what matters most, which stands first."""
    return tuple(
        Words(title_of(one.key, one), one.body, facts_of(one), by=written_by(found, one) if by else "")
        for heading, one in in_order(found.plan.sections)
        if heading.about_me == about_me and heading.key != MATTERS
    )


def written_by(found: OnPaper, section: PlanSection) -> str:
    who = f"{author(section.written_by, section.written_by_name)}, {dates.day(section.updated_at)}"
    return f"{found.resident.called}'s own words, written down by {who}" if section.in_own_words else who


def beside_the_name(found: OnPaper) -> Pair:
    """What stands under the banner: what may hurt, and what helps."""
    strip = strip_of(found.entries, found.principal)
    safe = [("", one) for one in strip.alerts]
    safe.append(_allergies(found))
    safe += [("CPR decision", strip.cpr_decision)] if strip.cpr_decision else []
    safe += [("Legal", one) for one in strip.legal]
    helps = [("", one) for one in strip.adjustments] or [("", _none_of(found, "individual_requirements"))]
    return Pair(Box("Take care", safe, is_loud=True), Box("How to help me", helps))


def if_wrong(found: OnPaper, title: str = "If things go wrong") -> Table:
    rows = [
        (_lines(one.says), _lines(one.text), [*one.data.get("ring", ())])
        for one in found.if_wrong
        if one.text or one.says
    ]
    head = ("If this happens", "Do this", "Ring")
    return Table(title, head, ("bold", "steps", "lines"), (28, 42, 30), rows)


def ring(found: OnPaper, title: str = "Who to ring") -> Table:
    rows = [
        ([_named(one)], _lines(one.second), [one.phone] if one.phone else [])
        for one in people_to_ring(found.resident, found.around)
    ]
    return Table(title, ("Name", "Who they are", "Phone"), ("bold", "lines", "bold"), (34, 40, 26), rows)


def facts_without(section: PlanSection, keys: Container[str]) -> Pairs:
    asked = [one["label"] for one in section.answers if one["key"] in keys]
    return tuple((label, words) for label, words in facts_of(section) if label not in asked)


def answer(section: PlanSection | None, key: str) -> str:
    if section is None:
        return ""
    label = next((one["label"] for one in section.answers if one["key"] == key), None)
    return dict(facts_of(section)).get(label, "") if label else ""


def _allergies(found: OnPaper) -> tuple[str, str]:
    """A dangerous silence: each reason for it is said."""
    if found.keeps("allergies"):
        return "Allergies", WITHHELD
    told = strip_of(found.entries, found.principal).allergies
    if told is None:
        return "Allergies", NOT_READ
    return (told.label, told.value) if told.value else ("", told.label)


def _none_of(found: OnPaper, part: str) -> str:
    return WITHHELD if found.keeps(part) else "Nothing is written down."


def may_miss(found: OnPaper) -> bool:
    """Whether the role of whoever prints it is shown nothing clinical (IG-10)."""
    return bool(unread_kinds(found.principal))


def _named(person: Person) -> str:
    return f"{person.name}, {person.relation}" if person.relation else person.name


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
