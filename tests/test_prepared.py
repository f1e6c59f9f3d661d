"""Querysets whose SQL is kept: whoever asks, what is found is what the queryset itself would have found."""

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction

from carecoord import clock
from carecoord.prepared import DerivedError, prepared
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Resident
from tests.statements import at_most, statements_of

pytestmark = pytest.mark.django_db


def seen(principal):
    return Resident.objects.visible_to(principal).order_by("id")


@pytest.fixture
def two_teams(world):
    """Somebody of each team whom the other does not know."""
    ours = world.resident(given_name="Ours")
    theirs = world.resident(by=world.ward_nurse, team=world.ward, given_name="Theirs")
    return ours, theirs


def test_each_principal_finds_their_own_whoever_asked_first(world, two_teams):
    asked = prepared(seen)
    ours, theirs = two_teams
    for _ in range(8):  # past the number of times after which the database keeps one plan for all
        for who, expected in ((world.nurse, ours), (world.ward_nurse, theirs), (world.link_worker, None)):
            with acting_as(who):
                assert asked(who) == list(seen(who)) == ([expected] if expected else [])


def test_what_was_made_for_one_is_of_no_use_to_another_under_the_policies(world, two_teams):
    """The second lock: even the SQL made with the nurse's teams finds nothing where somebody else acts."""
    asked = prepared(seen)
    with acting_as(world.nurse):
        assert asked(world.nurse) == [two_teams[0]]
    with acting_as(world.link_worker):
        assert asked(world.nurse) == []


def test_a_role_or_another_word_by_which_a_function_chooses_makes_sql_of_its_own(world, two_teams):
    def for_nurses_only(principal):
        return seen(principal) if principal.role == "nurse" else seen(principal).filter(given_name="Nobody")

    asked = prepared(for_nurses_only)
    other = replace(world.nurse, role="gp")
    with acting_as(world.nurse):
        for _ in range(2):
            assert asked(world.nurse) == [two_teams[0]]
            assert asked(other) == []


def test_a_name_alone_makes_no_sql_of_its_own(world, two_teams):
    asked = prepared(seen)
    with acting_as(world.nurse):
        asked(world.nurse)
        asked(replace(world.nurse, name="Another"))
    assert len(asked.kept) == 1


def test_the_present_moment_is_the_callers(world, two_teams):
    def opened_before_now(team_id):
        return CaseloadEntry.objects.filter(team_id=team_id, opened_at__lte=clock.now())

    asked = prepared(opened_before_now)
    with acting_as(world.nurse):
        assert len(asked(world.nursing.id)) == 1
        with clock.at(clock.now() - timedelta(days=1)):
            assert asked(world.nursing.id) == []


def test_what_is_derived_from_a_value_is_refused_and_never_kept(world):
    def opened_since(day):
        return CaseloadEntry.objects.filter(opened_at__gte=day - timedelta(days=1))

    asked = prepared(opened_since)
    with acting_as(world.nurse), pytest.raises(DerivedError):
        asked(clock.now())
    assert asked.kept == {}


def test_words_and_numbers_make_sql_of_their_own(world, two_teams):
    def called(word):
        return Resident.objects.filter(given_name=word)

    asked = prepared(called)
    with acting_as(world.nurse):
        assert asked("Ours") == [two_teams[0]]
        assert asked("Theirs") == []
        assert asked("Ours'; DROP TABLE x; --") == []


def test_the_sql_is_worked_out_once_for_each_number_of_values(world):
    asked = prepared(lambda ids: Resident.objects.filter(id__in=ids).order_by("id"))
    people = [world.resident().id for _ in range(3)]
    for some in (people[:2], people[1:], people):
        assert [one.id for one in asked(tuple(some))] == sorted(some)
    assert len(asked.kept) == 2


def test_the_database_is_asked_for_what_it_has_prepared(world, two_teams, settings):
    asked = prepared(seen)
    with acting_as(world.nurse):
        asked(world.nurse)
        assert statements_of(lambda: asked(world.nurse))[0].startswith("EXECUTE kept_")
        settings.DATABASE_IS_POOLED = True
        assert statements_of(lambda: asked(world.nurse))[0].startswith("SELECT")
        assert asked(world.nurse) == [two_teams[0]]


def test_past_the_most_that_are_kept_it_is_asked_as_it_is(world, two_teams, monkeypatch):
    monkeypatch.setattr("carecoord.prepared.MOST_SHAPES", 1)
    asked = prepared(lambda given_name: Resident.objects.filter(given_name=given_name))
    with acting_as(world.nurse):
        assert asked("Nobody") == []
        assert asked("Ours") == [two_teams[0]]
    assert len(asked.kept) == 1


def test_it_is_one_statement_once_it_is_known(world, two_teams):
    asked = prepared(seen)
    with acting_as(world.nurse):
        asked(world.nurse)
        with at_most(1):
            asked(world.nurse)


def test_a_statement_made_in_work_that_failed_is_still_of_use(world, two_teams):
    asked = prepared(seen)
    with acting_as(world.nurse):
        with suppress(LookupError), transaction.atomic():
            asked(world.nurse)
            raise LookupError
        assert asked(world.nurse) == [two_teams[0]]


def test_another_connection_prepares_its_own(world, two_teams):
    """Threads of a server have a connection each; the SQL that is kept is one for all."""
    asked = prepared(seen)
    with acting_as(world.nurse):
        asked(world.nurse)
    outcome = []

    def elsewhere():
        try:
            with transaction.atomic(), acting_as(world.nurse):
                outcome.append(asked(world.nurse))
        finally:
            connection.close()

    other = threading.Thread(target=elsewhere)
    other.start()
    other.join()
    assert outcome == [[]]  # it sees only what is committed: nothing of this test
    with acting_as(world.nurse):
        assert asked(world.nurse) == [two_teams[0]]
