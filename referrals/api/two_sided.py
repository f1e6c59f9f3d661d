"""What referrals and handovers share in the API: who they are about, and moves that somebody else was first with."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q

from carecoord.api.problems import not_found, refused
from carecoord.api.words import action_name
from carecoord.errors import IllegalMove
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.identities import identities_of
from neighbourhoods.principal import Principal


def with_people(rows: Iterable[Any], known: Mapping[UUID, Any] | None = None) -> list[Any]:
    """Each row with `person`: also of people whose record is not open to its team. One statement, if not `known`."""
    listed = list(rows)
    people: Mapping[UUID, Any] = known or identities_of(row.resident_id for row in listed)
    for row in listed:
        row.person = people.get(row.resident_id)
    return listed


def hides_person(row: Any) -> bool:
    """Of whoever is restricted, or shown to nobody any more, what was frozen says less now (IG-20); `with_people`."""
    return row.person is None or bool(row.person.is_restricted)


def of_own_teams(by: Principal) -> Q:
    return Q(from_team_id__in=by.team_ids) | Q(to_team_id__in=by.team_ids)


class TwoSidedEndpoint(Endpoint, ABC):
    """One item of `model` between two teams. `allowed` gives the verbs that are open to the caller."""

    model: ClassVar[Any]
    allowed: ClassVar[Callable[..., Iterable[str]]]

    @abstractmethod
    def read(self, item_id: UUID) -> Any:
        """As it is shown in full; 404 for whoever may not see it."""

    def moved(self, item_id: UUID, verb: str, service: Callable[..., Any], **given: Any) -> Any:
        """What the service gives. What was possible when the request came and is no longer is a lost race."""
        if self.names_a_version:
            self.locked(item_id)
            self.require_match(self.read(item_id))
        was_possible = verb in self.allowed_now(item_id)
        try:
            return service(by=self.by, **given)
        except IllegalMove as refusal:
            allowed = self.allowed_now(item_id)
            if was_possible and verb not in allowed:
                actions = [action_name(one) for one in allowed]
                raise refused(409, "lost_race", refusal.sentence, allowed=actions) from refusal
            raise IllegalMove(refusal.sentence, allowed=allowed) from refusal

    def locked(self, item_id: UUID) -> None:
        if not self.model.objects.select_for_update(of=("self",)).visible_to(self.by).filter(id=item_id).exists():
            raise not_found()

    def allowed_now(self, item_id: UUID) -> tuple[str, ...]:
        item = self.model.objects.visible_to(self.by).filter(id=item_id).first()
        if item is None:
            raise not_found()
        return tuple(type(self).allowed(item, self.by))
