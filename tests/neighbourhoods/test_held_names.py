"""Names beside relationships: the database keeps them, for searches alone (docs/decisions/0036)."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from neighbourhoods.gate import acting_as
from neighbourhoods.models import Relationship, Resident
from neighbourhoods.services import change_resident, identity_of

pytestmark = pytest.mark.django_db
READ = "SELECT sort_name FROM neighbourhoods_relationship WHERE level = 'record' AND resident_id = %s"


def names_of(resident):
    with connection.cursor() as cursor:
        cursor.execute(READ, [resident.id])
        return {name for (name,) in cursor.fetchall()}


def found(by, words):
    with acting_as(by), connection.cursor() as cursor:
        cursor.execute(
            "SELECT app.own_by_name(%s, ARRAY[%s, %s], ARRAY[%s, %s])", [words, *[words] * 2, *[f"{words}~"] * 2]
        )
        return cursor.fetchone()[0]


def test_whoever_is_held_from_the_first_moment_has_their_name_there(world):
    sheila = world.resident()
    assert names_of(sheila) == {sheila.sort_name}


def test_a_new_name_is_passed_on_and_the_old_one_finds_nobody(world):
    sheila, nurse = world.resident(), world.nurse
    with acting_as(nurse):
        identity = replace(identity_of(Resident.objects.get(id=sheila.id)), family_name="Quillfeather")
        change_resident(by=nurse, resident_id=sheila.id, identity=identity)
    assert names_of(sheila) == {f"quillfeather, {sheila.given_name.lower()}"}
    assert found(nurse, "quillfeather") == [sheila.id]
    assert found(nurse, sheila.family_name.lower()) == []


def test_nobody_writes_another_name(world):
    sheila = world.resident()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE neighbourhoods_relationship SET sort_name = 'somebody else'")
    assert names_of(sheila) == {sheila.sort_name}


def test_another_team_finds_nobody_and_nor_does_ones_own_when_the_relationship_has_ended(world):
    sheila = world.resident()
    words = sheila.family_name.lower()
    assert (found(world.nurse, words), found(world.outsider, words)) == ([sheila.id], [])
    Relationship.objects.filter(resident=sheila).update(ended_at=sheila.created_at)
    assert found(world.nurse, words) == []


@pytest.mark.parametrize("role", ["app_web", "app_system"])
def test_no_run_time_role_reads_the_names(world, role):
    sheila = world.resident()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('role', %s, true)", [role])
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            names_of(sheila)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('role', 'none', true)")


TEAM = UUID(int=1)
LETTERS = st.text("abeh n'", min_size=0, max_size=9)


@settings(max_examples=200, deadline=None)
@given(LETTERS, st.lists(LETTERS, min_size=1, max_size=6))
def test_whoever_is_like_a_name_has_one_of_the_parts_that_are_looked_for(likeness, names):
    """What the index is asked for is never too little: two fifths of likeness are not there without one of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', '0.4', true)")
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) name WHERE name %%> %s AND NOT coalesce("
            "app.name_parts(name, %s) && app.name_parts_asked(%s, %s), false)",
            [names, likeness, TEAM, likeness, TEAM],
        )
        assert cursor.fetchall() == []
