"""Misuse that is known to be there is noticed, and little else is."""

from io import StringIO

import pytest
from django.core.management import call_command

from carecoord.audit.models import AuditEntry
from carecoord.bench.misuse import measure
from carecoord.bench.misuse_place import FULL, GATED
from carecoord.privacy.rules import ABOUT_SOMEBODY
from neighbourhoods.models import Resident

pytestmark = pytest.mark.django_db

MOST_WRONGLY = 8
"""For 100 staff a week, half of them emergencies after which there was nothing to write."""


def check(outcome, size):
    assert outcome.caught == outcome.seeded
    assert set(outcome.seeded) == {*map(str, ABOUT_SOMEBODY), "nothing_after", "volume", "guessing"}
    assert all(seeded == size.seeded for seeded in outcome.seeded.values()), outcome.seeded
    assert outcome.false_per_100_staff <= MOST_WRONGLY, outcome.false


@pytest.mark.thorough
def test_all_seeded_misuse_is_caught_and_little_is_noticed_wrongly():
    check(measure(7, GATED), GATED)
    assert not AuditEntry.objects.filter(at__year=2100).exists()
    assert not Resident.objects.exists()


@pytest.mark.thorough
def test_so_it_is_in_the_size_that_is_reported():
    check(measure(2026, FULL), FULL)


@pytest.mark.thorough
def test_the_command_says_how_much():
    said = StringIO()
    call_command("measure_misuse", "--seed", "3", stdout=said)
    assert "Noticed wrongly for 100 staff a week: " in said.getvalue()
