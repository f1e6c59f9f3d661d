"""Every table that names a resident has its rule, and the database works by the rules of today."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey

import neighbourhoods.migrations
from neighbourhoods.merging import rules
from neighbourhoods.models import Resident
from tests.merging import ask, columns_naming_residents

pytestmark = pytest.mark.django_db


def undecided():
    found = {f"{table}.{column}" for table, column in columns_naming_residents()}
    return sorted(found ^ (rules.MOVES | rules.STAYS.keys()))


def test_every_table_that_names_a_resident_is_moved_by_a_merge_or_says_why_not():
    assert undecided() == [], "neighbourhoods/merging/rules.py: a line in MOVES, or in STAYS with the reason"
    assert all(len(why) > 20 for why in rules.STAYS.values())


def test_models_say_the_same_as_the_catalogue():
    named = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.column == "resident_id" or (isinstance(field, ForeignKey) and field.related_model is Resident)
    }
    assert named == {f"{table}.{column}" for table, column in columns_naming_residents()}


def test_a_new_table_with_a_resident_fails_until_somebody_decides():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE new_things (id uuid PRIMARY KEY, resident_id uuid)")
        cursor.execute("CREATE TABLE new_links (id uuid PRIMARY KEY, who uuid REFERENCES neighbourhoods_resident)")
    assert undecided() == ["new_links.who", "new_things.resident_id"]


def test_the_database_moves_what_the_rules_say_is_moved():
    assert {f"{table}.{column}" for table, column in ask("SELECT * FROM app.resident_columns()")} == rules.MOVES


def test_of_what_a_resident_has_one_at_a_time_a_rule_says_which_stands():
    """Every unique index with the resident in it."""
    unique = ask(
        """
        SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
        WHERE i.indisunique AND EXISTS (
          SELECT 1 FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
            AND a.attname = 'resident_id')
        """
    )
    decided = {rule.constraint for rule in rules.ONE_AT_A_TIME} | rules.REFUSES.keys() | rules.NEVER_TWO.keys()
    assert {name for (name,) in unique} == decided


def test_plain_ids_of_other_rows_are_named():
    """A row that names another by a plain id goes back with it: about what, or from where."""
    plain = {
        f"{table}.{name}"
        for table, column in columns_naming_residents()
        for (name,) in ask(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
            "AND column_name IN ('about_id', 'source_id')",
            [table],
        )
        if f"{table}.{column}" in rules.MOVES
    }
    foreign = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey)
    }
    assert plain - foreign == set(rules.HANGS_FROM)


def test_the_last_migration_that_writes_rules_has_written_those_of_today():
    folder = Path(neighbourhoods.migrations.__file__).parent
    written = [
        digest
        for file in sorted(folder.glob("0*.py"))
        if "rules_written" in (text := file.read_text())
        for digest in re.findall(r'DIGEST = "(\w+)"', text)
    ]
    assert written[-1] == rules.digest(), (
        "The rules have changed: write a migration with rules_written and this digest "
        "(or put it into the last one, if that has not landed)."
    )
