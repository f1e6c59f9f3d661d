"""People around a resident as rows: whom to ring, and who may open the record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.urls import reverse

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.components import Button, Call, CallButtons, Link, Notice, Person, Status, TimelineRow
from carecoord.ui.words import tel
from neighbourhoods.around import Around, TeamAround
from neighbourhoods.authors import Author, provenance
from neighbourhoods.households import Housemate
from neighbourhoods.models import Contact, Membership, Resident, Team
from neighbourhoods.models.residents import RESTRICTED
from neighbourhoods.past import Was
from neighbourhoods.principal import Principal
from neighbourhoods.services.contact_facts import CarerFacts, carer_of
from neighbourhoods.values import format_nhs_number

SAID = "Said to live together"
SAME_HOME = {
    True: "The same address is on record",
    False: "Said to live together; another address is on record: check it",
    None: SAID,
}


@dataclass(frozen=True)
class ContactRow:
    """`person` with the line of who wrote it down (IG-31)."""

    person: Person
    email: str
    end: Button
    change: Link
    facts: tuple[tuple[str, str], ...] = ()
    record: Link | None = None


@dataclass(frozen=True)
class HousemateRow:
    name: str
    relationship: str
    how: str
    record: Link | None = None


@dataclass(frozen=True)
class TeamRow:
    name: str
    organisation: str
    words: str
    is_lead: bool
    key_worker: str


def people_to_ring(resident: Resident, found: Around) -> tuple[Person, ...]:
    """Key worker first, then the other teams and contacts, the practice, and out of hours at the end."""
    lead = found.lead
    rows = [_of_team(one) for one in found.teams if one.entry]
    rows += [contact_person(contact, _linked(found.linked, contact)) for contact in found.contacts]
    practice = resident.gp_practice
    if resident.is_restricted:
        rows.append(Person(name=RESTRICTED, second="GP practice"))
        if lead:
            rows.append(Person(name=f"{RESTRICTED}: how to reach them", second=_ring(lead.team), phone=lead.team.phone))
    elif practice and practice.phone:
        rows.append(Person(name=practice.name, second="GP practice", phone=practice.phone))
    if lead and lead.team.out_of_hours:
        rows.append(_out_of_hours(lead.team))
    return tuple(rows)


def restriction_link(resident: Resident) -> Link:
    words = "Restricted. Lift the restriction" if resident.is_restricted else "Show address and phone to nobody"
    return Link(words, reverse("resident_restriction", args=[resident.id]))


def death_link(resident: Resident) -> Link:
    words = "Has died: what is still planned and open" if resident.died_on else "Record their death"
    return Link(words, reverse("resident_death", args=[resident.id]))


def no_messages(resident: Resident) -> Notice | None:
    if resident.may_be_written_to:
        return None
    return Notice(
        "amber", f"{resident.called} has died.", "Nothing is sent to them any more. Do not ring or write to them."
    )


def who_restricts(lead: Team | None, *, is_restricted: bool) -> str:
    """For whoever may not: whose it is, and how to reach those."""
    who = "A lead of the lead team lifts it" if is_restricted else "The lead team decides it"
    return f"{who}. {_ring(lead)}{f' on {lead.phone}' if lead.phone else ''}." if lead else f"{who}."


def _ring(team: Team) -> str:
    return f"Ring {team.name}"


def calls_of(resident: Resident, found: Around) -> CallButtons | None:
    """On a phone: the key worker, else the lead team, and the resident while they live."""
    calls = []
    lead = found.lead
    if lead and lead.entry and (phone := _phone(lead.entry.key_worker, lead.team)):
        worker = lead.entry.key_worker
        who, second = (worker.user.name, "key worker") if worker else (lead.team.name, "lead team")
        calls.append(Call(f"Ring {who}", second, phone))
    if tel(resident.phone) and not resident.is_restricted and not resident.died_on:
        calls.append(Call(f"Ring {resident.called}", "at home", resident.phone))
    return CallButtons(tuple(calls)) if calls else None


def missing_key_worker(resident: Resident, found: Around, principal: Principal) -> Notice | None:
    """Amber, with who must name one; None while there is one, or while nobody leads."""
    lead = found.lead
    if lead is None or lead.entry is None or lead.entry.key_worker_id:
        return None
    mine = principal.acts_for(lead.team.id)
    return Notice(
        tone="amber",
        bold=f"{resident.called} has no key worker.",
        text=f"{lead.team.name} leads and must name one.",
        links=(Link("Name one in the caseload", reverse("caseload", args=[lead.team.id])),) if mine else (),
    )


def team_rows(found: Around) -> tuple[TeamRow, ...]:
    return tuple(_team_row(one) for one in found.teams)


def past_rows(past: Sequence[Was]) -> tuple[TimelineRow, ...]:
    """Each marked as past, with until when and who replaced it."""
    return tuple(
        TimelineRow(
            at=f"Until {_until_when(one)}",
            title=one.value,
            second=f"Replaced by {one.by}" if one.by else "",
            state="past",
            past_as=one.what[:1].lower() + one.what[1:] if not one.what.startswith("GP") else one.what,
        )
        for one in past
    )


def _until_when(one: Was) -> str:
    if one.is_day:
        return dates.day(dates.local_day(one.until))
    return dates.moment(one.until, now=clock.now()).replace("Today", "today")


def housemate_rows(household: Iterable[Housemate]) -> tuple[HousemateRow, ...]:
    return tuple(
        HousemateRow(
            mate.name,
            mate.relationship,
            SAME_HOME[mate.same_address],
            Link("Their own record", reverse("resident_record", args=[mate.resident_id]), hidden=mate.name)
            if mate.resident_id
            else None,
        )
        for mate in household
    )


def contact_rows(
    resident: Resident,
    contacts: Sequence[Contact],
    authors: Mapping[UUID, Author],
    linked: Mapping[UUID, Resident],
    roles: Mapping[str, str],
) -> tuple[ContactRow, ...]:
    return tuple(_contact_row(resident, one, authors, _linked(linked, one), roles) for one in contacts)


def _contact_row(
    resident: Resident,
    contact: Contact,
    authors: Mapping[UUID, Author],
    linked: Resident | None,
    roles: Mapping[str, str],
) -> ContactRow:
    here = [resident.id, contact.id]
    return ContactRow(
        person=authored_person(contact, authors, linked),
        email=linked.email if linked else contact.email,
        end=Button("End", reverse("contact_end", args=here), is_small=True, hidden=contact.name),
        change=Link("Change", reverse("contact_change", args=here), hidden=contact.name),
        facts=tuple(contact_facts(contact, roles)),
        record=Link("Their own record", reverse("resident_record", args=[linked.id]), hidden=contact.name)
        if linked
        else None,
    )


def _linked(linked: Mapping[UUID, Resident], contact: Contact) -> Resident | None:
    return linked.get(contact.resident_link_id) if contact.resident_link_id else None


def contact_person(contact: Contact, linked: Resident | None = None) -> Person:
    """Of somebody with a record of their own name and phone stand there; where the reader does not see it, the name
    alone is shown (IG-26)."""
    roles = {
        "Key worker elsewhere": contact.is_key_worker,
        "Carer": contact.is_carer,
        "Emergency contact": contact.is_emergency_contact,
    }
    facts = [word for word, holds in roles.items() if holds] + [contact.organisation_name, contact.note]
    if contact.resident_link_id:
        facts.append("Has a record here")
    return Person(
        name=f"{linked.given_name} {linked.family_name}" if linked else contact.name,
        relation=contact.relationship,
        second=". ".join(fact for fact in facts if fact),
        phone=linked.phone if linked else contact.phone,
    )


def contact_facts(contact: Contact, roles: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """What else is known, as pairs of label and words; of what nobody has asked nothing."""
    if contact.nhs_number:
        yield "Their own NHS number", format_nhs_number(contact.nhs_number)
    if contact.roles:
        yield "Also", ", ".join(roles.get(code, code) for code in contact.roles)
    if contact.parental_responsibility:
        yield "Parental responsibility", contact.get_parental_responsibility_display()
    if contact.household_member is not None:
        yield "Same household", _yes_no(contact.household_member)
    if contact.rank:
        yield "Order to ring", str(contact.rank)
    if contact.copy_correspondence:
        yield "Letters", "Gets copies"
    if contact.significance:
        yield "What they mean to them", contact.significance
    yield from _of_carer(carer_of(contact.carer))


def _of_carer(carer: CarerFacts) -> Iterable[tuple[str, str]]:
    if carer.hours_a_week is not None:
        yield "Cares", f"{carer.hours_a_week} hours a week"
    asked = {
        "Willing to go on": carer.is_willing,
        "Able to go on": carer.is_able,
        "Plan for when they cannot": carer.has_emergency_plan,
        "Young carer": carer.is_young_carer,
    }
    yield from ((label, _yes_no(value)) for label, value in asked.items() if value is not None)
    if carer.assessment_offered_on:
        yield "Carer's assessment offered", dates.day(carer.assessment_offered_on)


def _yes_no(value: bool) -> str:
    return "Yes" if value else "No"


def authored_person(contact: Contact, authors: Mapping[UUID, Author], linked: Resident | None = None) -> Person:
    """With who wrote it down, for whom, since when it is so, and when it was written (IG-31)."""
    organisation = contact.recorded_by_organisation
    line = provenance(
        authors.get(contact.id),
        contact.created_at,
        organisation=organisation.name if organisation else "",
        event=f"Since {dates.day(contact.starts_on)}" if contact.starts_on else "",
    )
    return replace(contact_person(contact, linked), provenance=line)


def _of_team(one: TeamAround) -> Person:
    worker = one.entry.key_worker if one.entry else None
    phone = _phone(worker, one.team)
    note = _until(one.team) if phone else ""
    if worker is None:
        return Person(name=one.team.name, second=one.team.organisation.name, phone=phone, note=note)
    return Person(
        name=worker.user.name,
        second=f"{worker.get_role_display()}, {one.team.name}",
        phone=phone,
        note=note,
        status=Status("Key worker") if one.is_lead else None,
    )


def _phone(worker: Membership | None, team: Team) -> str:
    return (worker.user.phone if worker else "") or team.phone or team.organisation.phone


def _until(team: Team) -> str:
    now = clock.now()
    if clock.is_open(team.calendar, now):
        return f"until {team.closes_at:%H:%M} today"
    return f"closed until {dates.moment_inside(clock.next_opening(team.calendar, now), now=now)}"


def _out_of_hours(team: Team) -> Person:
    return Person(name=f"After {team.closes_at:%H:%M}", second=team.out_of_hours, is_out_of_hours=True)


def _team_row(one: TeamAround) -> TeamRow:
    until = f", until {dates.moment_inside(one.ends_at, now=clock.now())}" if one.ends_at else ""
    worker = one.entry.key_worker if one.entry else None
    return TeamRow(
        name=one.team.name,
        organisation=one.team.organisation.name,
        words=f"Since {dates.day(one.since)}{until}. {'; '.join(one.causes)}",
        is_lead=one.is_lead,
        key_worker=worker.user.name if worker else "",
    )
