"""A real worker, beat, Valkey, PostgreSQL and SMTP server: alerts arrive, once, whatever breaks in between."""

import os
import time
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_string
from email.policy import default

import psycopg2
import pytest
from django.conf import settings
from django.db import connection, transaction
from redis import Redis

from carecoord import clock, outbox
from carecoord.alerts.models import Alert, AlertRung
from carecoord.delivery.models import Delivery
from carecoord.ids import new_id
from carecoord.outbox import broker
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.state import last_heartbeat
from tests.alerts.offers import raised
from tests.referrals.handovers import accepted, ken_on_the_ward, offered
from tests.running.system import eventually

pytestmark = pytest.mark.running


@pytest.fixture
def alone(system):
    """No worker and no beat before and after."""
    system.kill_programs()
    yield
    system.kill_programs()


@pytest.fixture
def worker(system, running_world):
    """A worker that has nothing left to do; it stays for the next test."""
    found = system.running("worker") or system.start_worker()
    # A nudge waits for half a minute, and a worker may take longer to come on a busy machine.
    eventually(lambda: " ready." in system.log_of("worker"), what="a worker that listens")
    everything_relayed()
    return found


def alert_about(handover):
    return eventually(lambda: Alert.objects.filter(about_id=handover.id).first(), what="the alert")


def everything_relayed():
    broker.nudge("outbox.relay")
    return eventually(lambda: not OutboxMessage.objects.waiting().exists(), what="the relay")


@contextmanager
def another_connection():
    link = connection.copy()
    try:
        link.set_autocommit(True)
        with link.cursor() as cursor:
            yield cursor
    finally:
        link.close()


def waiting_for_a_lock(cursor):
    cursor.execute("SELECT count(*) FROM pg_locks WHERE relation = 'alerts_alertrecipient'::regclass AND NOT granted")
    return cursor.fetchone()[0]


@contextmanager
def as_the_worker():
    """A connection that may see and end those of the worker."""
    link = psycopg2.connect(os.environ["DATABASE_WORKER_URL"], dbname=connection.settings_dict["NAME"])
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            cursor.execute("SET ROLE NONE")  # the role it logs in as may end what that role has begun
            yield cursor
    finally:
        link.close()


def connections_of_the_worker(cursor, *, busy=False):
    cursor.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = session_user"
        " AND pid <> pg_backend_pid() AND (NOT %s OR state <> 'idle')",
        [busy],
    )
    return {pid for (pid,) in cursor.fetchall()}


def is_at_rest(system, cursor):
    """Nothing waits for the worker or is in its hands, where it stays until it is done."""
    with Redis(port=system.valkey_port) as asked:
        waiting = asked.llen(settings.CELERY_TASK_DEFAULT_QUEUE) + asked.hlen("unacked")
    return not waiting and not connections_of_the_worker(cursor, busy=True)


def test_an_offered_handover_reaches_every_member_of_the_team_with_an_email(running_world, system, worker):
    ken = ken_on_the_ward(running_world)
    handover = offered(running_world, ken)
    alert = alert_about(handover)
    assert alert.team == running_world.nursing
    assert alert.recipients.count() == 3
    (email,) = eventually(lambda: system.mail.to("nurse@example.org"), what="the email")[-1:]
    parsed = message_from_string(email, policy=default)
    assert parsed["Subject"] == "CareCoord: 1 thing is waiting for your team"
    assert f"{system.base_url}/alerts/{alert.id}/" in parsed.get_body(("plain",)).get_content()
    assert (
        parsed["Message-ID"]
        == f"<{Delivery.objects.get(about_id=alert.id, recipient__email='nurse@example.org').id}@127.0.0.1>"
    )
    for personal in ("Hartley", "HARTLEY", "Kenneth", ken.nhs_number, "1945", "Alzheimer"):
        assert personal not in email


def test_accepting_resolves_the_alert_through_the_worker(running_world, worker):
    handover = offered(running_world, ken_on_the_ward(running_world))
    alert = alert_about(handover)
    accepted(running_world, handover)
    eventually(lambda: Alert.objects.get(id=alert.id).state == "resolved", what="resolving")


def test_a_worker_keeps_its_connections_from_task_to_task_and_parts_with_those_that_have_died(
    running_world, system, worker
):
    alert_about(offered(running_world, ken_on_the_ward(running_world)))
    with as_the_worker() as cursor:
        kept = eventually(lambda: connections_of_the_worker(cursor), what="the worker's connections")
        alert_about(offered(running_world, ken_on_the_ward(running_world)))
        everything_relayed()
        assert kept <= connections_of_the_worker(cursor)
        eventually(lambda: not Delivery.objects.filter(state="waiting").exists(), what="the emails")
        eventually(lambda: is_at_rest(system, cursor), what="a worker with nothing to do")
        said = len(system.log_of("worker"))
        for pid in connections_of_the_worker(cursor):
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        alert_about(offered(running_world, ken_on_the_ward(running_world)))
        assert not kept & connections_of_the_worker(cursor)
    assert "Error" not in system.log_of("worker")[said:]


def test_a_rolled_back_change_alerts_nobody(running_world, worker):
    ken = ken_on_the_ward(running_world)
    with transaction.atomic():
        handover = offered(running_world, ken)
        transaction.set_rollback(True)
    outbox.publish("test.after", about=("thing", new_id()))
    everything_relayed()
    assert not Alert.objects.filter(about_id=handover.id).exists()
    assert not OutboxMessage.objects.filter(about_id=handover.id).exists()


def test_a_worker_killed_in_the_middle_of_telling_leaves_exactly_one_alert(running_world, system, worker):
    ken = ken_on_the_ward(running_world)
    # The worker writes the alert, and then cannot write who was told until we let go.
    with another_connection() as holding:
        holding.execute("BEGIN; LOCK TABLE alerts_alertrecipient IN ACCESS EXCLUSIVE MODE")
        handover = offered(running_world, ken)
        eventually(lambda: waiting_for_a_lock(holding), what="a worker in the middle of its transaction")
        system.kill(worker)
        holding.execute("ROLLBACK")
    assert not Alert.objects.filter(about_id=handover.id).exists()
    system.start_worker()
    system.start_beat()
    alert = alert_about(handover)
    everything_relayed()
    assert Alert.objects.filter(about_id=handover.id).count() == 1
    assert alert.recipients.count() == 3
    assert Delivery.objects.filter(about_id=alert.id).count() == 3


def test_without_a_broker_the_change_succeeds_and_the_alert_comes_when_it_is_back(running_world, system, worker):
    system.running("beat") or system.start_beat()
    system.stop_valkey()
    began = time.monotonic()
    handover = offered(running_world, ken_on_the_ward(running_world))
    assert time.monotonic() - began < 3
    assert OutboxMessage.objects.waiting().filter(about_id=handover.id).exists()
    system.start_valkey()
    alert = alert_about(handover)
    assert alert.recipients.count() == 3


@pytest.mark.thorough
def test_a_broker_that_goes_while_a_worker_works_does_not_end_the_worker(running_world, system, worker):
    system.running("beat") or system.start_beat()
    ken = ken_on_the_ward(running_world)
    with another_connection() as holding:
        holding.execute("BEGIN; LOCK TABLE alerts_alertrecipient IN ACCESS EXCLUSIVE MODE")
        handover = offered(running_world, ken)
        eventually(lambda: waiting_for_a_lock(holding), what="a worker in the middle of its transaction")
        system.stop_valkey()
        system.start_valkey()
        holding.execute("ROLLBACK")
    assert alert_about(handover).recipients.count() == 3
    assert not worker.has_ended
    next_one = offered(running_world, ken_on_the_ward(running_world))
    assert alert_about(next_one).recipients.count() == 3


@pytest.mark.thorough
def test_a_mail_server_that_refuses_leaves_the_email_waiting_until_it_takes_it(running_world, system, worker):
    system.mail.refuses = "451 come again"
    handover = offered(running_world, ken_on_the_ward(running_world))
    alert = alert_about(handover)
    emails = Delivery.objects.filter(about_id=alert.id)
    eventually(lambda: emails.filter(attempts=1).exclude(failure="").count() == 3, what="three refusals")
    assert set(emails.values_list("state", "failure")) == {("waiting", "The mail server refused the address with 451")}
    assert min(emails.values_list("next_attempt_at", flat=True)) > clock.now()
    system.mail.refuses = ""
    emails.update(next_attempt_at=clock.now())
    system.running("beat") or system.start_beat()
    eventually(lambda: emails.filter(state="sent", attempts=2).count() == 3, what="three emails")
    assert len([text for text in system.mail.to("nurse@example.org") if str(alert.id) in text]) == 1


@pytest.mark.thorough
def test_two_workers_and_two_beats_fire_each_rung_once(running_world, system, alone):
    with clock.at(clock.now() - timedelta(minutes=15)):
        alerts = [raised(running_world, hours=0.1) for _ in range(10)]
    for name in ("one", "two"):
        system.start_worker(f"worker-{name}")
        system.start_beat(f"beat-{name}")
    ids = [alert.id for alert in alerts]
    eventually(lambda: not Alert.objects.filter(id__in=ids, next_rung_at__isnull=False).exists(), what="the rungs")
    fired = list(
        AlertRung.objects.filter(alert_id__in=ids).order_by("alert_id", "level").values_list("alert_id", "level")
    )
    assert fired == [(alert_id, level) for alert_id in sorted(ids) for level in range(5)]
    assert Delivery.objects.filter(about_id__in=ids, recipient__email="lead@example.org").count() == 30
    assert Alert.objects.filter(cause_id__in=[alert.cause_id for alert in alerts]).count() == 30
    eventually(last_heartbeat, what="a heartbeat")
