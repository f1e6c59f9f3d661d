"""An endpoint that knows who acts: the principal of the client, set by the middleware."""

from typing import cast
from uuid import UUID

from django.db.models import Q

from carecoord.api import endpoint
from carecoord.api.problems import refused
from neighbourhoods.principal import ClientAccess, Principal
from neighbourhoods.searching import among_own

OF_ONE_TEAM = ("team", "to_team", "from_team")


class Endpoint(endpoint.Endpoint):
    @property
    def access(self) -> ClientAccess:
        return cast("ClientAccess", self.request.auth)

    @property
    def by(self) -> Principal:
        return self.access.principal

    def own(self, most: int, or_else: Q = Q()) -> Q:  # noqa: B008  a Q is never changed
        """What narrows a list (`among_own`). Of one resident, or of a team of the client's, it is short as it is."""
        is_of_own_team = any(self.by.acts_for(self.asked[name]) for name in OF_ONE_TEAM if name in self.asked)
        if "resident" in self.asked or is_of_own_team:
            return Q()
        return among_own(self.by, most=most, or_else=or_else)

    def acting_team(self, name: str = "team") -> UUID:
        """The team named in the body, else the client's usual one. Refuses a team that the client does not act for."""
        team_id: UUID | None = self.given.get(name) or self.access.default_team_id
        if team_id is None or not self.by.acts_for(team_id):
            sentence = "This client does not act for that team."
            raise refused(422, "not_yours_to_give", sentence, errors={name: [sentence]})
        return team_id
