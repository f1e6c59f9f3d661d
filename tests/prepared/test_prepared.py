"""Querysets whose SQL is worked out once: they answer as the queryset itself does, for whoever asks, whenever."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from carecoord import clock
from carecoord.prepared import DerivedError, prepared
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Relationship, Resident
from neighbourhoods.principal import Principal

pytestmark = pytest.mark.django_db


@prepared
def seen(principal: Principal) -> QuerySet[Resident]:
    return Resident.objects.visible_to(principal).select_related("gp_practice").order_by("id")


@prepared
def open_now(principal: Principal) -> QuerySet[Relationship]:
    return Relationship.objects.visible_to(principal).open_at(clock.now()).order_by("id")


@prepared
def named(ids: tuple) -> QuerySet[Resident]:
    return Resident.objects.filter(id__in=ids).order_by("id")


@prepared
def derived(moment) -> QuerySet[Relationship]:
    return Relationship.objects.filter(started_at__gt=moment + timedelta(days=1))


def test_each_principal_is_shown_their_own_and_nobody_elses(world):
    sheila, edith = (
        world.resident(),
        world.resident(by=world.outsider, team=world.highcross_nursing, on_caseload=False),
    )
    for _ in range(7):  # PostgreSQL may keep one plan from the sixth time on
        with acting_as(world.nurse):
            assert [one.id for one in seen(world.nurse)] == [sheila.id]
        with acting_as(world.outsider):
            assert [one.id for one in seen(world.outsider)] == [edith.id]
            assert seen(world.nurse) == []  # the policies say so, whoever is named


def test_the_present_is_that_of_each_call(world):
    sheila = world.resident()
    with transaction.atomic():
        Relationship.objects.filter(resident=sheila).update(expires_at=clock.now() + timedelta(hours=1))
    with acting_as(world.nurse):
        assert open_now(world.nurse)
    with clock.at(clock.now() + timedelta(hours=2)), acting_as(world.nurse):
        assert open_now(world.nurse) == []


def test_the_sql_is_worked_out_once_for_each_number_of_values(world):
    people = [world.resident().id for _ in range(3)]
    assert [one.id for one in named(tuple(people[:2]))] == sorted(people[:2])
    assert [one.id for one in named(tuple(people[1:]))] == sorted(people[1:])
    assert [one.id for one in named(tuple(people))] == sorted(people)
    with CaptureQueriesContext(connection) as captured:
        named(tuple(people[:2]))
    assert [query["sql"].split()[0] for query in captured] == ["EXECUTE"]


def test_what_is_worked_out_of_a_value_is_refused():
    with pytest.raises(DerivedError, match="work it out before"):
        derived(clock.now())
