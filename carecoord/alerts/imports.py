"""What a team is told whose record says something else than a file that was imported, once for each import.

People here wrote it, so it stays (docs/decisions/0009-import-changed-files.md); whether the other system is right is
theirs to find out. The message names the import and the team. Whom it is about is read from the audit, by whoever sees
them.
"""

from dataclasses import dataclass

from django.urls import reverse

from carecoord.alerts.facts import AlertFacts, notice_of
from carecoord.alerts.models import Alert
from carecoord.audit.models import AuditEntry
from carecoord.outbox import Event
from carecoord.ui.components import ResidentLine, resident_line
from neighbourhoods.models import Resident
from neighbourhoods.principal import Principal

DIFFERED = "import.differed"
MOST_SHOWN = 100


@dataclass(frozen=True)
class Differing:
    """A resident of whom the reader's team answers for `count` things that the import says otherwise."""

    resident: Resident
    count: int


def import_alert_facts(event: Event) -> AlertFacts | None:
    team_id = event.id_of("team_id")
    return notice_of(event, kind=DIFFERED, team_id=team_id) if team_id else None


def differing(principal: Principal, alert: Alert) -> list[Differing]:
    """Whom an import's alert is about, as far as the reader sees them, by name."""
    if alert.kind != DIFFERED:
        return []
    entries = AuditEntry.objects.filter(about_id=alert.about_id, verb=DIFFERED, detail__team_id=str(alert.team_id))
    counts = {entry.resident_id: int(entry.detail["differences"]) for entry in entries if entry.resident_id}
    residents = Resident.objects.visible_to(principal).filter(id__in=counts).order_by("sort_name", "id")
    return [Differing(resident, counts[resident.id]) for resident in residents]


def differing_sentence(found: list[Differing]) -> str:
    if not found:
        return "A file that was imported says something else than a record here. Your team no longer sees that record."
    count = sum(one.count for one in found)
    things = f"{count} thing{'s' if count > 1 else ''}"
    people = f"{len(found)} {'people' if len(found) > 1 else 'person'}"
    return (
        f"A file that was imported says something else than the record: {things} about {people}. "
        "Nothing was changed here. Look at each plan, and ask the other system's team where you are not sure."
    )


def differing_lines(found: list[Differing]) -> list[ResidentLine]:
    """Each leads to the plan of that resident."""
    return [
        resident_line(
            family_name=one.resident.family_name,
            given_name=one.resident.given_name,
            birth_date=one.resident.birth_date,
            nhs_number=one.resident.nhs_number,
            died_on=one.resident.died_on,
            url=reverse("care_plan", args=[one.resident.id]),
            layout="line",
        )
        for one in found[:MOST_SHOWN]
    ]
