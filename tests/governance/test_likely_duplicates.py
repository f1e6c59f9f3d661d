"""Who is shown beside somebody about to be registered, and what that tells of them (IG-12, IG-13)."""

from dataclasses import replace
from datetime import date

import pytest

from carecoord.audit.models import AuditEntry
from neighbourhoods.duplicates import people_like
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Resident
from neighbourhoods.models.residents import NO_WAY_THERE
from neighbourhoods.services import Identity, register_residents

pytestmark = pytest.mark.django_db

SHEILA = Identity("Sheila", "Hartley", date(1948, 3, 14), nhs_number="9990000018", postcode="AM1 1AA")
STRANGER = Identity("Ken", "Ogden", date(1990, 7, 7), nhs_number="9990000018")


@pytest.fixture
def sheila(world):
    with acting_as(world.outsider):
        return register_residents(by=world.outsider, identities=[SHEILA], team_id=world.highcross_nursing.id)[0]


def like(world, identity):
    with acting_as(world.nurse):
        return people_like(identity)


def test_ig_12_a_number_alone_makes_nobody_likely(world, sheila):
    (alike,) = like(world, STRANGER)
    assert not alike.is_likely
    (with_a_birth_date,) = like(world, replace(STRANGER, birth_date=SHEILA.birth_date))
    assert with_a_birth_date.is_likely


def test_ig_12_each_who_was_compared_has_an_entry_of_their_own(world, sheila):
    like(world, replace(SHEILA, nhs_number=None))
    looks = AuditEntry.objects.filter(kind="look", actor_id=world.nurse.actor_id)
    assert list(looks.values_list("verb", "resident_id")) == [("resident.compared", sheila.id)]


@pytest.mark.parametrize("by", ["postcode", "name and date of birth", "number"])
def test_ig_13_nobody_restricted_is_found_whom_one_does_not_see(world, sheila, by):
    Resident.objects.filter(id=sheila.id).update(is_restricted=True, **NO_WAY_THERE)
    asked = {
        "postcode": replace(SHEILA, nhs_number=None, birth_date=None, birth_date_status="unknown"),
        "name and date of birth": replace(SHEILA, nhs_number=None, postcode=""),
        "number": SHEILA,
    }
    assert like(world, asked[by]) == []
    assert not AuditEntry.objects.filter(kind="look", resident_id=sheila.id).exists()
