"""What privacy officers are told: records opened by oneself (IG-04), and every role given or ended."""

from dataclasses import dataclass
from uuid import UUID

from carecoord.alerts.facts import AlertFacts
from carecoord.outbox import Event
from neighbourhoods.models import Team, TeamKind


@dataclass(frozen=True)
class PrivacyFacts:
    """Facts for the privacy officers of the organisation named by the event, without the resident (IG-06)."""

    kind: str

    def __call__(self, event: Event) -> AlertFacts | None:
        team_id = _officers_of(event.id_of("organisation_id"))
        if team_id is None:
            return None
        return AlertFacts(
            kind=self.kind,
            about=(event.about_type, event.about_id),
            resident_id=None,
            team_id=team_id,
            sending_team_id=None,
            is_urgent=False,
            started_at=event.at,
            due_at=None,
            by_the_clock=True,
        )


def _officers_of(organisation_id: UUID | None) -> UUID | None:
    if organisation_id is None:
        return None
    officers = Team.objects.filter(organisation_id=organisation_id, kind=TeamKind.PRIVACY, ended_at=None)
    return officers.values_list("id", flat=True).first()
