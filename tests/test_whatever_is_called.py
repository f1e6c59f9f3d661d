"""Whatever is called with whatever, in whatever order, a service does it or refuses it in words, never the database."""

import os
from random import Random

import pytest
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from carecoord.errors import RuleError
from neighbourhoods.gate import acting_as
from tests.calls import PARTS, Calls

MOST, STEPS = (300, 30) if os.environ.get("CARECOORD_THOROUGH") else (4, 10)
ORDERS = st.sampled_from(sorted(PARTS)).flatmap(
    lambda part: st.lists(
        st.tuples(st.sampled_from(Calls.names(part)), st.integers(0, 2**32)), min_size=STEPS // 2, max_size=STEPS
    )
)


@pytest.mark.deeper
@pytest.mark.django_db
@given(order=ORDERS)
@settings(max_examples=MOST, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
def test_what_the_database_would_refuse_a_service_refuses_in_words(world, order):
    with transaction.atomic():
        calls = Calls(world, world.resident())
        for name, number in order:
            calls.resident.refresh_from_db()
            try:
                with transaction.atomic(), acting_as(calls.by):
                    calls.make(name, Random(number))
            except (RuleError, ValidationError, ObjectDoesNotExist):
                continue
            at_the_end_of_a_transaction()
        transaction.set_rollback(True)


def at_the_end_of_a_transaction():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
