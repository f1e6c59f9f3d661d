"""Who is acting, and as what."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from carecoord.audit import ActorKind


@dataclass(frozen=True)
class Principal:
    """A person acting as one membership, an API client, a team (in workers), or a service account.

    Acting as a membership gives all its teams. `lead_team_ids` are those among them that the person leads. `glass` is
    the sign-in of somebody who has a record open in an emergency, and None for everybody else.
    """

    kind: ActorKind
    actor_id: UUID
    name: str
    team_ids: tuple[UUID, ...]
    organisation_id: UUID | None = None
    organisation_name: str = ""
    membership_id: UUID | None = None
    role: str = ""
    lead_team_ids: tuple[UUID, ...] = ()
    place_id: UUID | None = None
    glass: UUID | None = None

    def acts_for(self, team_id: UUID | None) -> bool:
        return team_id is not None and team_id in self.team_ids

    def leads(self, team_id: UUID | None) -> bool:
        return team_id is not None and team_id in self.lead_team_ids

    @property
    def partner_name(self) -> str:
        """What stands in for a member's name where a partner's system acts: `Ward system, Aldermoor General`."""
        return f"{self.name}, {self.organisation_name}" if self.kind == ActorKind.CLIENT else ""


class Standing(StrEnum):
    """Whether a client's token opens anything now."""

    GOOD = "good"
    UNKNOWN = "unknown"
    INACTIVE = "inactive"
    AGREEMENT_ENDED = "agreement_ended"


@dataclass(frozen=True)
class ClientAccess:
    """What a token opens: who acts, with which scopes, and for which team where the request names none."""

    standing: Standing
    principal: Principal
    scopes: frozenset[str]
    default_team_id: UUID | None

    @property
    def client_id(self) -> UUID:
        return self.principal.actor_id
