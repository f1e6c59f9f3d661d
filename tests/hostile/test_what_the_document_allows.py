"""The API is asked everything that its document allows, and much that it forbids, by four kinds of askers.

No answer is a failure of ours, none is one that the document does not have, and nobody hears of whom they have no
relationship with. The walk is the same each time.
"""

from contextlib import contextmanager

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis import GenerationMode

from tests.hostile.asking import Asking, document
from tests.hostile.led import Led, machine_of
from tests.hostile.place import furnish_every_state

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@contextmanager
def as_a_server_calls_it(settings):
    """The application is called as a server calls it, on the test's own connection."""
    settings.ALLOWED_HOSTS = ["*"]
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def schema(furnished, settings):
    with as_a_server_calls_it(settings):
        yield document()


def faults_of(furnished, schema, examples, mode=GenerationMode.POSITIVE):
    faults = {}
    for name, number in examples.items():
        asking = Asking(furnished, name)
        asking.walk(schema, number, mode)
        faults |= asking.faults
    return "\n\n".join(f"{' '.join(name)}: {told}" for name, told in sorted(faults.items()))


def test_every_answer_is_in_the_document_and_tells_no_stranger(furnished, schema):
    faults = faults_of(furnished, schema, {"nobody": 1, "reader": 3, "stranger": 6, "writer": 12})
    assert not faults, faults


def test_what_the_document_forbids_is_refused(furnished, schema):
    faults = faults_of(furnished, schema, {"stranger": 2, "writer": 6}, GenerationMode.NEGATIVE)
    assert not faults, faults


# --- from answer to answer --------------------------------------------------------------------------------------------

# Each walked by itself, and how much: else the many verbs of referrals leave little room for the others.
PARTS = {
    "care-plans|goals": 1,
    "actions": 1,
    "residents|contacts": 1,
    "people": 1,
    "proxies": 1,
    "stays": 1,
    "care-packages": 1,
    "referrals": 2,
    "handovers": 2,
    "alerts|organisations|neighbourhoods|teams|services": 1,
}
STEPS = 12
# How often one that no walk has come through is asked by itself: chance finds a body and an id for it seldom enough.
TRIES = 150


@pytest.fixture
def lively(world, furnished):
    furnish_every_state(furnished, world)
    return furnished


@pytest.fixture
def document_of_it(lively, settings):
    with as_a_server_calls_it(settings):
        yield document()


def led(place, schema, name, ways, beside=None):
    walker = Led(place, name, schema)
    for part, share in PARTS.items():
        of_part = schema.include(path_regex=f"^/api/v1/({part})/")
        machine_of(of_part, walker, beside, examples=ways * share, stateful_step_count=STEPS)()
    return walker


def insist(walker, schema, *methods):
    """Labels that were never answered with what they are for, not even when asked by themselves."""
    missing = labels_of(schema, *methods) - set(walker.successes())
    for operation in (one.ok() for one in schema.get_all_operations()):
        if operation.label in missing:
            walker.insist(operation, TRIES)
    return missing - set(walker.successes())


def labels_of(schema, *methods):
    found = [one.ok() for one in schema.get_all_operations()]
    return {one.label for one in found if not methods or one.method in methods}


def test_a_writing_client_is_led_through_everything_and_nobody_beside_it_nowhere(lively, document_of_it):
    nobody = Led(lively, "nobody", document_of_it)
    writer = led(lively, document_of_it, "writer", 12, beside=nobody)
    assert not writer.faults, told(writer)
    reached = writer.successes()
    assert sum(reached.values()) > 600
    assert writer.matches["last", 200] > 15, writer.matches
    assert writer.matches["before", 412] > 4, writer.matches
    assert not nobody.faults, told(nobody)
    assert {status for _, status in nobody.answers} == {401}
    assert {label for label, _ in nobody.answers} >= set(reached)
    # A walk that only meets 404 proves nothing: hardly any operation was never answered with what it is for.
    left = insist(writer, document_of_it)
    assert len(left) <= 4, left
    assert not writer.faults, told(writer)


def test_a_reading_client_is_led_to_everything_that_can_be_read_and_writes_nothing(lively, document_of_it):
    reader = led(lively, document_of_it, "reader", 6)
    assert not reader.faults, told(reader)
    assert set(reader.successes()) <= labels_of(document_of_it, "get")
    left = insist(reader, document_of_it, "get")
    assert len(left) <= 4, left
    assert not reader.faults, told(reader)


def test_another_organisations_client_is_led_to_nothing_of_others(lively, document_of_it):
    stranger = led(lively, document_of_it, "stranger", 6)
    assert not stranger.faults, told(stranger)
    refused = sum(number for (_, status), number in stranger.answers.items() if status == 404)
    assert (sum(stranger.successes().values()) > 50, refused > 50) == (True, True), stranger.answers


def told(asking):
    return "\n\n".join(f"{' '.join(name)}: {words}" for name, words in sorted(asking.faults.items()))
