"""An endpoint that knows who acts: the principal of the client, set by the middleware."""

from typing import cast
from uuid import UUID

from carecoord.api import endpoint
from carecoord.api.problems import refused
from neighbourhoods.principal import ClientAccess, Principal


class Endpoint(endpoint.Endpoint):
    @property
    def access(self) -> ClientAccess:
        return cast("ClientAccess", self.request.auth)

    @property
    def by(self) -> Principal:
        return self.access.principal

    def acting_team(self, name: str = "team") -> UUID:
        """The team named in the body, else the client's usual one. Refuses a team that the client does not act for."""
        team_id: UUID | None = self.given.get(name) or self.access.default_team_id
        if team_id is None or not self.by.acts_for(team_id):
            sentence = "This client does not act for that team."
            raise refused(422, "not_yours_to_give", sentence, errors={name: [sentence]})
        return team_id
