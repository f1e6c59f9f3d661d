"""Everybody whom a search finds is told of by themselves, so that who looked shows it (IG-12, IG-27)."""

import pytest
from django.urls import reverse

from carecoord.audit.models import AuditEntry
from tests.api.conftest import shown
from tests.life import restrict
from tests.statements import statements_of
from tests.world import sign_in

pytestmark = pytest.mark.django_db


def looks_of(who):
    looks = AuditEntry.objects.filter(kind="look", verb__startswith="resident.found", actor_id=who)
    return sorted(looks.values_list("resident_id", flat=True))


def test_ig_12_each_own_resident_found_has_an_entry(world, client):
    residents = [world.resident(on_caseload=False) for _ in range(4)]
    sign_in(client, world, "nurse")
    client.post(reverse("find"), {"q": "Hartley"})
    assert looks_of(world.nurse.actor_id) == sorted(one.id for one in residents)
    assert not AuditEntry.objects.filter(verb="residents.found").exists()


def test_ig_12_who_is_found_by_number_has_one_entry_and_not_two(world, client):
    sheila = world.resident()
    sign_in(client, world, "nurse")
    client.post(reverse("find"), {"q": sheila.nhs_number})
    assert looks_of(world.nurse.actor_id) == [sheila.id]


def test_ig_27_who_looked_shows_a_search_that_found_them(world, client):
    sheila = world.resident()
    sign_in(client, world, "nurse")
    client.post(reverse("find"), {"q": "Hartley"})
    sign_in(client, world, "second_nurse")
    text = client.get(reverse("resident_access", args=[sheila.id])).content.decode()
    assert "Found by a search of their own residents" in text
    assert "Nurse" in text


@pytest.mark.thorough
def test_ig_27_entries_of_thirty_cost_no_more_statements_than_of_three(world, client):
    sign_in(client, world, "nurse")
    client.post(reverse("find"), {"q": "Nobody"})  # what a process finds out once
    costs = []
    for more in (3, 27):
        for _ in range(more):
            world.resident(on_caseload=False)
        costs.append(len(statements_of(lambda: client.post(reverse("find"), {"q": "Hartley"}))))
    assert costs[0] == costs[1]
    assert len(looks_of(world.nurse.actor_id)) == 33


@pytest.mark.parametrize("asked", ["q=hartley", "birth_date=1948-03-14", "nhs_number={number}", "phone=01632960001"])
def test_ig_12_a_search_by_the_api_has_an_entry_for_each(world, nursing, asked):
    sheila = world.resident(phone="01632 960001")
    rows = shown(nursing.get(f"residents/?{asked.format(number=sheila.nhs_number)}"))["results"]
    assert len(rows) == 1
    assert looks_of(nursing.row.pk) == [sheila.id]


def test_ig_13_a_restricted_resident_is_found_by_no_phone_number_in_the_api(world, nursing):
    restrict(world, world.resident(phone="01632 960001"))
    assert shown(nursing.get("residents/?phone=01632960001"))["results"] == []
    assert looks_of(nursing.row.pk) == []


def test_ig_27_a_plain_list_is_one_entry_with_everybody_in_it(world, nursing):
    residents = sorted(str(world.resident().id) for _ in range(2))
    shown(nursing.get("residents/"))
    entry = AuditEntry.objects.get(verb="residents.listed")
    assert sorted(entry.detail["residents"]) == residents
