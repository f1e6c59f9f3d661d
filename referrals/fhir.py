"""A hospital's message as FHIR, read into plain values: who it is about, what has happened, when and where."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from carecoord import clock
from carecoord.fhir.elements import JSON, Fault, concept, identifier, items, moment, partial_date, uncut, words
from carecoord.fhir.messages import Message
from carecoord.turning import hidden_in_line
from neighbourhoods.fhir import NHS_NUMBER, ODS_CODE
from neighbourhoods.models import Stay
from neighbourhoods.values import clean_nhs_number
from referrals.hospital_events import DESTINATIONS, EVENTS, Happened

MISTAKEN: Final = ("entered-in-error", "cancelled")
NOT_YET: Final = ("planned",)


@dataclass(frozen=True)
class HospitalNews:
    """`is_planned`: of a discharge that is announced. `for_ods` is the organisation it is addressed to."""

    happened: Happened
    nhs_number: str
    birth_date: date
    hospital: str
    ward: str
    reason: str
    came_at: datetime | None
    leaves_at: datetime | None
    destination: Stay.Destination
    is_planned: bool
    for_ods: str


def happened_of(message: Message) -> Happened | None:
    """None for an event that is of no concern here."""
    return EVENTS.get(message.event)


def read_news(message: Message, happened: Happened) -> HospitalNews:
    """Raises Fault for what is not there, or not as FHIR says it."""
    encounter = _encounter(message)
    patient = _patient(message, encounter)
    came_at, leaves_at = _period(encounter)
    is_planned = happened is Happened.DISCHARGED and (
        words(encounter, "status") != "finished" or (leaves_at is not None and leaves_at > clock.now())
    )
    return HospitalNews(
        happened=happened,
        nhs_number=_number(patient),
        birth_date=_born(patient),
        hospital=_line(_hospital(message, encounter), 150, "Encounter.serviceProvider"),
        ward=_line(_ward(message, encounter), 60, "Encounter.location"),
        reason=_line(concept(encounter, "reasonCode"), 500, "Encounter.reasonCode"),
        came_at=came_at,
        leaves_at=leaves_at,
        destination=_destination(message, encounter),
        is_planned=is_planned,
        for_ods=_addressed_to(message),
    )


def _line(text: str, most: int, name: str) -> str:
    """On one line, without marks that would turn or break the words around it."""
    plain = " ".join(text.split())
    if hidden_in_line(plain):
        raise Fault(f"{name} holds a hidden mark, which would turn or break the text around it.")
    return uncut(plain, most, name)


def _encounter(message: Message) -> JSON:
    named = [message.named(one, "Encounter") for one in items(message.header, "focus")]
    found = [one for one in named if one] or message.of_kind("Encounter")
    if len(found) != 1:
        raise Fault("A message is about one Encounter, which MessageHeader.focus names and the bundle holds.")
    encounter = found[0]
    if words(encounter, "status") in MISTAKEN:
        raise Fault("The Encounter was a mistake, or was cancelled: that is not taken from a message. Ring the teams.")
    if words(encounter, "status") in NOT_YET:
        raise Fault("The Encounter has not begun. Send the message when they have come.")
    return encounter


def _patient(message: Message, encounter: JSON) -> JSON:
    """The one whom the encounter is about. More of them in one message are a message about somebody else."""
    patients = message.of_kind("Patient")
    if len(patients) > 1:
        raise Fault("This message is about several people. Send one message for each of them.")
    subject = message.named(encounter.get("subject"), "Patient")
    if subject is None:
        raise Fault("Encounter.subject names nobody in this message: put the Patient into the bundle.")
    return subject


def _number(patient: JSON) -> str:
    number = identifier(patient, NHS_NUMBER)
    if not number:
        raise Fault("The Patient has no NHS number, and a name alone does not say who somebody is.")
    return clean_nhs_number(number)


def _born(patient: JSON) -> date:
    born = partial_date(patient.get("birthDate"), "Patient.birthDate")
    if born is None or not born.is_exact:
        raise Fault("The Patient has no date of birth: number and date must both match.")
    return born.day


def _period(encounter: JSON) -> tuple[datetime | None, datetime | None]:
    period = encounter.get("period")
    if period is None:
        return None, None
    if not isinstance(period, dict):
        raise Fault("Encounter.period is not a period")
    came = moment(period.get("start"), "Encounter.period.start")
    leaves = moment(period.get("end"), "Encounter.period.end")
    if came and leaves and leaves < came:
        raise Fault("Encounter.period ends before it starts")
    return came, leaves


def _hospital(message: Message, encounter: JSON) -> str:
    provider = encounter.get("serviceProvider")
    found = message.named(provider, "Organization")
    said = words(provider, "display") if isinstance(provider, dict) else ""
    return (words(found, "name") if found else "") or said


def _ward(message: Message, encounter: JSON) -> str:
    """Where they are now: the place that is marked as active, else the last one."""
    places = items(encounter, "location")
    active = [one for one in places if one.get("status") == "active"] or places
    if not active:
        return ""
    reference = active[-1].get("location")
    found = message.named(reference, "Location")
    return (words(found, "name") if found else "") or (
        words(reference, "display") if isinstance(reference, dict) else ""
    )


def _destination(message: Message, encounter: JSON) -> Stay.Destination:
    stay = encounter.get("hospitalization")
    said = stay.get("dischargeDisposition") if isinstance(stay, dict) else None
    codings = items(said, "coding") if isinstance(said, dict) else []
    known = (DESTINATIONS.get(words(coding, "code")) for coding in codings)
    plain = Stay.Destination.HOME if message.event[1] == "306689006" else Stay.Destination.ELSEWHERE
    return next((found for found in known if found), plain)


def _addressed_to(message: Message) -> str:
    for destination in items(message.header, "destination"):
        receiver = destination.get("receiver")
        found = message.named(receiver, "Organization")
        if found:
            return identifier(found, ODS_CODE).upper()
        logical = receiver.get("identifier") if isinstance(receiver, dict) else None
        if isinstance(logical, dict):
            return identifier({"identifier": [logical]}, ODS_CODE).upper()
    return ""
