"""A caseload is read in the order of names by an index, however many residents the team has."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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


def plan_of(statement):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {statement}")
        return "\n".join(row[0] for row in cursor.fetchall())


def page_of_entries(world, after=None):
    """The statement that reads one page of the team's entries, as it was sent, and the page."""
    team = Team.objects.get(id=world.nursing.id)
    with CaptureQueriesContext(connection) as captured:
        content = caseload_of(world.nurse, team, Choice(after=after))
    page = f"LIMIT {PAGE + 1}"
    # The last: before the first run of a prepared one stands what prepares it.
    *_, statement = [query["sql"] for query in captured if page in query["sql"] or "_shown" in query["sql"][:40]]
    return statement, content


def test_a_page_of_five_thousand_is_read_in_the_order_of_an_index(world, thousands):
    with acting_as(world.nurse):
        statement, first = page_of_entries(world)
        begun = plan_of(statement)
        statement, second = page_of_entries(world, after=first.next_after)
        gone_on = plan_of(statement)
    names = [entry.resident.sort_name for entry in (*first.others, *second.others)]
    assert names == sorted(names)
    assert len(names) == 2 * PAGE
    for plan in (begun, gone_on):
        assert "using caseload_by_name" in plan, plan
        # What is sorted is the page, by the ids of its rows; the rows before them were read in order.
        assert "Sort" not in plan[plan.index("InitPlan") :], plan
    assert "sort_name)::text >=" in gone_on


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
