"""What has been made so far."""

from dataclasses import dataclass, field

from neighbourhoods import gate
from neighbourhoods.models import Neighbourhood, Organisation, Place, Resident, Service, Team
from neighbourhoods.principal import Principal


@dataclass
class Demonstration:
    """The place in the making, by the names that the tables use."""

    builder: Principal
    place: Place
    neighbourhoods: dict[str, Neighbourhood] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    people: dict[str, Principal] = field(default_factory=dict)
    residents: dict[str, Resident] = field(default_factory=dict)

    def somebody_of(self, team: str) -> Principal:
        """A person of the team, to act for it; else the team itself."""
        acting = self.teams[team]
        return next((who for who in self.people.values() if who.acts_for(acting.id)), gate.team(acting))
