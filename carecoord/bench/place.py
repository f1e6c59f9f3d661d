"""The measuring place: its organisations, teams, people and partner systems, made by the ordinary services."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from carecoord import clock
from carecoord.accounts.models import User
from carecoord.accounts.services import create_person, create_service_account
from carecoord.api.scopes import EVERY_SCOPE
from carecoord.audit import ActorKind
from carecoord.bench.sizes import Size
from carecoord.ids import new_id
from neighbourhoods import gate
from neighbourhoods.models import ApiClient, Neighbourhood, Organisation, OrganisationKind, Place, Role, Service, Team
from neighbourhoods.principal import Principal
from neighbourhoods.services import (
    create_membership,
    create_neighbourhood,
    create_organisation,
    create_place,
    create_service,
    create_team,
)
from neighbourhoods.services.clients import ClientFacts, create_client

PLACE, DOMAIN = "Measuring place", "measuring.invalid"
NURSING, THERAPY, CARE = "Measured nursing", "Measured therapy", "Measuring care team"
PEOPLE_OF_THE_TEAM = 21
# Each partner may ask six hundred times a minute, so that one alone could not be measured.
PARTNERS = 40


@dataclass(frozen=True)
class MeasuringPlace:
    """`nursing` is the team that is measured; residents are registered by the `practice_teams`."""

    place: Place
    builder: Principal
    nursing: Team
    practice_teams: tuple[Team, ...]
    care_teams: tuple[Team, ...]

    @property
    def teams(self) -> tuple[Team, ...]:
        return (self.nursing, *self.practice_teams, *self.care_teams)


def find_place() -> MeasuringPlace | None:
    place = Place.objects.filter(name=PLACE).first()
    if place is None:
        return None
    teams = list(Team.objects.filter(organisation__place=place).order_by("created_at", "id"))
    return MeasuringPlace(
        place=place,
        builder=builder_of(place),
        nursing=next(team for team in teams if team.name == NURSING),
        practice_teams=tuple(team for team in teams if team.name.startswith("Practice ")),
        care_teams=tuple(team for team in teams if team.name.startswith((THERAPY, CARE))),
    )


@transaction.atomic
def build_place(size: Size) -> MeasuringPlace:
    place = create_place(name=PLACE, partnership=f"{PLACE} Together")
    by = builder_of(place)
    around = [create_neighbourhood(by=by, place=place, name=f"Measuring {name}") for name in ("North", "South")]
    health = _organisation(by, place, "Measuring Health", OrganisationKind.COMMUNITY_HEALTH)
    names = [NURSING, THERAPY, *(f"{CARE} {number}" for number in range(1, size.care_teams))]
    for name in names:
        team = create_team(by=by, organisation=health, name=name)
        create_service(by=by, organisation=health, name=name, team=team, needs=["health"])
    for number in range(size.practices):
        _practice(by, place, number, around[number % 2])
    _people(by, health)
    _partners(by, health)
    return _built()


def service_of(team: Team) -> Service:
    return Service.objects.get(team=team)


def partners() -> list[ApiClient]:
    return list(ApiClient.objects.select_related("client").filter(organisation__place__name=PLACE).order_by("name"))


def nurse() -> User:
    return User.objects.get(email=f"nurse1@{DOMAIN}")


def _built() -> MeasuringPlace:
    found = find_place()
    assert found is not None
    return found


def builder_of(place: Place) -> Principal:
    nobody = Principal(kind=ActorKind.SERVICE, actor_id=new_id(), name="", team_ids=(), place_id=place.id)
    account = create_service_account(by=nobody, name="Bulk loader")
    return gate.service(account.id, account.name, place.front_door)


def _organisation(
    by: Principal, place: Place, name: str, kind: OrganisationKind, neighbourhood: Neighbourhood | None = None
) -> Organisation:
    return create_organisation(by=by, place=place, name=name, kind=kind, neighbourhood=neighbourhood)


def _practice(by: Principal, place: Place, number: int, neighbourhood: Neighbourhood) -> None:
    name = f"Measuring Practice {number:03}"
    practice = _organisation(by, place, name, OrganisationKind.GP_PRACTICE, neighbourhood)
    create_team(by=by, organisation=practice, name=f"Practice {number:03}", neighbourhood=neighbourhood)


def _people(by: Principal, health: Organisation) -> None:
    """Twenty-one nurses of the measured team; the first is of the therapists too."""
    teams = {team.name: team for team in Team.objects.filter(organisation=health)}
    for number in range(1, PEOPLE_OF_THE_TEAM + 1):
        user = create_person(by=by, email=f"nurse{number}@{DOMAIN}", name=f"Measuring Nurse {number}")
        own = [teams[NURSING], *([teams[THERAPY]] if number == 1 else [])]
        create_membership(by=by, user_id=user.id, organisation=health, role=Role.NURSE, teams=own)


def _partners(by: Principal, health: Organisation) -> None:
    teams = {team.name: team.id for team in Team.objects.filter(organisation=health)}
    for number in range(PARTNERS):
        facts = ClientFacts(
            name=f"Measuring system {number:02}",
            team_ids=[teams[NURSING], teams[THERAPY]],
            default_team_id=teams[NURSING],
            scopes=list(EVERY_SCOPE),
            agreement="None: nobody in this place exists",
            purposes=["measuring"],
            agreement_ends_on=clock.today() + timedelta(days=3_650),
        )
        create_client(by=by, organisation=health, facts=facts)
