"""Two people at once, where transactions really commit."""

import pytest
from django.db import transaction

from neighbourhoods.gate import acting_as
from neighbourhoods.models import Entry, Merge, Resident
from neighbourhoods.services import EntryFacts, record_entry
from tests.merging import merged, twins, undone
from tests.races import beside, second_is_told

pytestmark = pytest.mark.running


@pytest.fixture
def pair(running_world):
    return twins(running_world)


def merges_of(*residents):
    return Merge.objects.filter(survivor_id__in=[one.id for one in residents])


def merging(world, survivor, other):
    with transaction.atomic():
        return merged(world, survivor, other)


def test_two_merges_of_the_same_pair_at_once_are_one(running_world, pair):
    second = second_is_told(lambda: merged(running_world, *pair), lambda: merging(running_world, *pair))
    assert second.code == "merged_already"
    assert merges_of(*pair).count() == 1


def test_two_merges_in_opposite_directions_are_one(running_world, pair):
    """In the same instant, without an order: neither waits for the other for ever."""
    sheila, again = pair
    asked = [beside(lambda two=two: merging(running_world, *two)) for two in ((sheila, again), (again, sheila))]
    answers = [one.result(timeout=60) for one in asked]
    assert [getattr(answer, "code", "") for answer in answers].count("merged_already") == 1
    assert merges_of(*pair).count() == 1


def test_whoever_writes_in_the_other_record_meanwhile_finds_it_closed_and_writes_nothing_there(running_world, pair):
    world, other = running_world, pair[1]

    def write():
        with acting_as(world.nurse):
            return record_entry(by=world.nurse, resident_id=other.id, facts=EntryFacts("alert", "Dog"))

    with pytest.raises(Resident.DoesNotExist):
        second_is_told(lambda: merged(world, *pair), write)
    assert not Entry.objects.filter(resident=other).exists()


def test_undoing_twice_at_once_undoes_it_once(running_world, pair):
    world, merge = running_world, merging(running_world, *pair)

    def undo():
        with transaction.atomic():
            return undone(world, merge)

    assert second_is_told(lambda: undone(world, merge), undo).code == "undone_already"
