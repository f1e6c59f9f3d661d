"""What has been made so far, and who acts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from carecoord.demo.accounts import ACCOUNTS
from carecoord.demo.course import Course, Life
from carecoord.demo.hands import ALL, Share
from carecoord.demo.population import Drawn
from neighbourhoods import gate
from neighbourhoods.models import Organisation, Resident, Service, Team
from neighbourhoods.principal import Principal

ACCOUNT_NAMES = frozenset(name for name, _ in ACCOUNTS)


@dataclass
class Demonstration:
    """The place in the making, by the names that the tables use."""

    course: Course
    share: Share = ALL
    organisations: dict[str, Organisation] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    people: dict[str, Principal] = field(default_factory=dict)
    members: dict[UUID, list[Principal]] = field(default_factory=dict)
    residents: dict[str, Resident] = field(default_factory=dict)
    tried: set[UUID | None] = field(default_factory=set)

    def has(self, who: Drawn) -> bool:
        """Whether the life of this resident is for this hand to make."""
        return who.number % self.share.hands == self.share.hand

    def live(self, who: Drawn, life: Life) -> None:
        if self.has(who):
            self.course.live(life)

    def join(self, account: str, principal: Principal) -> None:
        """Note somebody who works here, under the first role they were given."""
        self.people.setdefault(account, principal)
        if account in ACCOUNT_NAMES:
            self.tried.add(principal.membership_id)
        for team_id in principal.team_ids:
            self.members.setdefault(team_id, []).append(principal)

    def somebody_of(self, team: str, number: int = 0) -> Principal:
        """A person of the team, to act for it: whoever has an account to try comes first."""
        members = self.members.get(self.teams[team].id)
        return members[number % len(members)] if members else gate.team(self.teams[team])

    def colleague_in(self, team: str, number: int = 0) -> Principal:
        """A person of the team who has no account to try, so that what they have to do is on nobody's page."""
        members = self.members[self.teams[team].id]
        others = [who for who in members if who.membership_id not in self.tried] or members
        return others[number % len(others)]

    @contextmanager
    def acting(self, team: str, number: int = 0) -> Iterator[Principal]:
        with gate.acting_as(self.somebody_of(team, number)) as who:
            yield who

    def team_named(self, team_id: UUID | None) -> str:
        return next(name for name, team in self.teams.items() if team.id == team_id)
