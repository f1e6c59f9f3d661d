"""What everything stands on: organisations, teams, services, and who works there. Laid once; every hand reads it."""

from datetime import datetime
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import transaction

from carecoord.accounts.services import create_person, create_service_account
from carecoord.audit import ActorKind
from carecoord.delivery.services import note_all_sent
from carecoord.demo import tables
from carecoord.demo.accounts import DOMAIN
from carecoord.demo.chance import chance
from carecoord.demo.course import Course, happening
from carecoord.demo.directory import SERVICES, ServiceRow
from carecoord.demo.hands import NotMade, Share
from carecoord.demo.making import Demonstration
from carecoord.demo.people import PEOPLE, STAFF_DOMAIN, PersonRow, staff
from carecoord.demo.told import confirm_nurses_phone
from carecoord.ids import new_id
from neighbourhoods import gate
from neighbourhoods.models import Membership, Neighbourhood, Organisation, Place, Service, Team
from neighbourhoods.principal import Principal
from neighbourhoods.services import (
    create_membership,
    create_neighbourhood,
    create_organisation,
    create_place,
    create_service,
    create_team,
)

DATA = Path(__file__).resolve().parents[2] / "data"


def is_laid() -> bool:
    return Place.objects.filter(name=tables.PLACE).exists()


def builder_of(place: Place) -> Principal:
    nobody = Principal(kind=ActorKind.SERVICE, actor_id=new_id(), name="", team_ids=(), place_id=place.id)
    account = create_service_account(by=nobody, name="Demonstration")
    return gate.service(account.id, account.name, place.front_door)


@transaction.atomic
def lay(seed: int, moment: datetime) -> None:
    """Everything that was there before the first resident came, all at `moment`."""
    with happening(moment):
        place = create_place(name=tables.PLACE, partnership=tables.PARTNERSHIP)
        by = builder_of(place)
        where = {name: create_neighbourhood(by=by, place=place, name=name) for name in tables.NEIGHBOURHOODS}
        _postcodes()
        for organisation in tables.ORGANISATIONS:
            _organisation(by, place, where, organisation)
        teams = {team.name: team for team in Team.objects.filter(organisation__place=place)}
        for service in SERVICES:
            _service(by, place, teams, service)
        for email, person in _everybody(seed):
            _person(by, place, teams, email, person)
        confirm_nurses_phone()
    note_all_sent()


def stand_on(course: Course, share: Share, seed: int) -> Demonstration:
    """The ground as it was laid. Raises NotMade where another seed has laid it."""
    place = Place.objects.select_related("front_door").get(name=tables.PLACE)
    here = Demonstration(course, share)
    here.organisations = {one.name: one for one in Organisation.objects.filter(place=place)}
    of_place = Team.objects.filter(organisation__place=place).select_related("organisation__place")
    every = {(team.organisation.name, team.name): team for team in of_place}
    here.teams = {tables.FRONT_DOOR: every[tables.PARTNERSHIP, tables.FRONT_DOOR]} | {
        team.name: every[row.name, team.name] for row in tables.ORGANISATIONS for team in row.teams
    }
    offered = Service.objects.filter(organisation__place=place).select_related("team", "organisation")
    here.services = {service.name: service for service in offered}
    _meet(here, seed)
    return here


def _meet(here: Demonstration, seed: int) -> None:
    memberships = Membership.objects.filter(organisation__in=here.organisations.values())
    found = {
        (one.user.email, one.role, one.organisation.name): one
        for one in memberships.select_related("user", "organisation")
    }
    for email, row in _everybody(seed):
        for role, employer, _ in row.roles:
            if (email, role, employer) not in found:
                raise NotMade("Another seed has begun this place: take that one, or an empty database.")
            here.join(row.account, gate.person(found[email, role, employer]))


def _everybody(seed: int) -> list[tuple[str, PersonRow]]:
    return [
        *((f"{row.account}@{DOMAIN}", row) for row in PEOPLE),
        *((f"{row.account}@{STAFF_DOMAIN}", row) for row in staff(chance(seed, "staff"))),
    ]


def _postcodes() -> None:
    call_command(
        "load_postcodes",
        str(DATA / "aldermoor-postcodes.csv"),
        "--areas",
        str(DATA / "aldermoor-areas.csv"),
        "--imd-year",
        "2025",
        stdout=StringIO(),
    )


def _organisation(by: Principal, place: Place, where: dict[str, Neighbourhood], row: tables.OrganisationRow) -> None:
    organisation = create_organisation(
        by=by,
        place=place,
        name=row.name,
        kind=row.kind,
        ods_code=row.ods_code,
        neighbourhood=where.get(row.neighbourhood),
        phone=row.phone,
        address=row.address,
    )
    for team in row.teams:
        create_team(
            by=by,
            organisation=organisation,
            name=team.name,
            kind=team.kind,
            neighbourhood=where.get(team.neighbourhood),
            phone=team.phone,
            out_of_hours=team.out_of_hours,
            working_days=range(7) if team.every_day else (),
        )


def _service(by: Principal, place: Place, teams: dict[str, Team], row: ServiceRow) -> None:
    organisation, team = Organisation.objects.get(place=place, name=row.organisation), teams.get(row.team)
    create_service(
        by=by,
        organisation=organisation,
        name=row.name,
        team=team,
        phone=(team.phone if team else "") or organisation.phone,
        description=row.description,
        needs=row.needs,
        accepts_referrals=row.accepts_referrals,
        eligibility=row.eligibility,
        minimum_age=row.minimum_age,
        maximum_age=row.maximum_age,
        how_to_refer=row.how_to_refer,
        opening=row.opening,
    )


def _person(by: Principal, place: Place, teams: dict[str, Team], email: str, row: PersonRow) -> None:
    user = create_person(by=by, email=email, name=row.name)
    for role, employer, names in row.roles:
        organisation = Organisation.objects.get(place=place, name=employer)
        own = {team.name: team for team in Team.objects.filter(organisation=organisation)}
        joined = {name: own.get(name.rstrip("*")) or teams[name.rstrip("*")] for name in names}
        create_membership(
            by=by,
            user_id=user.id,
            organisation=organisation,
            role=role,
            teams=list(joined.values()),
            leads=[team for name, team in joined.items() if name.endswith("*")],
        )
