"""A whole record, section by section, in the order of the core information standard (domain.md 2.9)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from carecoord import clock
from carecoord.media import kind_of
from carecoord.record.display.care import package_words, stay_words
from carecoord.record.display.items import handover_item, in_order, review_items
from carecoord.record.display.plan_rows import goal_rows, need_rows, option_rows, other_plan_rows, review_rows
from carecoord.record.display.words import WordsRow
from carecoord.record.reading import Content
from carecoord.ui import dates
from carecoord.ui.components import (
    Contents,
    ContentsItem,
    DefinitionRows,
    Link,
    OpenItem,
    OpenItemGroup,
    OpenItemTable,
    Person,
    Row,
    TimelineRow,
)
from careplans.answers import facts_of, title_of
from careplans.display import open_action_items
from careplans.display.people import written
from careplans.display.plan import agreed_words
from careplans.groups import in_order as sections_in_order
from careplans.models import PlanSection
from careplans.states import PLAN
from neighbourhoods.authors import Author
from neighbourhoods.definitions import definition_of
from neighbourhoods.display.encounters import encounter_rows
from neighbourhoods.display.entries import EntryRow, past_rows, rows_of
from neighbourhoods.display.people import authored_person, team_rows
from neighbourhoods.frame import banner_of
from neighbourhoods.models import Contact, Encounter, Entry, Resident, Stay
from neighbourhoods.models.clinical import unread_kinds
from neighbourhoods.models.residents import RESTRICTED
from neighbourhoods.principal import Principal
from referrals.feeds_referrals import open_item

NOTHING: Final = "Nothing is recorded."
CLINICAL: Final = "Shown to clinical roles."
GP, HOSPITAL = "the GP practice", "the hospital"


@dataclass(frozen=True)
class Part:
    """One section. `rows` are components; without any, `says` why, or who holds it."""

    key: str
    title: str
    rows: tuple[Any, ...] = ()
    says: str = NOTHING
    link: Link | None = None


@dataclass(frozen=True)
class Reader:
    """Whose eyes, what there is, and who wrote what has no author of its own."""

    principal: Principal
    content: Content
    authors: Mapping[UUID, Author]

    @property
    def resident(self) -> Resident:
        return self.content.resident

    def at(self, page: str) -> str:
        return reverse(page, args=[self.resident.id])


def parts_of(principal: Principal, content: Content, authors: Mapping[UUID, Author]) -> tuple[Part, ...]:
    """Every section of the standard; the present is that of the clock."""
    reader = Reader(principal, content, authors)
    return tuple(_part(reader, key, title, what) for key, title, what in SECTIONS_IN_ORDER)


def contents_of(parts: Iterable[Part]) -> Contents:
    """Of the sections with something in them."""
    filled = [part for part in parts if part.rows]
    return Contents("On this page", tuple(ContentsItem(part.title, f"#{part.key}") for part in filled))


def authored_by_audit(content: Content) -> list[UUID]:
    """What says nothing of its author by itself."""
    return [
        row.id for rows in (content.around.contacts, content.goals, content.actions, content.additional) for row in rows
    ]


def _part(reader: Reader, key: str, title: str, what: "Held | str | Entries") -> Part:
    if isinstance(what, str):
        return Part(key, title, says=f"Held elsewhere: {what}.")
    return what(reader, Part(key, title))


Held = Callable[[Reader, Part], Part]


@dataclass(frozen=True)
class Entries:
    """Entries of one section, or some kinds of it."""

    section: str
    kinds: tuple[str, ...] = ()
    except_for: tuple[str, ...] = ()

    def __call__(self, reader: Reader, part: Part) -> Part:
        recorded = reader.content.recorded
        rows = rows_of(recorded, [one for one in recorded.in_section(self.section) if self._takes(one)])
        says = CLINICAL if self._is_hidden_from(reader.principal) else NOTHING
        return replace(part, rows=_marked(reader.content, rows, recorded.current), says=says)

    def _takes(self, entry: Entry) -> bool:
        return (not self.kinds or entry.kind in self.kinds) and entry.kind not in self.except_for

    def _is_hidden_from(self, principal: Principal) -> bool:
        """Whether a role without clinical content is shown nothing of it, or only a part."""
        return any(definition_of(kind).section == self.section for kind in unread_kinds(principal))


def _marked(content: Content, rows: Iterable[EntryRow], entries: Iterable[Entry]) -> tuple[EntryRow, ...]:
    """What was taken back since says so."""
    by_url = {reverse("entry", args=[one.resident_id, one.id]): content.taken_back.get(one.id) for one in entries}
    return tuple(replace(row, taken_back=dates.day(on)) if (on := by_url.get(row.url)) else row for row in rows)


# --- what is held here, a function for each ---


def _demographics(reader: Reader, part: Part) -> Part:
    banner = banner_of(reader.resident)
    rows = [Row("Name", banner.name), Row("Preferred name", banner.preferred_name), Row("Born", banner.born)]
    rows += [Row("Died", banner.died), Row("Gender", banner.gender), Row("NHS number", banner.nhs_number)]
    rows += [Row("Address and phone", RESTRICTED)] if banner.is_restricted else banner.contact
    shown = tuple(row for row in rows if row.value and row.label != "GP practice")
    return replace(part, rows=(DefinitionRows(shown),))


def _practice(reader: Reader, part: Part) -> Part:
    practice = reader.resident.gp_practice
    if reader.resident.is_restricted:
        return replace(part, says=RESTRICTED)
    if practice is None:
        return replace(part, says="Not known.")
    return replace(part, rows=(Person(practice.name, phone=practice.phone),))


def _about_me(reader: Reader, part: Part) -> Part:
    return replace(
        part,
        rows=(*_sections(reader, is_about_me=True), *_attachments(reader)),
        says="Not yet started.",
        link=Link("The plan", reader.at("care_plan")),
    )


def _sections(reader: Reader, *, is_about_me: bool) -> tuple[WordsRow, ...]:
    back = reader.content.taken_back
    written = sections_in_order(reader.content.sections)
    return tuple(
        _wording(reader.resident, section, back) for heading, section in written if heading.about_me == is_about_me
    )


def _attachments(reader: Reader) -> tuple[WordsRow, ...]:
    """What each is, in words: the file itself is opened from the plan."""
    back = reader.content.taken_back
    rows = []
    for one in reader.content.attachments:
        taken = (("Taken or written", dates.day(one.taken_on)),) if one.taken_on else ()
        by = written(one.written_by, one.created_at, one.written_by_name)
        word = kind_of(one.media_type).word
        row = WordsRow(word, one.description, by, facts=(("Brought by", one.brought_by), *taken))
        if on := back.get(one.id):
            row = replace(row, second=f"Entered in error since, {dates.day(on)}. {by}", is_struck=True)
        rows.append(row)
    return tuple(rows)


def _wording(resident: Resident, section: PlanSection, taken_back: Mapping[UUID, date]) -> WordsRow:
    """In plum as the resident said it; struck out where it was an error, in nobody's voice."""
    row, on = _words(resident, section), taken_back.get(section.id)
    if on is None:
        return row
    return replace(row, second=f"Entered in error since, {dates.day(on)}. {row.second}", is_voice=False, is_struck=True)


def _words(resident: Resident, section: PlanSection) -> WordsRow:
    who = written(section.written_by, section.updated_at, section.written_by_name)
    by = f"{resident.called}'s own words, written down by {who}" if section.in_own_words else who
    title, facts = title_of(section.key, section), facts_of(section)
    return WordsRow(title, section.body, by, is_voice=section.in_own_words, facts=facts)


def _professionals(reader: Reader, part: Part) -> Part:
    teams = tuple(
        WordsRow(
            row.name + (", lead team" if row.is_lead else ""),
            second=f"{row.organisation}. {row.words}",
            facts=(("Key worker", row.key_worker),) if row.key_worker else (),
        )
        for row in team_rows(reader.content.around)
    )
    return replace(part, rows=(*teams, *_contacts(reader, Contact.Kind.PROFESSIONAL)), link=_people(reader))


def _personal(reader: Reader, part: Part) -> Part:
    says = RESTRICTED if reader.resident.is_restricted else "Nobody is written down."
    return replace(part, rows=_contacts(reader, Contact.Kind.PERSONAL), says=says, link=_people(reader))


def _people(reader: Reader) -> Link:
    return Link("People", reader.at("resident_people"))


def _contacts(reader: Reader, kind: str) -> tuple[Person, ...]:
    contacts = reader.content.around.contacts
    return tuple(authored_person(one, reader.authors) for one in contacts if one.kind == kind)


def _admission(reader: Reader, part: Part) -> Part:
    return _stays(reader, part, reader.content.care.open_stays, "Nobody has written down that they stay anywhere.")


def _discharge(reader: Reader, part: Part) -> Part:
    return _stays(reader, part, reader.content.care.past_stays, "No stay has ended in the last twelve months.")


def _stays(reader: Reader, part: Part, stays: Sequence[Stay], none: str) -> Part:
    rows = tuple(stay_words(one, reader.content.taken_back.get(one.id)) for one in stays)
    says = RESTRICTED if reader.resident.is_restricted else f"{none} The hospital holds the rest."
    return replace(part, rows=rows, says=says, link=_care(reader, part))


def _services(reader: Reader, part: Part) -> Part:
    packages = tuple(package_words(one) for one in reader.content.care.packages)
    found = Entries("support", except_for=("support.reason",))(reader, part)
    return replace(found, rows=(*packages, *found.rows), link=_care(reader, part))


def _care(reader: Reader, part: Part) -> Link:
    return Link("Stays and care packages", reader.at("resident_care"), hidden=part.title)


def _referrals(reader: Reader, part: Part) -> Part:
    rows = [open_item(one, reader.principal, clock.now()) for one in reader.content.referrals]
    table = _table(reader, "Open referrals", rows, reader.content.referrals)
    return replace(
        part, rows=table, says="No referral is open.", link=Link("Referrals", reader.at("resident_referrals"))
    )


def _seen(reader: Reader, part: Part) -> Part:
    return replace(
        part,
        rows=_encounters(reader.content, reader.content.encounters),
        says="No visit, call or note is written down.",
        link=Link("All visits, calls and notes", reader.at("resident_encounters")),
    )


def _to_come(reader: Reader, part: Part) -> Part:
    return replace(part, rows=_encounters(reader.content, reader.content.planned), says="Nothing is planned.")


def _encounters(content: Content, encounters: Sequence[Encounter]) -> tuple[TimelineRow, ...]:
    rows = zip(encounter_rows(encounters), encounters, strict=True)
    return tuple(
        replace(row, state="taken_back", past_as=dates.day(on)) if (on := content.taken_back.get(one.id)) else row
        for row, one in rows
    )


def _requested(reader: Reader, part: Part) -> Part:
    content = reader.content
    actions = open_action_items(reader.principal, content.actions)
    handovers = [handover_item(reader.principal, one) for one in content.handovers]
    reviews = list(review_items(reader.principal, content.plan))
    table = _table(
        reader, "What is to be done", [*actions, *handovers, *reviews], [*content.actions, *content.handovers]
    )
    return replace(part, rows=table, says="Nothing is open.", link=Link("The plan", reader.at("care_plan")))


def _table(reader: Reader, caption: str, items: Iterable[OpenItem], rows: Iterable[Any]) -> tuple[OpenItemTable, ...]:
    """Without buttons: here one reads. What was taken back since says so."""
    back = {str(row.id): on for row in rows if (on := reader.content.taken_back.get(row.id))}
    shown = [replace(item, button=None, second=_since(item, back)) for item in sorted(items, key=in_order)]
    return (OpenItemTable(caption, (OpenItemGroup(tuple(shown)),)),) if shown else ()


def _since(item: OpenItem, back: Mapping[str, Any]) -> str:
    on = next((on for key, on in back.items() if key in item.url), None)
    return f"Entered in error since, {dates.day(on)}" if on else item.second


def _plan(reader: Reader, part: Part) -> Part:
    content = reader.content
    if content.plan is None:
        return replace(part, says="There is no plan.")
    on = content.taken_back.get(content.plan.id)
    word = f"Entered in error since, {dates.day(on)}" if on else PLAN[content.plan.status].label
    head = WordsRow(f"Plan: {word.lower()}", second=agreed_words(reader.resident, content.plan))
    goals = goal_rows(reader.content, reader.authors)
    options = option_rows(reader.content, reader.authors)
    needs = need_rows(reader.resident, reader.content)
    return replace(
        part,
        rows=(head, *_sections(reader, is_about_me=False), *needs, *goals, *options),
        link=Link("The plan", reader.at("care_plan")),
    )


def _other_plans(reader: Reader, part: Part) -> Part:
    rows = other_plan_rows(reader.content, reader.authors)
    return replace(part, rows=rows, says="No other plan is known.", link=Link("The plan", reader.at("care_plan")))


def _reviews(reader: Reader, part: Part) -> Part:
    rows = review_rows(reader.content)
    return replace(part, rows=rows, says="No review has been held.", link=Link("The plan", reader.at("care_plan")))


def _no_longer(reader: Reader, part: Part) -> Part:
    past = reader.content.recorded.past
    rows = _marked(reader.content, past_rows(reader.content.recorded), past)
    return replace(
        part, rows=rows, says="Nothing.", link=Link("All that was ever recorded", reader.at("resident_entries"))
    )


# Key, title, and what is held of it: a function, entries, or who holds it. In the order of the standard; the last five
# are ours.
SECTIONS_IN_ORDER: Final[tuple[tuple[str, str, Any], ...]] = (
    ("demographics", "Who they are", _demographics),
    ("gp_practice", "GP practice", _practice),
    ("about_me", "About me", _about_me),
    ("individual_requirements", "Adjustments and needs", Entries("individual_requirements")),
    ("alerts", "Alerts", Entries("alerts")),
    ("legal", "Legal", Entries("legal")),
    ("safeguarding", "Safeguarding", Entries("safeguarding")),
    ("professional_contacts", "Teams and professionals", _professionals),
    ("personal_contacts", "Family, friends and carers", _personal),
    ("research", "Participation in research", "whoever leads the study"),
    ("referrals", "Referrals", _referrals),
    ("contacts_with_professionals", "Visits, calls and notes", _seen),
    ("admission", "Admission", _admission),
    ("discharge", "Discharge", _discharge),
    ("future_appointments", "What is planned", _to_come),
    ("vaccinations", "Vaccinations", GP),
    ("problems", "Problems", Entries("problems")),
    ("procedures", "Procedures", HOSPITAL),
    ("social_context", "Home and social context", Entries("social_context")),
    ("services_and_care", "Services and care", _services),
    ("primary_support_reason", "Primary support reason", Entries("support", kinds=("support.reason",))),
    ("family_history", "Family history", GP),
    ("investigation_results", "Results of investigations", f"{GP} and {HOSPITAL}"),
    ("investigations_requested", "Investigations requested", f"{GP} and {HOSPITAL}"),
    ("examination_findings", "Findings of examinations", f"{GP} and {HOSPITAL}"),
    ("pregnancy", "Pregnancy", f"{GP} and the maternity service"),
    ("assessments", "Assessments", Entries("assessments")),
    ("formulation", "Formulation", "the mental health service"),
    ("risks", "Risks", Entries("risks")),
    ("allergies", "Allergies", Entries("allergies")),
    ("medications", "Medicines and devices", GP),
    ("equipment", "Equipment and adaptations", Entries("equipment")),
    ("requested_actions", "What is to be done, and whose job it is", _requested),
    ("care_plan", "Care and support plan", _plan),
    ("contingency_plans", "Contingency and safety plans", Entries("contingency_plans")),
    ("additional_plans", "Other plans", _other_plans),
    ("end_of_life", "End of life care", Entries("end_of_life")),
    ("documents", "Documents", "whoever wrote them"),
    ("personal", "More about the person", Entries("personal")),
    ("cohorts", "Groups with a clock", Entries("cohorts")),
    ("sharing", "Sharing", Entries("sharing")),
    ("plan_reviews", "Reviews of the plan", _reviews),
    ("no_longer", "No longer so, of the last twelve months", _no_longer),
)
