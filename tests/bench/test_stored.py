"""Alerts in bulk, what one costs among them, and a sweep of what is due."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from carecoord import clock
from carecoord.alerts.models import Alert, AlertRecipient, AlertRung
from carecoord.bench import report
from carecoord.bench.loading import load
from carecoord.bench.place import find_place
from carecoord.bench.stored import load_alerts
from carecoord.bench.sweeping import Stretch, Sweep, cost_of_alerts, sweep
from carecoord.bench.turns import Turns
from carecoord.delivery.models import Delivery
from tests.bench.test_loading import _forget_the_world

RESIDENTS, STORED, DUE = 120, 800, 7


def quietly(_words):
    """Progress that nobody reads."""


@pytest.fixture(scope="module")
def loaded(migrated_database, django_db_blocker):
    """One place for all tests of this file; it is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        _forget_the_world()
        load(RESIDENTS, quietly)
        yield find_place()
        transaction.set_rollback(True)


@pytest.fixture
def place(loaded, django_db_blocker):
    """To the database it is still the moment at which its transaction began."""
    with django_db_blocker.unblock(), clock.at(clock.now()), transaction.atomic():
        yield loaded
        transaction.set_rollback(True)


def test_as_many_are_stored_as_were_asked_for_each_told_to_somebody_by_an_email_that_was_sent(place):
    before = Alert.objects.count()
    for _ in range(2):
        load_alerts(STORED, 0, quietly)
        assert Alert.objects.count() == STORED
    stored = STORED - before
    waiting = Alert.objects.filter(next_rung_at__isnull=False)
    assert waiting.count() == stored // 100
    assert not waiting.filter(next_rung_at__lte=clock.now()).exists()
    emails = Delivery.objects.filter(about_type="alert", state="sent")
    told = AlertRecipient.objects.filter(alert_id__in=emails.values("about_id"), alert__rungs__level=0)
    assert (emails.count(), told.count()) == (stored, stored)


def test_what_one_costs_is_measured_by_round_and_its_statements_are_exact(place):
    load_alerts(STORED, 0, quietly)
    found = cost_of_alerts(rounds=3, requests=2, turns=Turns())
    assert (found.alerts, len(found.cpu_ms), min(found.cpu_ms) > 0) == (STORED, 3, True)
    assert found.statements <= 8


def test_what_is_due_is_swept_once_to_the_lead_and_taken_away_before_the_next_run(place):
    load_alerts(STORED, DUE, quietly)
    swept = sweep()
    fired = AlertRung.objects.filter(level=2)
    assert (swept.rungs, fired.count()) == (DUE, DUE)
    assert {rung.told_count for rung in fired} == {1}
    assert sweep().rungs == 0
    load_alerts(STORED, 0, quietly)
    assert not AlertRung.objects.filter(level=2).exists()
    assert Alert.objects.count() == STORED


def test_the_last_tenth_is_compared_with_the_first():
    stretches = [Stretch(500, 2.0, 1000.0)] * 10 + [Stretch(500, 2.0, 1500.0)] * 10
    swept = Sweep(stretches)
    assert (swept.rungs, swept.seconds, swept.each_ms, swept.times) == (10_000, 40.0, 2.5, 1.5)


def test_the_table_compares_each_number_with_the_next_and_says_what_a_sweep_took():
    fewer = {"alerts": 10_000, "cpu_ms": [10.0, 20.0, 10.0], "statements": 8}
    swept = {"rungs": 100_000, "seconds": 500.0, "each_ms": 4.0, "times": 1.3}
    more = {"alerts": 5_000_000, "cpu_ms": [10.5, 21.0, 10.5], "statements": 8, "sweep": swept}
    told = report.stored_table(2_000, [fewer, more])
    assert (
        "| an alert among 5,000,000, of what it costs among 10,000 | 1.05 | 1.25 | 1.1 | 8, 8 (equal) | aim |" in told
    )
    assert (
        "| the last tenth of 100,000 rungs that were due, of what the first cost | 1.30 | 1.25 | 1.1 | - | misses |"
        in told
    )
    assert "100,000 rungs in 500 s, 200 a second by one worker, 4.0 ms of CPU each." in told


@pytest.mark.django_db
def test_a_database_with_people_who_exist_is_refused(world):
    with pytest.raises(CommandError) as refused:
        call_command("load_alerts", 10)
    assert refused.value.returncode == 2
    assert not Alert.objects.exists()


def test_more_than_a_disk_holds_is_refused(place):
    with pytest.raises(CommandError, match="20000000 alerts at most"):
        call_command("load_alerts", 20_000_001)


def test_stored_alerts_are_measured_together_with_alerts_alone():
    with pytest.raises(CommandError, match="together with --alerts"):
        call_command("bench", stored=[10])
