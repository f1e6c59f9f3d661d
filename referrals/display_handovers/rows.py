"""A handover in a list, its clock, and what silence does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from carecoord import clock
from carecoord.alerts.rungs import Audience, Rung, moment_of
from carecoord.clock import WorkingCalendar
from carecoord.ui import dates
from carecoord.ui.addresses import reverse
from carecoord.ui.components import Clock, ItemRow, ResidentLine, Status, resident_line
from neighbourhoods.identities import Identity
from neighbourhoods.models import Membership, Team
from neighbourhoods.principal import Principal
from referrals.allowances import HANDOVER_ACCEPT
from referrals.feeds_handovers import ShownConcern, ShownHandover
from referrals.models import Handover, HandoverConcern
from referrals.models.handovers import Priority
from referrals.states import HANDOVER


@dataclass(frozen=True)
class HandoverRow:
    """One handover of a list: whose, from whom to whom, what became of it."""

    url: str
    words: str
    second: str
    status: Status
    resident: ResidentLine | None = None
    clock: Clock | None = None


def handover_row(handover: Handover, person: Identity | None = None) -> HandoverRow:
    url = reverse("handover", args=[handover.id])
    return HandoverRow(
        url=url,
        words=f"{_priority(handover)}{handover.get_kind_display()}: {handover.from_team} to {handover.to_team}",
        second=what_happened(handover),
        status=status_of(handover),
        resident=line_of(person, url) if person else None,
        clock=offer_clock(handover) if handover.status == "offered" else None,
    )


def _priority(handover: Handover) -> str:
    """`See first. `, for who is of a list."""
    return f"{Priority(handover.priority).label}. " if handover.priority else ""


def item_row(shown: ShownHandover) -> ItemRow:
    """For side panels and my day: the resident, from whom, and by when to answer."""
    url = reverse("handover", args=[shown.handover.id])
    return ItemRow(
        resident=line_of(shown.person, url) if shown.person else None,
        clock=offer_clock(shown.handover),
        url="" if shown.person else url,
        title="" if shown.person else "A handover",
        text=f"{shown.handover.get_kind_display()}, from {shown.handover.from_team}",
    )


def line_of(person: Identity, url: str = "") -> ResidentLine:
    return resident_line(
        family_name=person.family_name,
        given_name=person.given_name,
        birth_date=person.birth_date,
        nhs_number=person.nhs_number,
        died_on=person.died_on,
        url=url,
        layout="line",
    )


def status_of(handover: Handover) -> Status:
    if handover.returned_at and handover.status == "closed":
        return Status("Returned", "grey")
    # To everybody but the two teams, what counts is that it was accepted.
    return Status("Accepted" if handover.status == "closed" else HANDOVER[handover.status].label)


def what_happened(handover: Handover) -> str:
    """One line on where it stands: who offered it when, who answered it when."""
    now = clock.now()
    match handover.status:
        case "draft":
            who = _name(handover.written_by, handover.written_by_name)
            return f"Written by {who}, {dates.moment_inside(handover.updated_at, now=now)}"
        case "offered":
            return _at("Offered", handover.offered_at, handover.written_by, handover.written_by_name)
        case "accepted" | "closed":
            return _answered("Accepted", handover) + late(handover)
        case "declined":
            return f"{_answered('Declined', handover)}: {handover.answer_reason}"
        case "withdrawn":
            return f"{_at('Withdrawn', handover.ended_at, None)}: {handover.answer_reason}"
    return f"Entered in error: {handover.answer_reason}"


def late(handover: Handover) -> str:
    """A late answer stays visible (rule 6)."""
    if handover.answered_at and handover.accept_by and handover.answered_at > handover.accept_by:
        return ", late"
    return ""


def concern_words(said: HandoverConcern) -> str:
    what = "Said to be late" if said.kind == HandoverConcern.Kind.LATE else "Said to be not good enough"
    return f"{what}, an incident" if said.is_incident else what


def said_when(said: HandoverConcern) -> str:
    """`30-Nov-2026 09:05, Second Nurse`; what was said before names were kept has them in its words."""
    at = f"{dates.day(said.created_at)} {dates.time_of_day(said.created_at)}"
    name = said.said_by.user.name if said.said_by else said.said_by_name
    return f"{at}, {name}" if name else at


@dataclass(frozen=True)
class ConcernRow:
    """One thing that was said of a handover: of whom, between whom, what and when."""

    url: str
    words: str
    second: str
    status: Status
    resident: ResidentLine | None
    clock: None = None


def concern_row(shown: ShownConcern) -> ConcernRow:
    said = shown.concern
    url = reverse("handover", args=[said.handover_id])
    return ConcernRow(
        url=url,
        words=f"{said.handover.from_team} to {said.handover.to_team}: {said.why}",
        second=f"{said.get_kind_display()}. {said_when(said)}",
        status=Status("Incident", "red") if said.is_incident else Status("Logged", "grey"),
        resident=line_of(shown.person, url) if shown.person else None,
    )


def offer_clock(handover: Handover) -> Clock | None:
    """How much of the time to accept is left."""
    if handover.offered_at is None or handover.accept_by is None:
        return None
    now = clock.now()
    state = clock.standing(
        start=handover.offered_at, due=handover.accept_by, now=now, calendar=answer_calendar(handover)
    )
    return Clock(state.value, at=dates.moment(handover.accept_by, now=now))


def answer_calendar(handover: Handover) -> WorkingCalendar | None:
    """The calendar on which the time to accept runs; None by the clock."""
    if handover.to_team is None or HANDOVER_ACCEPT[handover.kind].by_the_clock:
        return None
    return handover.to_team.calendar


def leads_of(handover: Handover) -> Mapping[UUID, list[str]]:
    """Names of the leads of both teams, by team: the people whom the ladder tells."""
    teams = [team_id for team_id in (handover.from_team_id, handover.to_team_id) if team_id]
    leading = Membership.objects.live().filter(team_links__team_id__in=teams, team_links__is_lead=True)
    found: dict[UUID, list[str]] = {}
    for team_id, name in leading.order_by("user__name").values_list("team_links__team_id", "user__name"):
        found.setdefault(team_id, []).append(name)
    return found


def silence(by: Principal, handover: Handover, leads: Mapping[UUID, list[str]], ladder: Sequence[Rung]) -> str:
    """Who is told when, if nobody answers, and who stays responsible meanwhile (domain.md 3.4, Rungs)."""
    if handover.offered_at is None or handover.accept_by is None or handover.to_team is None:
        return ""
    told = {
        Audience.LEADS: _lead_words(by, leads.get(handover.to_team.id, ()), handover.to_team),
        Audience.SENDERS_LEADS: _lead_words(by, leads.get(handover.from_team_id, ()), handover.from_team),
    }
    start, due, calendar = handover.offered_at, handover.accept_by, answer_calendar(handover)
    steps = [
        (told[rung.audience], moment_of(rung, started_at=start, due_at=due, calendar=calendar))
        for rung in ladder
        if rung.audience in told
    ]
    ((first, verb), first_at), ((second, _), second_at) = steps
    first = f"{first} {verb}"
    now = clock.now()
    if now < handover.accept_by:
        return (
            f"If nobody answers, {first} told at {_short(first_at, now)} and {second} at {_short(second_at, now)}. "
            f"{handover.from_team} stays responsible."
        )
    return (
        f"Nobody answered in time: {first} told from {_short(first_at, now)} and {second} from "
        f"{_short(second_at, now)}. {handover.from_team} stays responsible."
    )


def _lead_words(by: Principal, names: Iterable[str], team: Team) -> tuple[str, str]:
    """The leads by name, the reader as `you`, and the verb that goes with them."""
    named = ["you" if name == by.name and by.leads(team.id) else name for name in names]
    verb = "are" if len(named) > 1 or named == ["you"] else "is"
    return f"{' and '.join(named)} ({team.name})" if named else f"the lead of {team.name}", verb


def _short(at: datetime, now: datetime) -> str:
    """Today the time is enough."""
    return dates.moment(at, now=now).removeprefix("Today ")


def _answered(verb: str, handover: Handover) -> str:
    return _at(verb, handover.answered_at, handover.answered_by, handover.answered_by_name)


def _at(verb: str, at: datetime | None, who: Membership | None, partner: str = "") -> str:
    words = f"{verb} {dates.moment(at, now=clock.now()).replace('Today', 'today')}" if at else verb
    name = who.user.name if who else partner
    return f"{words} by {name}" if name else words


def _name(who: Membership | None, partner: str) -> str:
    return who.user.name if who else partner or "the team"
