"""Claiming the record of somebody whom the partner knows: both number and birth date must match."""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from uuid import UUID

from django.core.cache import cache
from django.urls import reverse
from rest_framework.response import Response

from carecoord import audit, clock
from carecoord.api.operations import operation
from carecoord.api.problems import Problem, Refused, not_found, refused
from carecoord.cache import ForgivingCache
from carecoord.errors import RuleError
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.api.residents import with_cohorts
from neighbourhoods.api.shapes import Claim, ResidentShape
from neighbourhoods.identities import find_identities
from neighbourhoods.models import ApiClient, Resident
from neighbourhoods.services import claim_relationship

LASTS = timedelta(days=28)
AN_HOUR = 3600
GUESSES_AN_HOUR = 5


@dataclass(frozen=True)
class Guesses:
    """How often a client has asked for one number in this hour of the clock, without having been right since."""

    client_id: UUID
    nhs_number: str

    @property
    def key(self) -> str:
        return f"claim:{self.client_id}:{self.nhs_number}:{int(time.time()) // AN_HOUR}"

    def count(self) -> None:
        """Before it is known who is right, so that many at once are no more guesses. Raises for one too many."""
        if cast(ForgivingCache, cache).count(self.key, timeout=2 * AN_HOUR) > GUESSES_AN_HOUR:
            sentence = (
                f"More than {GUESSES_AN_HOUR} claims of this number did not match. Check it, and try again later."
            )
            wait = str(AN_HOUR - int(time.time()) % AN_HOUR)
            raise Refused(Problem(429, "too_many_guesses", sentence, headers={"Retry-After": wait}))

    def forget(self) -> None:
        cache.delete(self.key)


class Claims(Endpoint):
    shape = ResidentShape

    @operation(
        "Claim a resident's record",
        answer=ResidentShape,
        status=201,
        body=Claim,
        problems=(404, 422),
        examples={
            "after a visit": {
                "nhs_number": "9990000018",
                "birth_date": "1948-03-14",
                "reason": "Admitted to ward 7 today",
                "purpose": "direct care",
            }
        },
    )
    def post(self, _request: object) -> Response:
        """Opens the record to a team of the client for 28 days. Your privacy officers are told.

        Anything that does not match, and anybody who may not be opened from here, is 404, and after five of these
        about one number in an hour 429 `too_many_guesses`.
        """
        team_id = self.acting_team()
        self._keep_to_the_agreement()
        guesses = Guesses(self.access.client_id, self.given["nhs_number"])
        guesses.count()
        found = find_identities(nhs_number=self.given["nhs_number"])
        who = next((one for one in found if one.birth_date == self.given["birth_date"]), None)
        if who is None:
            for known in found:
                about = ("resident", known.id)
                audit.looked("resident.claim_refused", by=self.by, resident_id=known.id, about=about)
            raise not_found()
        reason = f"{self.given['reason'].rstrip(' .')}. For: {self.given['purpose']}"
        try:
            claim_relationship(
                by=self.by, resident_id=who.id, team_id=team_id, reason=reason, until=clock.now() + LASTS
            )
        except RuleError:
            raise not_found() from None
        audit.looked("resident.viewed", by=self.by, resident_id=who.id, about=("resident", who.id))
        guesses.forget()
        resident = Resident.objects.visible_to(self.by).get(id=who.id)
        return self.one(with_cohorts(self.by, resident), at=reverse("api:resident", args=[who.id]))

    def _keep_to_the_agreement(self) -> None:
        agreed = ApiClient.objects.values_list("purposes", flat=True).get(id=self.access.client_id)
        if self.given["purpose"].casefold() not in {purpose.casefold() for purpose in agreed}:
            sentence = f"This is not a purpose of your sharing agreement. It names: {', '.join(agreed)}."
            raise refused(422, "not_agreed", sentence, errors={"purpose": [sentence]})
