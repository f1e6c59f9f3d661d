"""Rows written at the end of a block, and look-ups made once within it."""

from uuid import uuid4

import pytest

from carecoord import audit
from carecoord.audit.models import AuditEntry
from carecoord.delivery.models import Delivery
from carecoord.delivery.services import asked_to_send, asked_together
from carecoord.gathering import remembered, remembering
from carecoord.prepared import add
from neighbourhoods.models import Team
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def note(world, verb):
    return audit.record(verb, by=world.nurse)


def ask(world, cause):
    rows = asked_to_send(
        recipients=[world.nurse.actor_id], cause=cause, about=("alert", uuid4()), subject="One", line="One", path="/"
    )
    add(rows, ignore_conflicts=True)


def note_and_fail(world, verb):
    with audit.together():
        note(world, verb)
        raise LookupError


def verbs():
    return list(AuditEntry.objects.filter(verb__startswith="test.").order_by("id").values_list("verb", flat=True))


def test_entries_of_a_block_within_a_block_are_written_with_the_outer_one(world):
    with at_most(1), audit.together():
        note(world, "test.one")
        with audit.together():
            note(world, "test.two")
        note(world, "test.three")
    assert verbs() == ["test.one", "test.two", "test.three"]


def test_of_an_inner_block_that_fails_nothing_is_written_and_of_the_outer_one_everything(world):
    with audit.together():
        note(world, "test.one")
        with pytest.raises(LookupError):
            note_and_fail(world, "test.two")
    assert verbs() == ["test.one"]


def test_of_a_block_that_fails_nothing_is_written(world):
    with pytest.raises(LookupError):
        note_and_fail(world, "test.one")
    assert verbs() == []


def test_emails_asked_for_in_a_block_are_written_at_its_end_and_the_same_cause_once(world):
    with asked_together():
        ask(world, "alert:1")
        ask(world, "alert:2")
        ask(world, "alert:1")
        assert not Delivery.objects.filter(cause__startswith="alert:").exists()
    assert sorted(Delivery.objects.filter(cause__startswith="alert:").values_list("cause", flat=True)) == [
        "alert:1",
        "alert:2",
    ]


def test_a_look_up_is_made_once_within_a_block_and_every_time_outside(world, django_assert_num_queries):
    @remembered
    def name_of(team_id):
        return Team.objects.get(id=team_id).name

    with django_assert_num_queries(2):
        assert name_of(world.ward.id) == name_of(world.ward.id)
    with django_assert_num_queries(2), remembering():
        assert name_of(world.ward.id) == name_of(world.ward.id) != name_of(world.nursing.id)


def test_what_a_look_up_raises_is_not_remembered(world):
    asked = []

    @remembered
    def fails(team_id):
        asked.append(team_id)
        raise Team.DoesNotExist

    with remembering():
        for _ in range(2):
            with pytest.raises(Team.DoesNotExist):
                fails(world.ward.id)
    assert len(asked) == 2
