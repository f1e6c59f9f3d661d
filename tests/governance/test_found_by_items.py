"""Search beyond one's own takes an NHS number or two items, and each match is told of (IG-12). Nobody restricted is
found by where they live (IG-13)."""

import pytest
from django.db import DataError, InternalError, transaction

from carecoord.audit.models import AuditEntry
from carecoord.record.typed import read
from neighbourhoods.gate import acting_as
from neighbourhoods.identities import Items, find_by_items
from neighbourhoods.models import Resident
from neighbourhoods.models.residents import NO_WAY_THERE
from neighbourhoods.services import DetailFacts, add_detail
from tests.life import restrict
from tests.record.test_find import search
from tests.record.test_find_by_items import ITEMS, sheila

__all__ = ["sheila"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("item", ITEMS)
def test_ig_12_one_item_that_is_no_nhs_number_never_reaches_beyond_ones_own(world, sheila, item):
    """Not by the page, and not by the function of the database that the page asks."""
    typed = read(ITEMS[item])
    assert search(world, "outsider", ITEMS[item]) == ([], [])
    with pytest.raises((DataError, InternalError)), transaction.atomic(), acting_as(world.outsider):
        find_by_items(Items(exact=typed.exact, names=typed.orders if typed.name else ()))


def test_ig_12_everybody_found_by_two_items_has_a_look_of_their_own(world, sheila):
    second = world.resident(postcode="M1 1AE")
    search(world, "outsider", "Hartley M1 1AE")
    looks = AuditEntry.objects.filter(kind="look", actor_id=world.outsider.actor_id)
    assert sorted(looks.values_list("verb", "resident_id")) == sorted(
        [("resident.found", sheila.id), ("resident.found", second.id)]
    )


@pytest.mark.parametrize(
    "typed", ["Hartley M1 1AE", "14/3/1948 01632 960001", "M1 1AE 01632 960001", "M1 1AE", "01632 960001"]
)
def test_ig_13_a_restricted_person_is_found_by_no_address_phone_or_practice(world, sheila, typed):
    Resident.objects.update(is_restricted=True, **NO_WAY_THERE)
    for who in ("outsider", "nurse"):
        assert search(world, who, typed) == ([], [])


def test_ig_13_a_restricted_person_is_found_by_nothing_that_stands_beside_their_own_row(world, sheila):
    """Another phone, another address: the restriction empties the row, and those are details."""
    said = [("telecom", "mobile", {"contact": "07700 900888"}), ("address", "temporary", {"postcode": "M1 3AE"})]
    with acting_as(world.nurse) as by:
        for kind, use, data in said:
            add_detail(by=by, resident_id=sheila.id, facts=DetailFacts(kind, use, data))
    typed = "Hartley 07700 900888", "Hartley M1 3AE"
    assert [len(search(world, "outsider", one)[1]) for one in typed] == [1, 1]
    restrict(world, sheila)
    assert [search(world, who, one) for one in typed for who in ("outsider", "nurse")] == [([], [])] * 4
    keys = Resident.objects.get(id=sheila.id).search_keys
    assert not [key for key in keys if key.startswith(("t:", "z:", "e:"))]
