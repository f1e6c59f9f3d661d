"""What happened elsewhere in the record and is of consequence for the plan. Workers only; each is repeatable."""

from carecoord.outbox import Event
from carecoord.ui import dates
from careplans.services.meetings import bring_review_forward
from careplans.triggers import CARER, DISCHARGE, FALL, MOVE, RECORDED
from neighbourhoods.models import Contact, Entry, Stay

FALLS, BREAKDOWN = "assessment.falls", "social.carer_breakdown"
CONCERN, DETAILS = "safeguarding.concern", "safeguarding.details"
LED_AWAY = (Stay.Destination.DIED, Stay.Destination.HOSPITAL)


def on_discharge(event: Event) -> None:
    """Of a stay in a care home the plan goes on; whoever went on to another ward has not come home."""
    stay = Stay.objects.filter(id=event.about_id, error_at=None, discharged_at__isnull=False).first()
    if stay and stay.kind != Stay.Kind.CARE_HOME and stay.destination not in LED_AWAY:
        _forward(event, DISCHARGE)


def on_entry(event: Event) -> None:
    """A fall, a carer who can no longer go on, and what was decided about a safeguarding concern."""
    entry = Entry.objects.filter(id=event.about_id, error_at=None).first()
    if entry and (cause := _cause_of(entry, event.topic)):
        _forward(event, cause)


def on_contact_ended(event: Event) -> None:
    if Contact.objects.filter(id=event.about_id, is_carer=True).exists():
        _forward(event, CARER)


def on_move(event: Event) -> None:
    _forward(event, MOVE)


def _cause_of(entry: Entry, topic: str) -> str:
    if topic == "entry.ended":
        return RECORDED if entry.kind == CONCERN else ""
    if entry.kind == FALLS:
        return FALL if entry.data.get("falls_in_year") else ""
    if entry.kind == DETAILS:
        return RECORDED if entry.data.get("decided") else ""
    return CARER if entry.kind == BREAKDOWN else ""


def _forward(event: Event, cause: str) -> None:
    resident_id = event.id_of("resident_id")
    if resident_id:
        bring_review_forward(resident_id=resident_id, cause=cause, on=dates.local_day(event.at))
