"""The API is asked everything that its document allows, and much that it forbids, by four kinds of askers.

No answer is a failure of ours, none is one that the document does not have, and nobody hears of whom they have no
relationship with. The walk is the same each time.
"""

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis import GenerationMode

from tests.hostile.asking import Asking, document, machine_of

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.fixture
def schema(furnished, settings):
    """The document, with the application behind it as a server calls it, on the test's own connection."""
    settings.ALLOWED_HOSTS = ["*"]
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield document()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


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


def led_from_answer_to_answer(furnished, schema, scenarios, steps):
    faults = {}
    for name, number in scenarios.items():
        asking = Asking(furnished, name)
        machine_of(schema, asking, examples=number, stateful_step_count=steps)()
        faults |= asking.faults
    return "\n\n".join(f"{' '.join(name)}: {told}" for name, told in sorted(faults.items()))


def test_what_answers_lead_to_on_long_ways(furnished, schema):
    faults = led_from_answer_to_answer(furnished, schema, {"reader": 5, "stranger": 15, "writer": 40}, steps=15)
    assert not faults, faults
