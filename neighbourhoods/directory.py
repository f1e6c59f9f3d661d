"""Finding organisations and services of one place, in words as people type them."""

from dataclasses import dataclass
from functools import reduce
from operator import add, or_
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Greatest, Lower

from neighbourhoods.models import Neighbourhood, Organisation, Service, Team
from neighbourhoods.principal import Principal

LIKE_ENOUGH = 0.4
"""Word similarity from which a misspelt word still finds a service, as in the search for people: `balence`."""
SHORTEST_WORD = 3
MOST_WORDS = 8
KINDS = (("", "Services and groups"), ("referral", "Services to refer to"), ("signpost", "Groups, no referral needed"))


@dataclass(frozen=True)
class Search:
    """What somebody looks for. `kind` is a key of KINDS; anything else means both."""

    words: str = ""
    kind: str = ""

    @property
    def single_words(self) -> tuple[str, ...]:
        """Small words are left out unless there are no others."""
        words = tuple(self.words.casefold().replace(",", " ").split())
        return (tuple(word for word in words if len(word) >= SHORTEST_WORD) or words)[:MOST_WORDS]


def services_of_place(principal: Principal) -> QuerySet[Service]:
    """Every service of the place where somebody acts, of organisations that take part."""
    if principal.place_id is None:
        return Service.objects.none()
    services = Service.objects.filter(organisation__place_id=principal.place_id, organisation__ended_at=None)
    return services.select_related("organisation", "team")


def organisations_of_place(principal: Principal) -> QuerySet[Organisation]:
    if principal.place_id is None:
        return Organisation.objects.none()
    return Organisation.objects.filter(place_id=principal.place_id, ended_at=None)


def teams_of_place(principal: Principal) -> QuerySet[Team]:
    """Teams that work now, whoever employs them."""
    if principal.place_id is None:
        return Team.objects.none()
    return Team.objects.filter(organisation__place_id=principal.place_id, ended_at=None)


def neighbourhoods_of_place(principal: Principal) -> QuerySet[Neighbourhood]:
    if principal.place_id is None:
        return Neighbourhood.objects.none()
    return Neighbourhood.objects.filter(place_id=principal.place_id)


def find_services(principal: Principal, search: Search) -> QuerySet[Service]:
    """Services of the place that match any word, best match first; all of them by name without words."""
    services = services_of_place(principal).exclude(status=Service.Status.DEFUNCT)
    if search.kind in {"referral", "signpost"}:
        services = services.filter(accepts_referrals=search.kind == "referral")
    return _matching(services, "search_words", search)


def find_organisations(principal: Principal, search: Search) -> QuerySet[Organisation]:
    """Organisations of the place by name."""
    return _matching(organisations_of_place(principal).annotate(words=Lower("name")), "words", search)


def _matching(rows: QuerySet[Any], field: str, search: Search) -> QuerySet[Any]:
    words = search.single_words
    if not words:
        return rows.order_by("name", "id")
    alike = [TrigramWordSimilarity(word, field) for word in words]
    ranked: QuerySet[Any] = rows.annotate(likeness=reduce(add, alike), best=Greatest(*alike, Value(0.0)))
    holds_a_word = reduce(or_, (Q(**{f"{field}__contains": word}) for word in words))
    return ranked.filter(holds_a_word | Q(best__gte=LIKE_ENOUGH)).order_by("-likeness", "name", "id")
