"""Every team around a resident is told once of what concerns them all."""

from dataclasses import dataclass
from uuid import UUID

from carecoord import clock
from carecoord.alerts.facts import AlertFacts
from carecoord.alerts.services import raise_alert
from carecoord.outbox import Event
from neighbourhoods.models import Level, Relationship


@dataclass(frozen=True)
class TeamsAround:
    """A handler: a notice of `kind` to each team that has the record, except those for which it was done.

    News of two records, where one was made two again, is told once to whoever has either.
    `asked` is what teams are told that have no more than the card of a referral or handover; empty, they are not told.
    """

    kind: str
    asked: str = ""

    def __call__(self, event: Event) -> None:
        did_it = str(event.ids.get("by_team_ids") or "").split(",")
        told: set[UUID] = set()
        for resident_id in filter(None, map(event.id_of, ("resident_id", "other_resident_id"))):
            around = Relationship.objects.open_at(clock.now()).filter(resident_id=resident_id).order_by("team_id")
            rows = around.values_list("team_id", "level")
            holding = {team_id for team_id, level in rows if level == Level.RECORD}
            for team_id in dict.fromkeys(team_id for team_id, _ in rows):
                kind = self.kind if team_id in holding else self.asked
                if kind and str(team_id) not in did_it and team_id not in told:
                    facts = self._facts(event, kind, resident_id, team_id)
                    raise_alert(facts=facts, cause_id=event.message_id, said_at=event.at)
                    told.add(team_id)

    def _facts(self, event: Event, kind: str, resident_id: UUID, team_id: UUID) -> AlertFacts:
        return AlertFacts(
            kind=kind,
            about=(event.about_type, resident_id if event.about_type == "resident" else event.about_id),
            resident_id=resident_id,
            team_id=team_id,
            sending_team_id=None,
            is_urgent=False,
            started_at=event.at,
            due_at=None,
            by_the_clock=True,
        )
