"""What a hospital's system says has happened: an admission, a transfer, a discharge (docs/decisions/0050)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from carecoord import audit, clock, outbox
from carecoord.errors import NotYours, RuleError
from carecoord.ui import dates
from neighbourhoods import gate
from neighbourhoods.models import CaseloadEntry, Organisation, OrganisationKind, Resident, Stay, Team
from neighbourhoods.principal import Principal
from neighbourhoods.services import held_resident
from neighbourhoods.services.stay_facts import StayFacts
from neighbourhoods.services.stays import admit, change_stay, discharge
from referrals.fhir import HospitalNews
from referrals.hospital_events import Happened
from referrals.models import Handover
from referrals.models.handovers import HandoverKind
from referrals.services.handovers.drafting import draft_handover
from referrals.services.handovers.items import name_of, of_team, open_items_of
from referrals.services.handovers.offering import offer_handover

Topic = Literal["hospital.admitted", "hospital.transferred", "hospital.discharged", "hospital.discharge_planned"]
LEAVES_WITHIN: Final = timedelta(days=30)
NOBODY_KNOWN: Final = (
    "Nobody whose record your teams have has this NHS number and this date of birth. "
    "Claim the record first (POST /api/v1/residents/claim/), then send the message again."
)


@dataclass(frozen=True)
class Taken:
    """What became of a message, in sentences that name nobody. `handover_id` is the offer that it made, if any."""

    sentences: tuple[str, ...]
    handover_id: UUID | None = None


class NobodyKnown(Exception):
    """Nobody, or nobody whose record the sender may read: the two are not told apart."""


@transaction.atomic
def take_hospital_news(*, by: Principal, news: HospitalNews, team_id: UUID | None) -> Taken:
    """Write down the stay, tell the teams around, and offer a discharge to the team that is next, all or nothing.

    `team_id` is the sender's usual team. Raises NobodyKnown, NotYours for a sender without a team that has residents,
    RuleError where somebody has died or nobody could take over.
    """
    resident = _whom(by, news)
    if resident is None:
        return _left_after_acceptance(by, news)
    if resident.died_on:
        raise RuleError("They have died, as it is written down here. Ring their teams if that is wrong.")
    match news.happened:
        case Happened.ADMITTED:
            _write_stay(by, resident, news)
            _tell("hospital.admitted", by, resident.id)
            return Taken(("The teams around them are told of the admission.",))
        case Happened.TRANSFERRED:
            _write_stay(by, resident, news)
            _tell("hospital.transferred", by, resident.id)
            return Taken(("The teams around them are told of the transfer.",))
        case Happened.DISCHARGED:
            return _take_discharge(by, resident, news, team_id)


def _take_discharge(by: Principal, resident: Resident, news: HospitalNews, team_id: UUID | None) -> Taken:
    if news.destination is Stay.Destination.DIED:
        raise RuleError("A death is not taken from a message. Write it into the record, or ring their teams.")
    giver = _giving_team(by, resident.id, team_id)
    receiver = _receiving_team(by, resident.id, giver, news.for_ods)
    offered, is_new = _offer(by, resident, giver, receiver, news)
    _end_stay(by, resident, news)
    topic: Topic = "hospital.discharge_planned" if news.is_planned else "hospital.discharged"
    _tell(topic, by, resident.id, but=receiver.id if is_new else None)
    until = dates.moment_inside(offered.accept_by, now=clock.now()) if offered.accept_by else ""
    said = f"Offered to {name_of(receiver)}, who answer by {until}. Your team stays responsible until they accept."
    already = f"There is an open offer to {name_of(receiver)} already: nothing was offered twice."
    return Taken((said if is_new else already, "The other teams around them are told."), offered.id)


def _left_after_acceptance(by: Principal, news: HospitalNews) -> Taken:
    """A person offered the discharge, it was accepted, and the hospital gave the record up: they leave only now.

    The stay is ended as the team that is responsible.
    """
    handover = _handed_over(by, news)
    if handover is None or handover.to_team is None or news.destination is Stay.Destination.DIED:
        raise NobodyKnown
    if not news.is_planned:
        with gate.acting_as(gate.team(handover.to_team)) as responsible:
            resident = Resident.objects.visible_to(responsible).filter(id=handover.resident_id, died_on=None).first()
            if resident:
                _end_stay(responsible, resident, news)
        _tell("hospital.discharged", by, handover.resident_id)
    told = f"{name_of(handover.to_team)} have accepted their handover already, and are responsible."
    return Taken((told,), handover.id)


def _handed_over(by: Principal, news: HospitalNews) -> Handover | None:
    """By what the offer froze of who it is about: the record itself is no longer the sender's to read."""
    if news.happened is not Happened.DISCHARGED:
        return None
    accepted = Handover.objects.visible_to(by).filter(
        from_team_id__in=by.team_ids,
        kind=HandoverKind.DISCHARGE,
        status__in=("accepted", "closed"),
        answered_at__gte=clock.now() - LEAVES_WITHIN,
        snapshot__person__nhs_number=news.nhs_number,
        snapshot__person__birth_date=news.birth_date.isoformat(),
    )
    return accepted.select_related("to_team__organisation").order_by("-answered_at").first()


def _whom(by: Principal, news: HospitalNews) -> Resident | None:
    """Both number and date of birth match, and the sender has the record: by the gate, as for everybody."""
    mine = Resident.objects.visible_to(by).filter(nhs_number=news.nhs_number, merged_into=None)
    found = mine.filter(birth_date=news.birth_date).first()
    return held_resident(by, found.id) if found else None


def _giving_team(by: Principal, resident_id: UUID, team_id: UUID | None) -> Team:
    """The sender's team on whose caseload they are, else its usual one."""
    teams = Team.objects.select_related("organisation").filter(id__in=by.team_ids)
    entries = _entries(by, resident_id).filter(team_id__in=by.team_ids)
    chosen = entries.values_list("team_id", flat=True).first() or team_id
    giver = teams.filter(id=chosen).first() if chosen else None
    if giver is None or not giver.holds_residents:
        raise NotYours("This client acts for no team that has residents. Ask its administrator.")
    return giver


def _receiving_team(by: Principal, resident_id: UUID, giver: Team, for_ods: str) -> Team:
    """By the open caseloads of the resident, outside the hospital; no team is made up (docs/decisions/0050)."""
    entries = _entries(by, resident_id).exclude(team__organisation=giver.organisation_id)
    teams = [entry.team for entry in entries.select_related("team__organisation") if entry.team.holds_residents]
    addressed = [team for team in teams if for_ods and team.organisation.ods_code == for_ods]
    receiver = next(iter(addressed or teams), None)
    if receiver is None:
        raise RuleError(
            "No team outside your organisation has them on its caseload, so nobody is offered this discharge. "
            "Choose a team, and offer it by hand."
        )
    return receiver


def _entries(by: Principal, resident_id: UUID) -> "QuerySet[CaseloadEntry]":
    open_now = CaseloadEntry.objects.visible_to(by).filter(resident_id=resident_id, ended_at=None, team__ended_at=None)
    return open_now.order_by("-is_lead", "opened_at", "id")


def _offer(by: Principal, resident: Resident, giver: Team, receiver: Team, news: HospitalNews) -> tuple[Handover, bool]:
    """The offer, and whether it was made now: one that a person has made stands."""
    standing = Handover.objects.visible_to(by).filter(
        resident=resident, from_team=giver, to_team=receiver, status="offered"
    )
    if offered := standing.first():
        return offered, False
    theirs = of_team(open_items_of(by=by, resident_id=resident.id), giver.id)
    draft = draft_handover(
        by=by,
        resident_id=resident.id,
        from_team_id=giver.id,
        items=[item.ref for item in theirs],
        to_team_id=receiver.id,
        kind=HandoverKind.DISCHARGE,
        situation=_situation(news),
        takes_place_at=news.leaves_at,
        place=news.ward,
    )
    return offer_handover(by=by, handover_id=draft.id), True


def _situation(news: HospitalNews) -> str:
    """Only what the message says; the rest stands as missing before the receiver's eyes (rule 10)."""
    where = ", ".join(filter(None, [news.ward, news.hospital])) or "hospital"
    verb = "Will leave" if news.is_planned else "Left"
    lines = [
        f"{verb} {where}{f' on {dates.day(news.leaves_at)}' if news.leaves_at else ''}.",
        f"Came there on {dates.day(news.came_at)}." if news.came_at else "",
        f"Reason: {news.reason}." if news.reason else "",
        f"Goes to: {news.destination.label.lower()}." if news.destination is not Stay.Destination.ELSEWHERE else "",
        "Written by the hospital's system. Ring the ward for what it does not say.",
    ]
    return "\n".join(filter(None, lines))


def _stay(by: Principal, resident: Resident) -> Stay | None:
    stays = Stay.objects.visible_to(by).current().filter(resident=resident, kind=Stay.Kind.HOSPITAL)
    return stays.first()


def _write_stay(by: Principal, resident: Resident, news: HospitalNews) -> None:
    """Where somebody restricted stays is not written down; their teams are told all the same."""
    if resident.is_restricted:
        return
    stay = _stay(by, resident)
    if stay is None:
        hospitals = Organisation.objects.filter(kind=OrganisationKind.HOSPITAL)
        here = hospitals.filter(id=by.organisation_id).first() if by.organisation_id else None
        admit(
            by=by,
            resident_id=resident.id,
            facts=StayFacts(
                kind=Stay.Kind.HOSPITAL,
                organisation_id=here.id if here else None,
                organisation_name="" if here else news.hospital or by.organisation_name,
                room=news.ward,
                admitted_at=news.came_at,
            ),
        )
    elif news.ward:
        change_stay(by=by, stay_id=stay.id, room=news.ward, expected_discharge_on=stay.expected_discharge_on)


def _end_stay(by: Principal, resident: Resident, news: HospitalNews) -> None:
    """An announced discharge says on which day; one that has happened ends the stay."""
    stay = _stay(by, resident)
    if stay is None:
        return
    if news.is_planned:
        if news.leaves_at:
            day = dates.local_day(news.leaves_at)
            change_stay(by=by, stay_id=stay.id, room=stay.room, expected_discharge_on=day)
        return
    discharge(by=by, stay_id=stay.id, destination=news.destination, discharged_at=news.leaves_at)


def _tell(topic: Topic, by: Principal, resident_id: UUID, *, but: UUID | None = None) -> None:
    """The teams around, except the sender's own, and the one that the offer itself tells."""
    about = ("resident", resident_id)
    audit.record(topic, by=by, resident_id=resident_id, about=about)
    told_otherwise = [*by.team_ids, *([but] if but else [])]
    outbox.publish(
        topic,
        about=about,
        resident_id=resident_id,
        organisation_id=by.organisation_id,
        by_team_ids=",".join(str(one) for one in told_otherwise),
    )
