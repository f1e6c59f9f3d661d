"""An endpoint that knows who acts: the principal of the client, set by the middleware."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.db.models import Q
from rest_framework.response import Response

from carecoord.api import endpoint
from carecoord.api.problems import Refused, refused
from neighbourhoods.merging.leading import leads_to
from neighbourhoods.models import Resident
from neighbourhoods.principal import ClientAccess, Principal
from neighbourhoods.searching import among_own

OF_ONE_TEAM = ("team", "to_team", "from_team")


def _is_not_found(exc: Exception) -> bool:
    return isinstance(exc, Resident.DoesNotExist) or (isinstance(exc, Refused) and exc.problem.status == 404)


class Endpoint(endpoint.Endpoint):
    has_led_on = False

    @property
    def access(self) -> ClientAccess:
        return cast("ClientAccess", self.request.auth)

    @property
    def by(self) -> Principal:
        return self.access.principal

    def handle_exception(self, exc: Exception) -> Response:
        """What was not found under the id of a record that was merged is done again under the survivor's."""
        if _is_not_found(exc) and (handler := self._for_the_survivor()):
            try:
                return handler()
            except Exception as again:  # noqa: BLE001  answered as any other
                return super().handle_exception(again)
        return super().handle_exception(exc)

    def page_with(self, page: Any, shape: Any) -> Response:
        if not page.rows and "resident" in getattr(self, "asked", {}) and (handler := self._for_the_survivor()):
            return handler()
        return super().page_with(page, shape)

    def _for_the_survivor(self) -> Callable[[], Response] | None:
        """The same request with the survivor in the place of the merged: in the address, the filters and the body."""
        if self.has_led_on or not hasattr(self, "given"):
            return None
        named = (self.kwargs, "resident_id"), (self.asked, "resident"), (self.given, "resident")
        old = next((values[name] for values, name in named if isinstance(values.get(name), UUID)), None)
        found = leads_to(old) if old else None
        if found is None:
            return None
        self.has_led_on = True
        for values, name in named:
            if values.get(name) == old:
                values[name] = found
        handler = getattr(self, (self.request.method or "").lower().replace("head", "get"))
        return lambda: handler(self.request, *self.args, **self.kwargs)

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
