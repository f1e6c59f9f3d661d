"""What privacy officers are told of accounts: every role given or ended, every way to sign in. And who they are."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from carecoord.alerts.facts import AlertFacts, notice_of
from carecoord.outbox import Event
from neighbourhoods.models import Membership, Organisation, OrganisationKind, Team, TeamKind

NOBODY = UUID(int=0)


@dataclass(frozen=True)
class PrivacyFacts:
    """Facts for the privacy officers of the organisation named by the event, without the resident (IG-06)."""

    kind: str

    def __call__(self, event: Event) -> AlertFacts | None:
        team_id = officers_of(event.id_of("organisation_id"), _whose_access(event))
        return notice_of(event, kind=self.kind, team_id=team_id) if team_id else None


def _whose_access(event: Event) -> UUID:
    """The person it is about: as app.is_own_access() tells them."""
    if event.about_type == "membership":
        found = Membership.objects.filter(id=event.about_id).values_list("user_id", flat=True).first()
    else:
        found = event.about_id if event.about_type == "user" else None
    return found or NOBODY


def officers_of(organisation_id: UUID | None, person_id: UUID) -> UUID | None:
    """Those of the organisation; where nobody is one yet, those of the partnership: somebody is always told.

    Nobody answers for their own access (IG-07): that person is not counted.
    """
    organisation = Organisation.objects.filter(id=organisation_id).first() if organisation_id else None
    if organisation is None:
        return None
    own = _privacy_teams().filter(organisation=organisation).first()
    if own and Membership.objects.in_team(own.id).exclude(user_id=person_id).exists():
        return own.id
    shared = guardians_team(organisation.place_id)
    return shared.id if shared else own.id if own else None


def guardians_team(place_id: UUID) -> Team | None:
    """The privacy team of the place's partnership, in which its Caldicott Guardian is."""
    of_place = Q(organisation__kind=OrganisationKind.PARTNERSHIP, organisation__place_id=place_id)
    return _privacy_teams().filter(of_place).first()


def _privacy_teams() -> QuerySet[Team]:
    return Team.objects.filter(kind=TeamKind.PRIVACY, ended_at=None)
