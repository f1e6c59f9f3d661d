"""The resident's statement: who is in their team, their plan, what is open, what is recorded, and who looked, in words
for them (IG-28); or for somebody who acts for them.

What is recorded comes by allow-list (`statement_recorded.py`): what a mark keeps from whoever gets it has no way in.
Nor has a reason of a referral or of a look.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any, Final

from carecoord import clock
from carecoord.audit import ActorKind
from carecoord.media import kind_of
from carecoord.record.access import DayOfLooks, looks_of_a_year
from carecoord.record.display.items import open_items
from carecoord.record.display.statement_recorded import EntryLine, VisitLine, recorded_lines, visit_lines
from carecoord.record.reading.standing import Open, open_of
from carecoord.ui import dates
from careplans.answers import in_words, title_of
from careplans.groups import in_order
from careplans.models import CarePlan
from careplans.reading import PlanContent, plan_content, standing
from careplans.services.goals import GOAL_ENDED
from careplans.states import STAGE_ENDED
from neighbourhoods.around import TeamAround, around
from neighbourhoods.display.proxies import basis_words
from neighbourhoods.models import Proxy, Resident, Role
from neighbourhoods.principal import Principal

GROUPS: Final = {
    Role.NURSE: "Nurses",
    Role.WARD_NURSE: "Nurses",
    Role.GP: "Doctors",
    Role.PHARMACIST: "Pharmacists",
    Role.THERAPIST: "Therapists",
    Role.SOCIAL_WORKER: "Social workers",
    Role.CARE_COORDINATOR: "Care coordinators",
    Role.LINK_WORKER: "Link workers",
    Role.CARE_HOME_MANAGER: "Care home staff",
    Role.SUPPORT_WORKER: "Support workers",
    Role.VOLUNTEER: "Volunteers",
    Role.TEAM_LEAD: "Team leads",
    Role.SAFEGUARDING_LEAD: "Safeguarding leads",
    Role.PRIVACY_OFFICER: "Privacy officers",
    Role.CALDICOTT_GUARDIAN: "Caldicott Guardians",
    Role.ADMINISTRATOR: "Administrators",
}
NOBODYS = {
    ActorKind.CLIENT: "Their computer system",
    ActorKind.TEAM: "Automatic work for a team",
    ActorKind.SERVICE: "Support",
}
CAUSES: Final = {
    "caseload": "You are in their care",
    "registration": "They registered you",
    "referral": "A referral about you went to them",
    "handover": "Your care was handed over between teams",
    "action": "They have something to do for you",
    "emergency": "They opened your record in an emergency. Somebody who was not part of it looks into why",
    "claim": "They said that they are involved in your care",
    "import": "Your record came to them from another system",
    "front_door": "They look after records that no team has yet",
    "refused": "They asked for your record with a date of birth that is not yours, and were shown nothing",
    "huddle": "Teams met to talk about your care together",
}
IDENTITY_ONLY = "They were shown your name, date of birth and NHS number, and nothing else"
STAFFS_DAY: Final = re.compile(rf"\b(\d\d)-({'|'.join(dates.MONTHS)})-(\d{{4}})\b")
NO_CAUSE = "No reason is recorded. You may ask them"


@dataclass(frozen=True)
class TeamLine:
    name: str
    organisation: str
    phone: str
    words: str


@dataclass(frozen=True)
class SectionOfPlan:
    title: str
    words: str


@dataclass(frozen=True)
class OpenLine:
    what: str
    team: str
    when: str


@dataclass(frozen=True)
class LookLine:
    day: str
    time: str
    who: str
    why: str


@dataclass(frozen=True)
class LooksOfOrganisation:
    name: str
    lines: Sequence[LookLine]


@dataclass(frozen=True)
class Statement:
    name: str
    called: str
    facts: Sequence[tuple[str, str]]
    made: str
    teams: Sequence[TeamLine]
    plan: str
    sections: Sequence[SectionOfPlan]
    goals: Sequence[str]
    open: Sequence[OpenLine]
    recorded: Sequence[EntryLine]
    visits: Sequence[VisitLine]
    looks: Sequence[LooksOfOrganisation]
    given_to: str = ""
    given_name: str = ""

    @property
    def of_whom(self) -> str:
        return f"record, given to {self.given_name}" if self.given_name else "my record"

    @property
    def title(self) -> str:
        return f"{self.name}: {self.of_whom}"

    @property
    def introduction(self) -> str:
        return (
            f"{self.made} It says who is in your team, what your plan says, what is open, what is recorded about you, "
            "and who looked at your record in the last 12 months."
        )


def statement_of(principal: Principal, resident: Resident, proxy: Proxy | None = None) -> Statement:
    """For the resident, or for `proxy`, who acts for them; whether it may be given is asked before."""
    content, found = plan_content(principal, resident.id), open_of(principal, resident.id)
    now = clock.now()
    return Statement(
        name=" ".join(filter(None, [resident.title, resident.given_name, resident.family_name])),
        called=resident.called,
        facts=tuple(_facts(resident)),
        made=f"Made on {dates.long_day(now)} at {dates.time_of_day(now)} by {principal.organisation_name}.",
        teams=tuple(team_line(one) for one in around(principal, resident.id).teams),
        plan=plan_words(content.plan),
        sections=tuple(_sections(content)),
        goals=tuple(_goals(content)),
        open=tuple(_open(principal, found)),
        recorded=recorded_lines(principal, resident, proxy),
        visits=visit_lines(principal, resident, proxy),
        looks=tuple(_organisations(looks_of_a_year(resident.id))),
        given_to=_given_to(proxy, resident) if proxy else "",
        given_name=proxy.contact.name if proxy else "",
    )


def _goals(content: PlanContent) -> Iterator[str]:
    """Each with how one will know that it is reached, and the steps that are still to come."""
    for goal in content.goals:
        if goal.status in GOAL_ENDED:
            continue
        to_come = [one.title for one in content.stages if one.goal_id == goal.id and one.status not in STAGE_ENDED]
        wanted = f"Reached when: {goal.wanted}" if goal.wanted else ""
        steps = f"Steps: {'; '.join(to_come)}" if to_come else ""
        yield ". ".join(part for part in (goal.title, wanted, steps) if part)


def _given_to(proxy: Proxy, resident: Resident) -> str:
    given = f"Given to {proxy.contact.name}, who acts for {resident.called}: {basis_words(proxy)}."
    return f"{given} “You” and “my” in it are the person it is about."


def content_of_pdf(statement: Statement, *, is_large: bool) -> Mapping[str, Any]:
    """What templates/record/statement_pdf.typ is handed. Paper grows old, so its foot says so (UI-30)."""
    said = asdict(statement) | {"title": statement.title, "introduction": statement.introduction}
    return said | {"foot": "It may be out of date. Ask for a new one.", "is_large": is_large}


def _facts(resident: Resident) -> Iterable[tuple[str, str]]:
    if resident.birth_date:
        yield "Date of birth", dates.long_day(resident.birth_date)
    if resident.nhs_number:
        number = resident.nhs_number
        yield "NHS number", f"{number[:3]} {number[3:6]} {number[6:]}"


def team_line(one: TeamAround) -> TeamLine:
    worker = one.entry.key_worker if one.entry else None
    words = [
        "Leads your care" if one.is_lead else "",
        f"Your key worker there is {worker.user.name}" if worker else "",
        f"Since {dates.long_day(one.since)}",
    ]
    return TeamLine(one.team.name, one.team.organisation.name, one.team.phone, ". ".join(filter(None, words)))


def plan_words(plan: CarePlan | None) -> str:
    if plan is None:
        return "You have no shared plan yet."
    review = f" It is to be looked at again by {dates.long_day(plan.review_due_on)}." if plan.review_due_on else ""
    return f"{_agreed(plan)}.{review}"


def _agreed(plan: CarePlan) -> str:
    if plan.agreed_on is None:
        return "It is not agreed with you yet"
    on = dates.long_day(plan.agreed_on)
    return f"You agreed it on {on}" if plan.agreed_with_resident else f"It was agreed on {on} with {plan.agreed_with}"


def _sections(content: PlanContent) -> Iterable[SectionOfPlan]:
    """In the order of the plan; what nobody has written is left out."""
    for heading, one in in_order(content.sections):
        yield SectionOfPlan(heading.plain or title_of(one.key, one), in_words(one))
    if brought := standing(content.attachments):
        lines = (f"{kind_of(one.media_type).word}: {one.description}" for one in brought)
        yield SectionOfPlan("Photos, recordings and papers about you", "\n".join(lines))


def _open(principal: Principal, found: Open) -> Iterable[OpenLine]:
    for item in open_items(principal, found):
        what = f"{item.kind}: {item.title}" if item.kind else item.title
        when = in_full(item.clock.at).replace("Today", dates.long_day(clock.now()))
        yield OpenLine(what, item.team.team, when)


def in_full(words: str) -> str:
    return STAFFS_DAY.sub(_in_full, words)


def _in_full(day: re.Match[str]) -> str:
    """Staff read ``05-Jan-2026``, residents ``5 January 2026`` (UI-13)."""
    return f"{int(day[1])} {dates.FULL_MONTHS[dates.MONTHS.index(day[2])]} {day[3]}"


def _organisations(days: Sequence[DayOfLooks]) -> Iterable[LooksOfOrganisation]:
    for name, of_one in groupby(days, key=lambda day: day.organisation_name):
        yield LooksOfOrganisation(name or "CareCoord", tuple(_look(day) for day in of_one))


def _look(day: DayOfLooks) -> LookLine:
    first, last = dates.time_of_day(day.first_at), dates.time_of_day(day.last_at)
    times = first if first == last else f"{first} to {last}"
    group = GROUPS.get(Role(day.role)) if day.role in Role.values else NOBODYS.get(ActorKind(day.actor_kind))
    return LookLine(
        day=dates.long_day(day.day),
        time=f"{times}, {day.count} times" if day.count > 1 else times,
        who=group or "Staff",
        why=IDENTITY_ONLY if day.of_identity else CAUSES.get(day.cause, NO_CAUSE),
    )
