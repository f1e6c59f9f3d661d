"""An id that a partner's system has kept goes on working when its record was merged into another."""

import pytest

from neighbourhoods.gate import acting_as
from neighbourhoods.services import EncounterFacts, EntryFacts, record_encounter, record_entry
from tests.api.conftest import shown
from tests.merging import merged, twins, undone

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(world):
    sheila, again = twins(world)
    with acting_as(world.nurse):
        record_encounter(
            by=world.nurse,
            resident_id=again.id,
            team_id=world.nursing.id,
            facts=EncounterFacts(kind="visit", note="Well"),
        )
        record_entry(by=world.nurse, resident_id=again.id, facts=EntryFacts("allergy", "Penicillin"))
    return sheila, again


def test_the_old_id_shows_the_survivor(world, nursing, pair):
    merged(world, *pair)
    answer = shown(nursing.get(f"residents/{pair[1].id}/"))
    assert (answer["id"], answer["family_name"]) == (str(pair[0].id), "Hartley")


def test_a_change_under_the_old_id_changes_the_survivor(world, nursing, pair):
    merged(world, *pair)
    read = nursing.get(f"residents/{pair[1].id}/")
    changed = nursing.patch(f"residents/{pair[1].id}/", {"phone": "07700 900555"}, If_Match=read.headers["ETag"])
    assert shown(changed)["phone"] == "07700 900555"
    pair[0].refresh_from_db()
    assert pair[0].phone == "07700 900555"


def test_lists_of_the_old_id_are_the_survivors(world, nursing, pair):
    before = shown(nursing.get(f"contacts/?resident={pair[1].id}"))["results"]
    merged(world, *pair)
    after = shown(nursing.get(f"contacts/?resident={pair[1].id}"))["results"]
    assert [row["id"] for row in after] == [row["id"] for row in before]
    assert {row["resident"] for row in after} == {str(pair[0].id)}


def test_the_timeline_of_either_id_tells_of_both(world, nursing, pair):
    merged(world, *pair)
    verbs = [[row["verb"] for row in shown(nursing.get(f"residents/{one.id}/timeline/"))["results"]] for one in pair]
    assert verbs[0] == verbs[1]
    assert verbs[0].count("resident.registered") == 2


def test_what_is_written_under_the_old_id_stands_in_the_survivors_record(world, nursing, pair):
    merged(world, *pair)
    new = {"resident": str(pair[1].id), "kind": "note", "note": "Rang her daughter"}
    made = shown(nursing.post("contacts/", new), 201)
    assert made["resident"] == str(pair[0].id)


def test_whoever_does_not_see_the_survivor_finds_nothing_under_either_id(world, stranger, pair):
    merged(world, *pair)
    assert [stranger.get(f"residents/{one.id}/").status_code for one in pair] == [404, 404]
    assert shown(stranger.get(f"contacts/?resident={pair[1].id}"))["results"] == []


def test_after_it_was_undone_the_old_id_is_its_own_again(world, nursing, pair):
    undone(world, merged(world, *pair))
    assert shown(nursing.get(f"residents/{pair[1].id}/"))["id"] == str(pair[1].id)
