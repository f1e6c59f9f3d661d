"""A caseload is read in the order of names by an index, however many residents the team has."""

import pytest
from django.db import connection

from carecoord.record.caseload import PAGE, Choice, caseload_of
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Resident, Team

pytestmark = pytest.mark.django_db

MANY = 5_000
RESIDENTS = """
INSERT INTO neighbourhoods_resident
  SELECT made.* FROM neighbourhoods_resident sample, generate_series(1, %(many)s) n, jsonb_populate_record(
    sample, jsonb_build_object(
      'id', gen_random_uuid(), 'nhs_number', NULL, 'family_name', 'Name' || n,
      'sort_name', 'name' || lpad((n * 7919 %% 100003)::text, 6, '0'))) made
  WHERE sample.id = %(sample)s
"""
RELATIONSHIPS = """
INSERT INTO neighbourhoods_relationship (id, resident_id, team_id, level, source_kind, source_id, reason, started_at)
  SELECT gen_random_uuid(), id, %(team)s, 'record', 'caseload', id, '', now() FROM neighbourhoods_resident
  WHERE family_name LIKE 'Name%%'
"""
ENTRIES = """
INSERT INTO neighbourhoods_caseloadentry
    (id, created_at, updated_at, version, resident_id, team_id, is_lead, reason, opened_at, ended_reason, sort_name)
  SELECT gen_random_uuid(), now(), now(), 1, id, %(team)s, true, '', now(), '', ''
  FROM neighbourhoods_resident WHERE family_name LIKE 'Name%%'
"""


@pytest.fixture
def thousands(world):
    sample = world.resident(on_caseload=False)
    values = {"many": MANY, "sample": sample.id, "team": world.nursing.id}
    with connection.cursor() as cursor:
        for statement in (RESIDENTS, RELATIONSHIPS, ENTRIES):
            cursor.execute(statement, values)
        for table in ("resident", "relationship", "caseloadentry"):
            cursor.execute(f"ANALYZE neighbourhoods_{table}")


def read_from_the_index_of_names():
    """Entries that this transaction has read in the order of names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_get_xact_tuples_fetched('caseload_by_name'::regclass)")
        return cursor.fetchone()[0]


@pytest.mark.thorough
def test_a_page_of_five_thousand_is_read_in_the_order_of_an_index(world, thousands):
    team = Team.objects.get(id=world.nursing.id)
    with acting_as(world.nurse):
        read = [read_from_the_index_of_names()]
        first = caseload_of(world.nurse, team, Choice())
        read.append(read_from_the_index_of_names())
        second = caseload_of(world.nurse, team, Choice(after=first.next_after))
        read.append(read_from_the_index_of_names())
    names = [entry.resident.sort_name for entry in (*first.others, *second.others)]
    assert names == sorted(names)
    assert len(names) == 2 * PAGE
    # One more than the page begins the next; the second page is entered at the name where the first ended.
    assert read[1] - read[0] == PAGE + 1
    assert read[2] - read[1] in {PAGE + 1, PAGE + 2}


def test_the_name_on_the_caseload_is_the_residents_and_follows_a_change(world):
    sheila = world.resident(family_name="Hartley", given_name="Sheila")
    entry = CaseloadEntry.objects.get(resident=sheila)
    assert entry.sort_name == Resident.objects.get(id=sheila.id).sort_name == "hartley, sheila"
    Resident.objects.filter(id=sheila.id).update(sort_name="marlow, sheila")
    entry.refresh_from_db()
    assert entry.sort_name == "marlow, sheila"
    CaseloadEntry.objects.filter(id=entry.id).update(sort_name="aaa")
    entry.refresh_from_db()
    assert entry.sort_name == "marlow, sheila"
