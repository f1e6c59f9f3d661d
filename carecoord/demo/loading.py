"""Makes the demonstration place, once, through the ordinary services."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import transaction

from carecoord import clock
from carecoord.accounts.models import User
from carecoord.accounts.services import create_person, create_service_account, set_up_totp, share_password
from carecoord.audit import ActorKind
from carecoord.demo import residents, tables
from carecoord.demo.accounts import DOMAIN, second_factor_secret
from carecoord.demo.happenings import happen
from carecoord.demo.making import Demonstration
from carecoord.ids import new_id
from neighbourhoods import gate
from neighbourhoods.models import (
    Membership,
    Organisation,
    OrganisationKind,
    Place,
    Role,
    Team,
)
from neighbourhoods.principal import Principal
from neighbourhoods.services import (
    Identity,
    create_membership,
    create_neighbourhood,
    create_organisation,
    create_place,
    create_service,
    create_team,
    open_caseload_entry,
    register_resident,
)
from neighbourhoods.services.contacts import record_banner_entry

DATA = Path(__file__).resolve().parents[2] / "data"


def is_loaded() -> bool:
    return Place.objects.filter(name=tables.PLACE).exists()


@transaction.atomic
def load(password: str, say: Callable[[str], object]) -> None:
    """Make the place and its accounts. All or nothing: a run that was interrupted is begun again."""
    now = clock.now()
    with clock.at(now - timedelta(days=60)):
        say("Organisations, teams and services")
        here = _organisations()
        say("People")
        _people(here)
        set_passwords(password)
    with clock.at(now - timedelta(days=30)):
        say("Residents")
        for row in residents.ROWS:
            _resident(here, row)
    say("What is going on")
    happen(here)


@transaction.atomic
def set_passwords(password: str) -> None:
    """Give every demonstration account this password; `gp` also gets its second factor."""
    by = _builder(Place.objects.get(name=tables.PLACE))
    with_second_factor = {f"{row.account}@{DOMAIN}" for row in tables.PEOPLE if row.has_second_factor}
    users = list(User.objects.filter(email__endswith=f"@{DOMAIN}"))
    share_password(by=by, user_ids=[user.id for user in users], password=password)
    for user in users:
        if user.email in with_second_factor:
            set_up_totp(user, second_factor_secret(password))


def _builder(place: Place) -> Principal:
    nobody = Principal(kind=ActorKind.SERVICE, actor_id=new_id(), name="", team_ids=(), place_id=place.id)
    account = create_service_account(by=nobody, name="Demonstration")
    return gate.service(account.id, account.name, place.front_door)


def _organisations() -> Demonstration:
    place = create_place(name=tables.PLACE, partnership=tables.PARTNERSHIP)
    here = Demonstration(_builder(place), place)
    for name in tables.NEIGHBOURHOODS:
        here.neighbourhoods[name] = create_neighbourhood(by=here.builder, place=place, name=name)
    call_command(
        "load_postcodes",
        str(DATA / "aldermoor-postcodes.csv"),
        "--areas",
        str(DATA / "aldermoor-areas.csv"),
        "--imd-year",
        "2025",
        verbosity=0,
    )
    here.organisations[tables.PARTNERSHIP] = Organisation.objects.get(kind=OrganisationKind.PARTNERSHIP, place=place)
    here.teams[tables.FRONT_DOOR] = place.front_door
    for row in tables.ORGANISATIONS:
        _organisation(here, row)
    for service in tables.SERVICES:
        _service(here, service)
    return here


def _organisation(here: Demonstration, row: tables.OrganisationRow) -> None:
    organisation = create_organisation(
        by=here.builder,
        place=here.place,
        name=row.name,
        kind=row.kind,
        ods_code=row.ods_code,
        neighbourhood=here.neighbourhoods.get(row.neighbourhood),
    )
    here.organisations[row.name] = organisation
    for team in row.teams:
        here.teams[team.name] = create_team(
            by=here.builder,
            organisation=organisation,
            name=team.name,
            kind=team.kind,
            neighbourhood=here.neighbourhoods.get(team.neighbourhood),
            phone=team.phone,
            out_of_hours=team.out_of_hours,
            working_days=range(7) if team.every_day else (),
        )


def _service(here: Demonstration, row: tables.ServiceRow) -> None:
    here.services[row.name] = create_service(
        by=here.builder,
        organisation=here.organisations[row.organisation],
        name=row.name,
        team=here.teams.get(row.team),
        description=row.description,
        needs=row.needs,
        accepts_referrals=row.accepts_referrals,
        eligibility=row.eligibility,
        minimum_age=row.minimum_age,
        how_to_refer=row.how_to_refer,
        opening=row.opening,
    )


def _people(here: Demonstration) -> None:
    for row in tables.PEOPLE:
        user = create_person(by=here.builder, email=f"{row.account}@{DOMAIN}", name=row.name)
        for role, employer, names in row.roles:
            membership = _membership(here, user, role, here.organisations[employer], names)
            here.people.setdefault(row.account, gate.person(membership))


def _membership(
    here: Demonstration, user: User, role: Role, employer: Organisation, names: tuple[str, ...]
) -> Membership:
    own = {team.name: team for team in Team.objects.filter(organisation=employer)}
    teams = {name: own.get(name.rstrip("*")) or here.teams[name.rstrip("*")] for name in names}
    return create_membership(
        by=here.builder,
        user_id=user.id,
        organisation=employer,
        role=role,
        teams=list(teams.values()),
        leads=[team for name, team in teams.items() if name.endswith("*")],
    )


def _resident(here: Demonstration, row: residents.ResidentRow) -> None:
    by, team = here.somebody_of(row.team), here.teams[row.team]
    practice = here.organisations.get(row.practice)
    died = row.died_on_days_ago
    identity = Identity(
        given_name=row.given_name,
        family_name=row.family_name,
        title=row.title,
        preferred_name=row.preferred_name,
        birth_date=row.born,
        gender=row.gender,
        nhs_number=row.nhs_number or None,
        address_lines=(row.address, "Aldermoor") if row.address else (),
        postcode=row.postcode,
        phone=row.phone,
        gp_practice_id=practice.id if practice else None,
        died_on=clock.today() - timedelta(days=died) if died is not None else None,
    )
    with gate.acting_as(by):
        resident = register_resident(by=by, identity=identity, team_id=team.id)
        open_caseload_entry(
            by=by,
            resident_id=resident.id,
            team_id=team.id,
            is_lead=True,
            reason=row.why,
            key_worker_id=here.people[row.key_worker].membership_id if row.key_worker else None,
        )
        for kind, text in row.strip:
            record_banner_entry(by=by, resident_id=resident.id, kind=kind, text=text)
    here.residents[row.given_name] = resident
