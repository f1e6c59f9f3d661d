"""Who stands under what is written down: the same for entries, stays and care packages."""

from typing import Any
from uuid import UUID

from carecoord import clock
from carecoord.errors import RuleError
from neighbourhoods.models import Level, Relationship, Resident
from neighbourhoods.principal import Principal


def name_of(by: Principal) -> str:
    return by.partner_name or by.name


def written_by(by: Principal) -> dict[str, Any]:
    """As columns of a row."""
    return {
        "recorded_by_id": by.membership_id,
        "recorded_by_name": name_of(by),
        "recorded_by_organisation_id": by.organisation_id,
    }


def team_that_writes(by: Principal, resident: Resident, chosen: UUID | None = None) -> UUID | None:
    """Which of several teams writes is the one that holds the resident, the longest where several do."""
    if chosen:
        if not by.acts_for(chosen):
            raise RuleError("Choose a team of your own.", field="team", code="not_yours_to_give")
        return chosen
    if len(by.team_ids) < 2:
        return next(iter(by.team_ids), None)
    held = Relationship.objects.open_at(clock.now()).filter(resident=resident, level=Level.RECORD)
    return held.filter(team_id__in=by.team_ids).order_by("started_at").values_list("team_id", flat=True).first()
