"""Groups stood as words in a column, which is gone: what is written there while a place is brought up to date becomes
entries, once, and whoever goes back finds them as words again."""

from importlib import import_module

import pytest
from django.db import connection

from neighbourhoods.gate import acting_as
from neighbourhoods.models import Entry
from neighbourhoods.services import EntryFacts, end_entry, record_entry
from tests.merging import ask, merged, twins

pytestmark = pytest.mark.django_db
FILLED = import_module("neighbourhoods.migrations.0086_cohorts_filled_again").Migration.operations[0].sql
TOLD = import_module("neighbourhoods.migrations.0088_without_cohorts").TOLD
DROPPED = import_module("neighbourhoods.migrations.0101_cohorts_dropped").DROPPED


@pytest.fixture
def with_words():
    """With the column as it was, taken back as the migration takes it back."""

    def said(**words):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(DROPPED.reverse_sql)
        with connection.cursor() as cursor:
            for resident_id, of_them in words.items():
                cursor.execute(
                    "UPDATE neighbourhoods_resident SET cohorts = %s WHERE id = %s", [of_them, resident_id.strip("_")]
                )

    return said


def filled():
    with connection.cursor() as cursor:
        cursor.execute(FILLED)
    entries = Entry.objects.filter(kind__startswith="cohort.").order_by("kind")
    return [(one.resident_id, one.kind, one.data, one.ended_at is None) for one in entries]


def test_each_word_becomes_an_entry_and_doing_it_again_adds_nothing(world, with_words):
    sheila = world.resident()
    with acting_as(world.nurse) as by:
        kind = EntryFacts("cohort.dementia")
        ended = record_entry(by=by, resident_id=sheila.id, facts=kind)
        end_entry(by=by, resident_id=sheila.id, entry_id=ended.id, reason="Ruled out")
    with_words(**{str(sheila.id): ["dementia", "frailty", "homeless"]})
    once = filled()
    assert once == [
        (sheila.id, "cohort.dementia", {}, False),
        (sheila.id, "cohort.frailty", {}, True),
        (sheila.id, "cohort.other", {"group": "homeless"}, True),
    ]
    assert filled() == once


def test_whoever_was_merged_gets_no_entry_of_their_own(world, with_words):
    sheila, again = twins(world)
    merged(world, sheila, again)
    with_words(**{str(again.id): ["frailty"]})
    assert filled() == []


def test_taken_back_the_words_are_those_of_entries_that_everybody_reads(world, with_words):
    sheila = world.resident()
    with acting_as(world.nurse) as by:
        for kind, data in (("frailty", {}), ("safeguarding", {"stage": "enquiry"}), ("other", {"group": "homeless"})):
            record_entry(by=by, resident_id=sheila.id, facts=EntryFacts(f"cohort.{kind}", data=data))
    with_words()
    with connection.cursor() as cursor:
        cursor.execute(TOLD)
    assert ask("SELECT cohorts FROM neighbourhoods_resident WHERE id = %s", [sheila.id]) == [(["frailty", "homeless"],)]
