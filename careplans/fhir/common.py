"""What plans, goals and activities share: the one plan, what people changed here, and texts that do not fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from carecoord.fhir.elements import JSON
from carecoord.fhir.importing import Imported, ImportJob
from carecoord.fhir.reading import Entry
from careplans.models import CarePlan
from careplans.services import create_plan
from careplans.services.rules import MAX_REASON
from neighbourhoods.fhir_identities import answering_team
from neighbourhoods.principal import Principal

# The shared plan was started by an import, not by a person.
STARTED = "CarePlan.started"
SAYS_SO = "The system it came from says so"


@dataclass(frozen=True)
class Reading:
    """One CarePlan or Goal being read: whose it is, who imports it, and what to say about it."""

    job: ImportJob
    entry: Entry
    resident_id: UUID

    @property
    def resource(self) -> JSON:
        return cast("JSON", self.entry.resource)

    @property
    def by(self) -> Principal:
        return cast("Principal", self.job.by)

    def remark(self, what: str) -> None:
        self.job.report.remark(self.entry, what)

    def differs(self, what: str, team_id: UUID | None = None) -> None:
        """A remark of which the team that answers for it is told: `team_id`, else the resident's lead."""
        told = team_id or answering_team(self.job, self.resident_id)
        self.job.report.differ(self.entry, what, team_id=told, resident_id=self.resident_id)

    def stays(self, what: str, kept: list[str], team_id: UUID | None = None) -> None:
        """Fields that people changed here stay as they are."""
        if kept:
            self.differs(f"{what}: {', '.join(kept)} was changed here too, and stays as it is here", team_id)

    def plan(self) -> CarePlan:
        """The resident's one plan; one made by an import stays a draft until its gate is met."""
        plan = CarePlan.objects.visible_to(self.by).current().filter(resident_id=self.resident_id).first()
        if plan is None:
            plan = create_plan(by=self.by, resident_id=self.resident_id)
            source = self.job.source_of(self.resource)
            self.job.remember(source, STARTED, str(plan.id), Imported("care_plan", plan.id), "")
        return plan


def takes_state(ours: str, theirs: str, said: Mapping[str, str], ended: frozenset[str]) -> bool | None:
    """Whether the state the source gives now is to be followed; None where it says nothing new.

    Where people moved it here meanwhile, only its end is news that they would want.
    """
    if theirs in (ours, said.get("status")):
        return None
    return said.get("status") == ours or (theirs in ended and ours not in ended)


def fitting(text: str, most: int) -> tuple[str, str]:
    """A line of at most `most` characters, and the whole text where the line had to be shortened for it."""
    return (text, "") if len(text) <= most else (text[: most - 1].rstrip() + "…", text)


def paragraphs(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)


def reason_of(text: str) -> str:
    return text if 0 < len(text) <= MAX_REASON else SAYS_SO
