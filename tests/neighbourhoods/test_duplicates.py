"""Who is compared with somebody about to be registered: within and beyond one's own, each written down."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.utils import DataError

from carecoord.audit.models import AuditEntry
from carecoord.bench.matching.people import draw
from neighbourhoods.duplicates import description_of, people_like
from neighbourhoods.gate import acting_as
from neighbourhoods.matching import Verdict, compare
from neighbourhoods.models import Resident
from neighbourhoods.models.residents import NO_WAY_THERE
from neighbourhoods.services import Identity, register_residents

pytestmark = pytest.mark.django_db

SHEILA = Identity(
    "Sheila",
    "Hartley",
    date(1948, 3, 5),
    gender="female",
    postcode="AM1 1AA",
    phone="01632 960001",
    address_lines=("1 Loom Street",),
)


@pytest.fixture
def sheila(world):
    with acting_as(world.outsider):
        return register_residents(by=world.outsider, identities=[SHEILA], team_id=world.highcross_nursing.id)[0]


def found(world, **other):
    with acting_as(world.nurse):
        return people_like(replace(SHEILA, **other))


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"given_name": "Hartley", "family_name": "Sheila"},
        {"given_name": "Shiela", "family_name": "Hartly"},
        {"family_name": "Barker"},
        {"birth_date": date(1948, 5, 3)},
        {"birth_date": date(1948, 3, 6), "family_name": "Hartleigh"},
        {"birth_date": date(1958, 3, 5)},
        {"postcode": "", "phone": "", "given_name": "Sheelagh"},
        {"birth_date": date(1948, 11, 30), "postcode": "", "phone": ""},
        {"birth_date": date(1961, 3, 5), "postcode": "", "phone": ""},
        {"birth_date": None, "birth_date_status": "unknown", "phone": ""},
        {"birth_date": None, "birth_date_status": "unknown", "postcode": "", "phone": "+44 1632 960001"},
    ],
)
def test_each_way_of_being_alike_brings_them_together(world, sheila, other):
    with acting_as(world.nurse):
        people_like(replace(SHEILA, **other))
    assert AuditEntry.objects.get(verb="resident.compared").resident_id == sheila.id


def test_it_is_scored_as_if_both_were_known_in_full(world, sheila):
    other = {"family_name": "Hartly", "birth_date": date(1948, 5, 3)}
    (alike,) = found(world, **other)
    assert alike.match == compare(description_of(replace(SHEILA, **other)), description_of(SHEILA))
    assert {part.name for part in alike.match.parts} >= {"postcode_same", "phone_same"}


def test_how_to_reach_them_is_told_by_no_value(world, sheila):
    (alike,) = found(world)
    assert alike.known.is_seen is False
    assert alike.known.district == "AM1"
    assert "AM1 1AA" not in repr(alike)
    assert "960001" not in repr(alike)


def test_of_somebody_restricted_whom_one_does_not_see_nothing_is_told(world, sheila):
    Resident.objects.filter(id=sheila.id).update(is_restricted=True, **NO_WAY_THERE)
    assert found(world) == []
    assert not AuditEntry.objects.filter(verb="resident.compared").exists()


def test_of_somebody_restricted_whom_one_sees_not_even_whether_the_address_is_the_same(world, sheila):
    Resident.objects.filter(id=sheila.id).update(is_restricted=True, **NO_WAY_THERE)
    with acting_as(world.outsider):
        (alike,) = people_like(SHEILA)
    assert alike.is_likely
    assert not {"postcode_same", "phone_same", "practice_same"} & {part.name for part in alike.match.parts}


def test_the_likeliest_stand_first_and_those_who_are_not_alike_nowhere(world, sheila):
    others = [
        replace(SHEILA, given_name="Edith"),
        replace(SHEILA, given_name="Sheila", family_name="Hartley", birth_date=date(1948, 5, 3), phone=""),
        replace(SHEILA, given_name="Trevor", gender="male", birth_date=date(1990, 7, 7)),
    ]
    with acting_as(world.outsider):
        twin, again, _ = register_residents(by=world.outsider, identities=others, team_id=world.highcross_nursing.id)
    assert [one.known.id for one in found(world)] == [sheila.id, again.id, twin.id]


def test_at_most_fifty_are_compared(world):
    many = [replace(SHEILA, given_name="Sheila" if place % 2 else "Edith") for place in range(60)]
    with acting_as(world.outsider):
        register_residents(by=world.outsider, identities=many, team_id=world.highcross_nursing.id)
    assert len(found(world)) == 50
    assert AuditEntry.objects.filter(verb="resident.compared").count() == 50


def test_a_name_alone_or_a_date_alone_asks_nobody(world, sheila):
    nothing = {"postcode": "", "phone": ""}
    assert found(world, birth_date=None, birth_date_status="unknown", **nothing) == []
    assert found(world, given_name="", family_name="", **nothing) == []
    assert not AuditEntry.objects.filter(verb="resident.compared").exists()


CALL = "SELECT * FROM app.duplicates(%s, %s::text[], %s, %s::date[], %s, %s, NULL, '{}', '{}')"


@pytest.mark.parametrize(
    "values",
    [
        (None, ["n:hartley"], None, [], "", ""),
        (None, [], date(1948, 3, 5), [date(1948, 3, 5)], "z:AM11AA", ""),
        (None, None, date(1948, 3, 5), [date(1948, 3, 5)], "", ""),
    ],
)
def test_the_database_itself_asks_for_a_number_or_two_items(world, values):
    refused = pytest.raises(DataError, match="give an NHS number")
    with acting_as(world.nurse), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CALL, values)


def test_nobody_asks_without_a_principal(world):
    with pytest.raises(ProgrammingError, match="needs a principal"), connection.cursor() as cursor:
        cursor.execute(CALL, (None, ["n:hartley"], date(1948, 3, 5), [], "", ""))


def test_the_database_finds_whom_the_measure_finds(world):
    """The keys by which the benchmark brings people together are those of the database."""
    people = [one.description for one in draw(7, 120)]
    identities = [
        Identity(
            one.given_name,
            one.family_name,
            one.birth_date,
            gender=one.gender,
            postcode=one.postcode,
            phone=one.phone,
            nhs_number_unavailable_reason="nhs-number-not-known",
        )
        for one in people
    ]
    with acting_as(world.outsider):
        rows = register_residents(by=world.outsider, identities=identities, team_id=world.highcross_nursing.id)
    told = {row.id: identity for row, identity in zip(rows, identities, strict=True)}
    for asked in Random(7).sample(rows, 30):
        with acting_as(world.outsider):
            likely = {one.known.id for one in people_like(told[asked.id]) if one.is_likely}
        mine = description_of(told[asked.id])
        assert likely == {
            row for row, other in told.items() if compare(mine, description_of(other)).verdict is Verdict.LIKELY
        }
