"""Makes the demonstration place, once, through the ordinary services, a year of it."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from carecoord import audit, clock
from carecoord.accounts.models import User
from carecoord.accounts.services import create_person, create_service_account, set_up_totp, share_password
from carecoord.audit import ActorKind
from carecoord.delivery.services import asked_together, note_all_sent
from carecoord.demo import residents, tables
from carecoord.demo.accounts import DOMAIN, second_factor_secret
from carecoord.demo.chance import chance
from carecoord.demo.course import DAY, Course, happening, savepoints
from carecoord.demo.directory import SERVICES, ServiceRow
from carecoord.demo.entries import facts_of
from carecoord.demo.happenings import happen
from carecoord.demo.making import Demonstration
from carecoord.demo.people import PEOPLE, STAFF_DOMAIN, PersonRow, staff
from carecoord.demo.year import FULL, Size, cast
from carecoord.gathering import remembering
from carecoord.ids import new_id
from carecoord.outbox.tasks import written_together
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
    change_resident,
    create_membership,
    create_neighbourhood,
    create_organisation,
    create_place,
    create_service,
    create_team,
    identity_of,
    open_caseload_entry,
    register_resident,
)
from neighbourhoods.services.entries import record_entry

DATA = Path(__file__).resolve().parents[2] / "data"
YEAR = 370 * DAY


def is_loaded() -> bool:
    return Place.objects.filter(name=tables.PLACE).exists()


def end_of(today: date | None) -> datetime:
    """The moment up to which things happen: now, or half past ten on the day that was asked for."""
    if today is None:
        return clock.now()
    return datetime.combine(today, time(10, 30), tzinfo=ZoneInfo(settings.TIME_ZONE))


def load(password: str, say: Callable[[str], object], *, seed: int = 1, ends: datetime, size: Size = FULL) -> None:
    """Make the place, its accounts and its year. All or nothing: a run that was interrupted is begun again."""
    with transaction.atomic(), savepoints(used=False), _seldom_tidied():
        _load(password, say, seed, ends, size)
    with connection.cursor() as cursor:
        # Everything came at once: without this, pages would be slow until autovacuum has been round.
        cursor.execute("ANALYZE")
    say("100 % The demonstration place is ready")


def _load(password: str, say: Callable[[str], object], seed: int, ends: datetime, size: Size) -> None:
    course = Course(ends - YEAR, ends)
    with happening(course.begins):
        say("  0 % Organisations, teams and services")
        here = _organisations(course)
        say("  2 % People who work there")
        _people(here, seed)
        set_passwords(password)
    everybody = cast(here, seed, size)
    course.once(ends - 30 * DAY, lambda: _residents(here))
    course.once(ends - 9 * DAY, lambda: _moves(here))
    happen(here)
    with remembering(), written_together(), asked_together(), audit.together():
        course.run(_Progress(say, course, len(everybody)))
    note_all_sent()


@contextmanager
def _seldom_tidied() -> Iterator[None]:
    """What is there now stays, so Python need not look through it again and again for what could go."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


class _Progress:
    """Says which month it is there, and how much of the work is done: most of it lies in the first and last weeks."""

    def __init__(self, say: Callable[[str], object], course: Course, residents: int) -> None:
        self._say, self._course, self._residents, self._said = say, course, residents, ""

    def __call__(self, day: datetime) -> None:
        month = f"{day:%B %Y}"
        if month != self._said:
            self._said = month
            done = 4 + int(94 * (day - self._course.begins) / (self._course.ends - self._course.begins))
            self._say(f"{done:3} % {month}: what happens to {self._residents} residents")


@transaction.atomic
def set_passwords(password: str) -> None:
    """Give every demonstration account this password; `gp` also gets its second factor."""
    by = _builder(Place.objects.get(name=tables.PLACE))
    with_second_factor = {f"{row.account}@{DOMAIN}" for row in PEOPLE if row.has_second_factor}
    users = list(User.objects.filter(email__endswith=f"@{DOMAIN}"))
    share_password(by=by, user_ids=[user.id for user in users], password=password)
    for user in users:
        if user.email in with_second_factor:
            set_up_totp(user, second_factor_secret(password))


def _builder(place: Place) -> Principal:
    nobody = Principal(kind=ActorKind.SERVICE, actor_id=new_id(), name="", team_ids=(), place_id=place.id)
    account = create_service_account(by=nobody, name="Demonstration")
    return gate.service(account.id, account.name, place.front_door)


def _organisations(course: Course) -> Demonstration:
    place = create_place(name=tables.PLACE, partnership=tables.PARTNERSHIP)
    here = Demonstration(_builder(place), place, course)
    for name in tables.NEIGHBOURHOODS:
        here.neighbourhoods[name] = create_neighbourhood(by=here.builder, place=place, name=name)
    call_command(
        "load_postcodes",
        str(DATA / "aldermoor-postcodes.csv"),
        "--areas",
        str(DATA / "aldermoor-areas.csv"),
        "--imd-year",
        "2025",
        stdout=StringIO(),
    )
    here.organisations[tables.PARTNERSHIP] = Organisation.objects.get(kind=OrganisationKind.PARTNERSHIP, place=place)
    here.teams[tables.FRONT_DOOR] = place.front_door
    for row in tables.ORGANISATIONS:
        _organisation(here, row)
    for service in SERVICES:
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
        phone=row.phone,
        address=row.address,
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


def _service(here: Demonstration, row: ServiceRow) -> None:
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
        maximum_age=row.maximum_age,
        how_to_refer=row.how_to_refer,
        opening=row.opening,
    )


def _people(here: Demonstration, seed: int) -> None:
    for row in PEOPLE:
        _person(here, row, DOMAIN)
    for row in staff(chance(seed, "staff")):
        _person(here, row, STAFF_DOMAIN)


def _person(here: Demonstration, row: PersonRow, domain: str) -> None:
    user = create_person(by=here.builder, email=f"{row.account}@{domain}", name=row.name)
    for role, employer, teams in row.roles:
        here.join(row.account, gate.person(_membership(here, user, role, here.organisations[employer], teams)))


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


def _residents(here: Demonstration) -> None:
    for row in residents.ROWS:
        _resident(here, row)


def _moves(here: Demonstration) -> None:
    """Joan has given up her house: where she lived before stays in the record, marked as past."""
    joan, by = here.residents["Joan"], here.somebody_of(residents.HOME)
    moved = replace(identity_of(joan), address_lines=("Willow Bank, room 4", "Aldermoor"), phone="01632 960 140")
    with gate.acting_as(by):
        change_resident(by=by, resident_id=joan.id, identity=moved)


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
        for said in row.strip:
            record_entry(by=by, resident_id=resident.id, facts=facts_of(said))
    here.residents[row.given_name] = resident
