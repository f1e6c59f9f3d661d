"""The pack that goes to hospital with somebody: what a stranger must know at three in the morning, in the order in
which they ask. Its headings are those of the core information standard (domain.md 4)."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from carecoord.record.papers import pieces, stamps
from carecoord.record.papers.parts import Facts, Group, Listed, Paper, Part, Table, Ticks, Words, without_empty
from carecoord.record.papers.reading import OnPaper, on_paper
from carecoord.ui import dates
from neighbourhoods.definitions import definition_of
from neighbourhoods.display.care import since
from neighbourhoods.display.entries import answered
from neighbourhoods.models import Encounter, Entry, Resident
from neighbourhoods.principal import Principal

HOME_SECTION: Final = "care_home_admission"
DECISIONS: Final = ("cpr", "legal.refusal", "legal.attorney", "legal.dols", "legal.mental_health_act", "legal.capacity")
WISHES: Final = "end_of_life"
TAKEN: Final = ("This pack", "My medicines, and the list of them", "Glasses, hearing aids and dentures, each named")
PLACED_ELSEWHERE: Final = ("belongings", "medicines", "hospital")


@dates.in_full()
def transfer_paper(principal: Principal, resident: Resident, *, to: str, kept_from_them: frozenset[str]) -> Paper:
    """`to` is the hospital, empty where nobody knows yet; `kept_from_them` are the parts that an objection keeps from
    it."""
    found = on_paper(principal, resident, kept_from_reader=kept_from_them)
    return Paper(
        title=f"Hospital pack: {to}" if to else "Hospital pack",
        about=(*stamps.about(found), *_where(found)),
        stamp=stamps.stamp(principal),
        foot=stamps.foot(found),
        notices=stamps.notices(found),
        parts=without_empty(list(_parts(found))),
    )


def _parts(found: OnPaper) -> Iterator[Part | None]:
    yield pieces.beside_the_name(found)
    yield pieces.matters(found)
    yield _decisions(found)
    yield pieces.if_wrong(found)
    yield pieces.ring(found)
    yield Facts("Medicines", tuple(_medicines(found)))
    yield _conditions(found)
    yield Group("About me", pieces.sections(found, about_me=True, by=False))
    yield _in_the_home(found)
    yield Table(
        "How they were lately", ("When", "What", "What was found"), ("lines",) * 3, (22, 28, 50), list(_lately(found))
    )
    yield Ticks("What comes with me: tick what went", list(_belongings(found)))


def _where(found: OnPaper) -> Iterator[tuple[str, str]]:
    """Of somebody restricted none of this is shown, on paper least of all (IG-20)."""
    resident, home = found.resident, found.home
    if resident.is_restricted:
        return
    if home is not None:
        room = f", room {home.room}" if home.room else ""
        yield "Lives in", f"{home.where}{room}. {since(home)}"
        if home.organisation and home.organisation.phone:
            yield "Phone of the home", home.organisation.phone
    elif address := ", ".join([*resident.address_lines, resident.postcode]).strip(", "):
        yield "Lives at", address
    if practice := resident.gp_practice:
        yield "GP practice", f"{practice.name}{f', {practice.phone}' if practice.phone else ''}"


def _decisions(found: OnPaper) -> Part:
    """Where nothing is written down it says so: nobody may read a decision into a missing line."""
    entries = [one for kind in (*DECISIONS, WISHES) for one in found.of_kind(kind)]
    rows = [([one.definition.title], _said(one), [dates.day(_day(one))]) for one in entries]
    if not any(one.kind == "cpr" for one in entries):
        rows.insert(0, (["CPR decision"], [_no_cpr(found)], []))
    if words := pieces.answer(found.section(HOME_SECTION), "hospital"):
        rows.append((["When to go to hospital, and when not"], words.splitlines(), []))
    head = ("Decision", "What was decided, and where the document is", "Day")
    return Table("Resuscitation and legal", head, ("bold", "lines", "lines"), (26, 56, 18), rows)


def _no_cpr(found: OnPaper) -> str:
    if found.keeps("end_of_life"):
        return pieces.WITHHELD
    return pieces.NOT_READ if pieces.may_miss(found) else "None is written down in this record."


def _said(entry: Entry) -> list[str]:
    """What it says first, then each answer that this does not repeat."""
    lines = [entry.says] if entry.says else []
    facts = [f"{label.rstrip('?')}: {words}" for label, words in answered(entry) if words not in entry.says]
    more = [entry.text] if entry.text and entry.text not in entry.says else []
    return [*lines, *more, *facts]


def _medicines(found: OnPaper) -> Iterator[tuple[str, str]]:
    practice = found.resident.gp_practice
    kept = pieces.answer(found.section(HOME_SECTION), "medicines")
    if kept:
        yield "Where they are, and where the list is", kept
    for wish in found.of_kind(WISHES):
        if ready := (wish.data.get("medicines") or ""):
            yield "Kept ready", ready
    for plan in found.if_wrong:
        if ready := (plan.data.get("kept_ready") or ""):
            yield f"Kept ready for: {plan.says}", ready
    if found.resident.is_restricted or practice is None:
        yield "The list", "Not in this record. Look in the person's own care record."
    else:
        phone = f", {practice.phone}" if practice.phone else ""
        yield "The list", f"Not in this record. The GP practice prescribes: {practice.name}{phone}."


def _conditions(found: OnPaper) -> Part:
    of = ("problem", "risk", "impairment", "equipment")
    titles = {"problem": "", "impairment": "", "risk": "Risk: ", "equipment": "Uses: "}
    return Listed("Conditions, risks and equipment", [f"{titles[one.kind]}{one.says}" for one in found.of_kind(*of)])


def _in_the_home(found: OnPaper) -> Part | None:
    section = found.section(HOME_SECTION)
    if section is None:
        return None
    return Words("My day, and what helps", section.body, after=pieces.facts_without(section, PLACED_ELSEWHERE))


def _lately(found: OnPaper) -> Iterator[list[list[str]]]:
    assessed = sorted((one for one in found.entries if one.section == "assessments"), key=_day, reverse=True)
    for one in assessed:
        yield [[dates.day(_day(one))], [definition_of(one.kind).title], _said(one)]
    for seen in found.seen:
        what = [f"{seen.get_kind_display()}, {seen.team.name}"]
        yield [[dates.day(seen.at)], what, _of_visit(seen)]


def _day(entry: Entry) -> date:
    return entry.event_on or dates.local_day(entry.created_at)


def _of_visit(seen: Encounter) -> list[str]:
    return [line for line in dict.fromkeys((seen.purpose, seen.note, seen.outcome)) if line]


def _belongings(found: OnPaper) -> Iterator[str]:
    said = pieces.answer(found.section(HOME_SECTION), "belongings")
    if found.of_kind("cpr"):
        yield "The document of the CPR decision"
    yield from TAKEN
    yield from (line for line in said.splitlines() if line.strip())
