"""A week of looks in an invented place, in which some are misuse: what the rules of carecoord/privacy notice of it.

Everything is drawn by chance, the same for the same seed, written past the services and rolled back. The README says
what is drawn, and what that leaves out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from django.db import transaction

from carecoord import clock
from carecoord.audit import ActorKind, Purpose
from carecoord.audit.models import AuditEntry
from carecoord.bench.misuse_place import FULL, MONDAY, Drawn, Person, Size, draw_place, rare_families
from carecoord.ids import new_id
from carecoord.prepared import add
from carecoord.privacy.looks import Day
from carecoord.privacy.models import PrivacyReview
from carecoord.privacy.rules import GUESSES, Finding, findings_of, home_of
from neighbourhoods.models import EmergencyAccess, EmergencyGround, Resident

Kind = PrivacyReview.Kind
REPORTED_SEED = 2026


@dataclass(frozen=True)
class Outcome:
    """`seeded` and `caught` by kind; `false` are findings by kind that nobody has seeded."""

    staff: int
    seeded: Mapping[str, int]
    caught: Mapping[str, int]
    false: Mapping[str, int]

    @property
    def false_per_100_staff(self) -> float:
        """In one week."""
        return 100 * sum(self.false.values()) / self.staff


def measure(seed: int = REPORTED_SEED, size: Size = FULL) -> Outcome:
    with transaction.atomic():
        drawn = Drawn(Random(seed), size)
        draw_place(drawn)
        _usual(drawn)
        for seed_some in (_own, _addresses, _surnames, _colleagues, _emergencies, _volumes, _guesses):
            seed_some(drawn)
        add(drawn.entries)
        EmergencyAccess.objects.bulk_create(drawn.emergencies)
        with clock.at(Day(MONDAY + timedelta(days=8)).start):
            noticed = [found for ago in range(7) for found in findings_of(Day(MONDAY + timedelta(days=ago)))]
        transaction.set_rollback(True)
    return _counted(drawn, noticed)


def _counted(drawn: Drawn, noticed: Iterable[Finding]) -> Outcome:
    """Each person and resident counts once, by whatever rule. Of others than those drawn here nothing counts."""
    ours = {person.user.id for person in drawn.staff} | {client_id for client_id, _ in drawn.clients}
    found = {_key(one.kind, one.who.actor_id, one.resident_id): one.kind for one in noticed if one.who.actor_id in ours}
    return Outcome(
        drawn.size.staff,
        Counter(drawn.seeded.values()),
        Counter(kind for key, kind in drawn.seeded.items() if key in found),
        Counter(str(kind) for key, kind in found.items() if key not in drawn.seeded),
    )


ALONE = frozenset({Kind.NOTHING_AFTER, Kind.VOLUME, Kind.GUESSING})


def _key(kind: str, actor_id: UUID, resident_id: UUID | None) -> tuple[str, UUID, UUID | None]:
    return (str(kind) if kind in ALONE else "somebody", actor_id, resident_id)


# --- a usual week, and those before it ---


def _usual(drawn: Drawn) -> None:
    """From one's own list, and one in twenty elsewhere: covering, claimed. Every tenth day is twice as busy."""
    for week in range(-drawn.size.weeks_before, 1):
        for person in drawn.staff:
            for day in range(5):
                busy = 2 if drawn.rng.random() < 0.1 else 1
                for _ in range(max(1, round(drawn.rng.gauss(drawn.size.looks_a_day, 2))) * busy):
                    elsewhere = drawn.rng.random() < 0.05
                    whom = drawn.rng.choice(drawn.residents if elsewhere else drawn.register[person.team.id])
                    _look(drawn, person, whom, MONDAY + timedelta(days=7 * week + day))


def _look(drawn: Drawn, person: Person, whom: Resident, day: date) -> None:
    at = Day(day).start + timedelta(hours=8, seconds=drawn.rng.randint(0, 36_000))
    drawn.entries.append(_entry(person, whom, at, "look", "resident.viewed"))


def _entry(person: Person, whom: Resident, at: datetime, kind: str, verb: str) -> AuditEntry:
    return AuditEntry(
        at=at,
        kind=kind,
        verb=verb,
        actor_kind=ActorKind.PERSON,
        actor_id=person.user.id,
        membership_id=person.membership.id,
        role=person.membership.role,
        organisation_id=person.team.organisation_id,
        resident_id=whom.id,
        about_type="resident",
        about_id=whom.id,
        purpose=Purpose.CARE,
    )


# --- misuse ---


def _some_day(drawn: Drawn) -> date:
    return MONDAY + timedelta(days=drawn.rng.randrange(5))


def _seed(drawn: Drawn, kind: str, pairs: Iterable[tuple[Person, Resident]]) -> None:
    """So many of these are done, each by somebody whose team is not at work with that person."""
    new = [pair for pair in pairs if _key(kind, pair[0].user.id, pair[1].id) not in drawn.seeded]
    for person, whom in drawn.rng.sample(new, min(len(new), drawn.size.seeded)):
        drawn.seeded[_key(kind, person.user.id, whom.id)] = str(kind)
        _look(drawn, person, whom, _some_day(drawn))


def _not_at_work(drawn: Drawn, person: Person, whom: Resident) -> bool:
    return whom.id not in drawn.at_work[person.team.id]


def _own(drawn: Drawn) -> None:
    _seed(drawn, Kind.OWN_RECORD, [(one, one.own) for one in drawn.staff if one.own and one.is_known])


def _addresses(drawn: Drawn) -> None:
    homes: dict[str, list[Resident]] = {}
    for one in drawn.residents:
        homes.setdefault(home_of(one.postcode, one.address_lines), []).append(one)
    pairs = [
        (person, other)
        for person in drawn.staff
        if person.own and person.is_known
        for other in homes[home_of(person.own.postcode, person.own.address_lines)]
        if other.id != person.own.id and _not_at_work(drawn, person, other)
    ]
    _seed(drawn, Kind.SAME_ADDRESS, pairs)


def _surnames(drawn: Drawn) -> None:
    rare = set(rare_families(drawn))
    pairs = [
        (person, other)
        for person in drawn.staff
        if person.family_name in rare
        for other in drawn.residents
        if other.family_name == person.family_name and other != person.own and _not_at_work(drawn, person, other)
    ]
    _seed(drawn, Kind.SAME_SURNAME, pairs)


def _colleagues(drawn: Drawn) -> None:
    pairs = [
        (person, other.own)
        for person in drawn.staff
        for other in drawn.staff
        if other.own and other.is_known and other is not person and other.team == person.team
        if _not_at_work(drawn, person, other.own)
    ]
    _seed(drawn, Kind.COLLEAGUE, pairs)


def _emergencies(drawn: Drawn) -> None:
    """As many again are followed by something written, but for every sixth: then there was nothing to write."""
    for number in range(2 * drawn.size.seeded):
        person, whom = drawn.rng.choice(drawn.staff), drawn.rng.choice(drawn.residents)
        at = Day(_some_day(drawn)).start + timedelta(hours=20)
        drawn.emergencies.append(_emergency(person, whom, at))
        if number < drawn.size.seeded:
            drawn.seeded[_key(Kind.NOTHING_AFTER, person.user.id, whom.id)] = Kind.NOTHING_AFTER
        elif number % 6:
            drawn.entries.append(_entry(person, whom, at + timedelta(hours=1), "change", "encounter.recorded"))


def _emergency(person: Person, whom: Resident, at: datetime) -> EmergencyAccess:
    return EmergencyAccess(
        resident=whom,
        actor_id=person.user.id,
        membership=person.membership,
        organisation_id=person.team.organisation_id,
        team=person.team,
        ground=EmergencyGround.BEST_INTERESTS,
        words="Found unconscious at home",
        sign_in=new_id(),
        opened_at=at,
        until=at + timedelta(hours=8),
    )


def _volumes(drawn: Drawn) -> None:
    for person in drawn.rng.sample(drawn.staff, drawn.size.seeded):
        drawn.seeded[_key(Kind.VOLUME, person.user.id, None)] = Kind.VOLUME
        day = _some_day(drawn)
        for whom in drawn.rng.sample(drawn.register[person.team.id], 5 * drawn.size.looks_a_day):
            _look(drawn, person, whom, day)


def _guesses(drawn: Drawn) -> None:
    """As many again are slips: one or two."""
    whose = drawn.rng.sample(drawn.residents, 2 * drawn.size.seeded)
    for number, whom in enumerate(whose):
        client_id, organisation_id = drawn.rng.choice(drawn.clients)
        is_guessing = number < drawn.size.seeded
        if is_guessing:
            drawn.seeded[_key(Kind.GUESSING, client_id, whom.id)] = Kind.GUESSING
        at = Day(_some_day(drawn)).start + timedelta(hours=drawn.rng.randrange(24))
        for minute in range(GUESSES if is_guessing else drawn.rng.randint(1, 2)):
            drawn.entries.append(
                AuditEntry(
                    at=at + timedelta(minutes=minute),
                    kind="look",
                    verb="resident.claim_refused",
                    actor_kind=ActorKind.CLIENT,
                    actor_id=client_id,
                    organisation_id=organisation_id,
                    resident_id=whom.id,
                    purpose=Purpose.CARE,
                )
            )
