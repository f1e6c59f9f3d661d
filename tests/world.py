"""A small place made through the real services, for tests."""

import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from django.db.models import Model

from carecoord.accounts.models import User
from carecoord.accounts.services import create_person
from carecoord.audit import ActorKind
from carecoord.ids import new_id
from neighbourhoods import gate
from neighbourhoods.models import (
    Membership,
    Neighbourhood,
    Organisation,
    OrganisationKind,
    Place,
    Resident,
    Role,
    Service,
    Team,
    TeamKind,
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
from neighbourhoods.values import clean_nhs_number

PASSWORD = "correct horse battery staple"
# Before any moment that a test chooses: everybody has long been a member by then.
WORLD_BEGAN = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)


@dataclass
class Numbers:
    """Valid NHS numbers of the never-issued range 999 000 0000 to 999 999 9999, each once."""

    stem: int = 999_000_100

    def __iter__(self):
        return self

    def __next__(self):
        digits, self.stem = str(self.stem), self.stem + 1
        check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        return next(self) if check == 10 else clean_nhs_number(digits + str(0 if check == 11 else check))


@dataclass
class World:
    """One place with two neighbourhoods, a hospital, two nursing teams, a GP practice, a charity, a council."""

    place: Place
    builder: Principal
    millbrook: Neighbourhood
    highcross: Neighbourhood
    hospital: Organisation
    community: Organisation
    practice: Organisation
    charity: Organisation
    ward: Team
    nursing: Team
    highcross_nursing: Team
    carers: Team
    surgery: Team
    carers_service: Service
    people: dict[str, Principal] = field(default_factory=dict)
    numbers: Numbers = field(default_factory=Numbers)

    def __getattr__(self, name: str) -> Principal:
        people = self.__dict__.get("people", {})
        if name in people:
            return people[name]
        raise AttributeError(name)

    def fresh(self) -> "World":
        """The same rows, for one test to change as it likes."""
        again = copy.copy(self)
        for name, value in vars(self).items():
            if isinstance(value, Model):
                setattr(again, name, copy.copy(value))
        again.people, again.numbers = dict(self.people), copy.copy(self.numbers)
        return again

    def user_of(self, name: str) -> User:
        return User.objects.get(id=self.people[name].actor_id)

    def membership_of(self, name: str) -> Membership:
        return Membership.objects.get(id=self.people[name].membership_id)

    def resident(self, *, by: Principal | None = None, team: Team | None = None, on_caseload=True, **facts) -> Resident:
        """Somebody registered by `by` (the nurse) for `team` (nursing), and on its caseload as lead."""
        by, team = by or self.people["nurse"], team or self.nursing
        facts = {
            "given_name": "Sheila",
            "family_name": "Hartley",
            "birth_date": date(1948, 3, 14),
            "gender": "female",
            "nhs_number": next(self.numbers),
            "gp_practice_id": self.practice.id,
        } | facts
        with gate.acting_as(by):
            resident = register_resident(by=by, identity=Identity(**facts), team_id=team.id)
            if on_caseload:
                open_caseload_entry(by=by, resident_id=resident.id, team_id=team.id, is_lead=True)
        return resident

    def add_person(self, name: str, organisation: Organisation, role: Role, teams: list[Team], leads=()) -> Principal:
        user = create_person(by=self.builder, email=f"{name}@example.org", name=name.replace("_", " ").title())
        membership = create_membership(
            by=self.builder, user_id=user.id, organisation=organisation, role=role, teams=teams, leads=leads
        )
        self.people[name] = gate.person(membership)
        return self.people[name]


def find_or_build_world() -> World:
    """The world of this test database, which is committed once: each test works on it and rolls back."""
    place = Place.objects.filter(name="Testborough").first()
    return _found(place) if place else build_world()


def _found(place: Place) -> World:
    def team(name):
        return Team.objects.get(name=name)

    def organisation(name):
        return Organisation.objects.get(name=name)

    world = World(
        place=place,
        builder=_builder(place),
        millbrook=Neighbourhood.objects.get(name="Millbrook"),
        highcross=Neighbourhood.objects.get(name="Highcross"),
        hospital=organisation("Test General"),
        community=organisation("Test Community Health"),
        practice=organisation("Bridge Street Surgery"),
        charity=organisation("Test Carers Hub"),
        ward=team("Ward 7"),
        nursing=team("Millbrook Community Nursing"),
        highcross_nursing=team("Highcross Community Nursing"),
        carers=team("Carers team"),
        surgery=team("Bridge Street team"),
        carers_service=Service.objects.get(),
    )
    for membership in Membership.objects.select_related("user", "organisation"):
        world.people[membership.user.email.split("@")[0]] = gate.person(membership)
    return world


def _builder(place: Place) -> Principal:
    return Principal(kind=ActorKind.SERVICE, actor_id=new_id(), name="Builder", team_ids=(), place_id=place.id)


def build_world() -> World:
    place = create_place(name="Testborough", partnership="Testborough Together")
    builder = _builder(place)
    millbrook = create_neighbourhood(by=builder, place=place, name="Millbrook")
    highcross = create_neighbourhood(by=builder, place=place, name="Highcross")

    def organisation(name, kind, neighbourhood=None, ods_code=""):
        return create_organisation(
            by=builder, place=place, name=name, kind=kind, neighbourhood=neighbourhood, ods_code=ods_code
        )

    def team(of, name, kind=TeamKind.CARE, neighbourhood=None):
        return create_team(by=builder, organisation=of, name=name, kind=kind, neighbourhood=neighbourhood)

    hospital = organisation("Test General", OrganisationKind.HOSPITAL, ods_code="RTEST")
    community = organisation("Test Community Health", OrganisationKind.COMMUNITY_HEALTH)
    practice = organisation("Bridge Street Surgery", OrganisationKind.GP_PRACTICE, millbrook, "G99999")
    charity = organisation("Test Carers Hub", OrganisationKind.VCSE)
    ward = team(hospital, "Ward 7", TeamKind.WARD)
    nursing = team(community, "Millbrook Community Nursing", neighbourhood=millbrook)
    highcross_nursing = team(community, "Highcross Community Nursing", neighbourhood=highcross)
    carers = team(charity, "Carers team")
    surgery = team(practice, "Bridge Street team", neighbourhood=millbrook)
    world = World(
        place,
        builder,
        millbrook,
        highcross,
        hospital,
        community,
        practice,
        charity,
        ward,
        nursing,
        highcross_nursing,
        carers,
        surgery,
        create_service(by=builder, organisation=charity, name="Carers' support", team=carers, needs=["caring"]),
    )
    world.add_person("nurse", community, Role.NURSE, [nursing])
    world.add_person("second_nurse", community, Role.NURSE, [nursing])
    world.add_person("lead", community, Role.TEAM_LEAD, [nursing], [nursing])
    world.add_person("ward_nurse", hospital, Role.WARD_NURSE, [ward])
    world.add_person("ward_lead", hospital, Role.TEAM_LEAD, [ward], [ward])
    world.add_person("link_worker", charity, Role.LINK_WORKER, [carers])
    world.add_person("gp", practice, Role.GP, [surgery])
    world.add_person("outsider", community, Role.NURSE, [highcross_nursing])
    partnership = Organisation.objects.get(place=place, kind=OrganisationKind.PARTNERSHIP)
    world.add_person("front_door", partnership, Role.CARE_COORDINATOR, [place.front_door])
    world.add_person(
        "admin",
        partnership,
        Role.ADMINISTRATOR,
        list(Team.objects.filter(organisation=partnership, kind="administration")),
    )
    world.add_person(
        "privacy",
        community,
        Role.PRIVACY_OFFICER,
        list(Team.objects.filter(organisation=community, kind="privacy")),
    )
    return world


def sign_in(client, world: World, name: str) -> None:
    """A browser session of this person, past both factors, acting as their membership."""
    client.force_login(world.user_of(name), backend="carecoord.accounts.backends.Backend")
    session = client.session
    session["acting_as_membership"] = str(world.people[name].membership_id)
    session["second_factor"] = True
    session.save()


def ids(rows) -> set[UUID]:
    return {row.id for row in rows}
