"""An invented place for the measure of misuse: who works there, who lives there, whom each team works with."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from random import Random
from uuid import UUID

from carecoord import clock
from carecoord.accounts.models import User
from carecoord.audit.models import AuditEntry
from carecoord.bench.place import builder_of
from carecoord.demo import names
from carecoord.privacy.looks import Day
from carecoord.privacy.rules import RARE_AT_MOST, RARE_SHARE
from neighbourhoods import keys
from neighbourhoods.models import (
    EmergencyAccess,
    Level,
    Membership,
    MembershipTeam,
    OrganisationKind,
    Relationship,
    Resident,
    Role,
    Source,
    Team,
)
from neighbourhoods.models.residents import sort_name
from neighbourhoods.services import create_organisation, create_place, create_team
from neighbourhoods.services.clients import ClientFacts, create_client

MONDAY = date(2100, 1, 4)
"""A week in which nothing real can have been written down."""
STARTS = (
    *("Ash", "Barn", "Birk", "Brad", "Brook", "Cald", "Chad", "Crom", "Den", "Eccle", "Elling"),
    *("Fern", "Gled", "Hax", "Holl", "Kirk", "Lang", "Marl", "Nether", "Oaken", "Pen", "Raw"),
)
ENDS = (
    *("bottom", "bury", "by", "combe", "croft", "den", "field", "ford", "gate", "ham"),
    *("hurst", "ley", "low", "more", "shaw", "stead", "ton", "wick", "wood", "worth"),
)
FAMILIES = tuple(f"{start}{end}" for start in STARTS for end in ENDS)
SHARES = tuple(1 / (place + 8) for place in range(len(FAMILIES)))
"""A few names are frequent and most are rare, as surnames are."""


@dataclass(frozen=True)
class Size:
    """`seeded` is of each kind of misuse. Two of ten organisations are practices, whose people work from a register."""

    residents: int = 5_000
    staff: int = 100
    seeded: int = 20
    looks_a_day: int = 15
    weeks_before: int = 3
    organisations: int = 10


FULL = Size()
GATED = Size(residents=1_200, staff=50, seeded=6, looks_a_day=8, weeks_before=2, organisations=5)


@dataclass(frozen=True)
class Person:
    """Somebody who works there. `own` is their record, if they live there too and have the same phone in both."""

    user: User
    membership: Membership
    team: Team
    family_name: str
    own: Resident | None

    @property
    def is_known(self) -> bool:
        return self.own is not None and bool(self.own.phone) and self.own.phone == self.user.phone


@dataclass
class Drawn:
    rng: Random
    size: Size
    residents: list[Resident] = field(default_factory=list)
    staff: list[Person] = field(default_factory=list)
    at_work: dict[UUID, set[UUID]] = field(default_factory=dict)
    register: dict[UUID, list[Resident]] = field(default_factory=dict)
    clients: list[tuple[UUID, UUID]] = field(default_factory=list)
    entries: list[AuditEntry] = field(default_factory=list)
    emergencies: list[EmergencyAccess] = field(default_factory=list)
    seeded: dict[tuple[str, UUID, UUID | None], str] = field(default_factory=dict)


def draw_place(drawn: Drawn) -> None:
    place = create_place(name="Misuse measured", partnership="Misuse measured together")
    by, size = builder_of(place), drawn.size
    drawn.residents = list(_households(drawn))
    Resident.objects.bulk_create(drawn.residents)
    teams = []
    for number in range(size.organisations):
        kind = OrganisationKind.GP_PRACTICE if number % 5 == 0 else OrganisationKind.COMMUNITY_HEALTH
        organisation = create_organisation(by=by, place=place, name=f"Measured {number}", kind=kind)
        teams.append(create_team(by=by, organisation=organisation, name=f"Measured team {number}"))
    _relationships(drawn, teams)
    _staff(drawn, teams)
    for number, team in enumerate(teams[:2]):
        facts = ClientFacts(
            name=f"Measured system {number}",
            team_ids=[team.id],
            default_team_id=team.id,
            scopes=["residents.claim"],
            agreement="None: nobody in this place exists",
            purposes=["measuring"],
            agreement_ends_on=clock.today() + timedelta(days=30),
        )
        client = create_client(by=by, organisation=team.organisation, facts=facts).client
        drawn.clients.append((client.id, team.organisation_id))


def _households(drawn: Drawn) -> Iterator[Resident]:
    rng, numbers = drawn.rng, count(100_000)
    made = 0
    for house in count(1):
        family, lines = rng.choices(FAMILIES, SHARES)[0], [f"{house % 90 + 1} Road {house // 15}"]
        postcode = f"AM{house // 15 % 90 + 1} {house // 1350 % 9 + 1}AA"
        for _ in range(rng.choices((1, 2, 3, 4), (30, 40, 15, 15))[0]):
            if made == drawn.size.residents:
                return
            made += 1
            yield _resident(rng, family if rng.random() < 0.8 else "", lines, postcode, f"01632 {next(numbers)}")


def _resident(rng: Random, family: str, lines: Sequence[str], postcode: str, phone: str) -> Resident:
    spoken = names.tongue(rng)
    one = Resident(
        given_name=rng.choice(spoken.women if rng.random() < 0.5 else spoken.men),
        family_name=family or rng.choices(FAMILIES, SHARES)[0],
        birth_date=date(1930, 1, 1) + timedelta(days=rng.randint(0, 27_000)),
        address_lines=list(lines),
        postcode=postcode,
        phone=phone if rng.random() < 0.8 else "",
    )
    one.sort_name, one.search_keys = sort_name(one.family_name, one.given_name), keys.keys_of(one)
    return one


def _relationships(drawn: Drawn, teams: Sequence[Team]) -> None:
    """Practices have everybody on their register and work with nobody; the others have a tenth on their caseload."""
    began, rows = Day(MONDAY - timedelta(days=400)).start, []
    practices = [team for team in teams if team.organisation.kind == OrganisationKind.GP_PRACTICE]
    for team in teams:
        if team in practices:
            mine, source = drawn.residents[practices.index(team) :: len(practices)], Source.REGISTRATION
        else:
            mine, source = drawn.rng.sample(drawn.residents, len(drawn.residents) // 10), Source.CASELOAD
        drawn.register[team.id] = mine
        drawn.at_work[team.id] = {one.id for one in mine} if source == Source.CASELOAD else set()
        rows += [
            Relationship(
                resident=one, team=team, level=Level.RECORD, source_kind=source, source_id=one.id, started_at=began
            )
            for one in mine
        ]
    Relationship.objects.bulk_create(rows, batch_size=2_000)


def _staff(drawn: Drawn, teams: Sequence[Team]) -> None:
    """Two in five live there. Every tenth of these has another phone in their record, so that no rule knows them."""
    rng, living = drawn.rng, drawn.rng.sample(drawn.residents, drawn.size.staff * 2 // 5)
    rare = rare_families(drawn)
    for number in range(drawn.size.staff):
        own = living[number] if number < len(living) else None
        family = own.family_name if own else rng.choice(rare) if number % 2 else rng.choices(FAMILIES, SHARES)[0]
        given = own.given_name if own else rng.choice(names.tongue(rng).women)
        phone = own.phone if own and number % 10 else f"01632 9{number:05}"
        user = User(email=f"{number}@measured.invalid", name=f"{given} {family}", phone=phone, password="!")
        team = teams[number % len(teams)]
        began = Day(MONDAY - timedelta(days=400)).start
        role = Role.NURSE if number % 3 else Role.SUPPORT_WORKER
        membership = Membership(user=user, organisation=team.organisation, role=role, starts_at=began)
        drawn.staff.append(Person(user, membership, team, family, own))
    User.objects.bulk_create(person.user for person in drawn.staff)
    Membership.objects.bulk_create(person.membership for person in drawn.staff)
    MembershipTeam.objects.bulk_create(
        MembershipTeam(membership=person.membership, team=person.team) for person in drawn.staff
    )


def rare_families(drawn: Drawn) -> list[str]:
    borne = Counter(one.family_name for one in drawn.residents)
    most = max(RARE_AT_MOST, RARE_SHARE * len(drawn.residents))
    return sorted(name for name, times in borne.items() if times <= most)
