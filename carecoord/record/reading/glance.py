"""What the summary is made of: four statements, however much there is."""

from dataclasses import dataclass

from carecoord.record.reading.standing import Open, open_of
from carecoord.record.timeline import Changes, latest_changes
from neighbourhoods.around import Around, around
from neighbourhoods.encounters import Around as EncountersAround
from neighbourhoods.encounters import encounters_around
from neighbourhoods.models import Resident
from neighbourhoods.principal import Principal

LATEST = 3


@dataclass(frozen=True)
class Glance:
    resident: Resident
    open: Open
    changes: Changes
    people: Around
    encounters: EncountersAround


def glance_at(principal: Principal, resident: Resident) -> Glance:
    return Glance(
        resident=resident,
        open=open_of(principal, resident.id),
        changes=latest_changes(resident.id, LATEST),
        people=around(principal, resident.id),
        encounters=encounters_around(principal, resident.id),
    )
