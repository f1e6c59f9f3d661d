"""What monitors and administrators are told."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from carecoord import audit, clock, health, outbox
from carecoord.audit.sealing import seal
from carecoord.ids import new_id
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.tasks import heartbeat

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-a-monitor"


@pytest.fixture(autouse=True)
def empty_outbox(db):
    OutboxMessage.objects.all().delete()
    seal()  # what was committed before the test


@pytest.fixture
def monitor(client, settings):
    settings.STATUS_TOKEN = TOKEN
    return lambda token=TOKEN: client.get("/status", headers={"Authorization": f"Bearer {token}"})


def test_healthz_asks_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok\n"


def test_readyz_is_ready_when_migrated(client):
    assert (client.get("/readyz").status_code, client.get("/readyz").content) == (200, b"ready\n")


def test_readyz_names_the_first_missing_migration(client):
    MigrationRecorder.Migration.objects.filter(app="alerts", name__startswith="0003").delete()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content == b"The database is not up to date: 1 migrations are missing, first alerts.0003_waiting.\n"


def test_readyz_says_when_the_database_is_out_of_reach(client, monkeypatch):
    def refuse(self):
        raise DatabaseError

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", refuse)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"The database cannot be reached.\n")


def test_a_monitor_reads_the_status_with_its_token(monitor):
    heartbeat()
    found = monitor().json()
    assert found["problems"] == []
    assert found["is_broker_reachable"] is True
    assert found["undelivered_messages"] == 0


def test_the_status_names_what_does_not_get_through(monitor, monkeypatch):
    with clock.at(clock.now() - timedelta(minutes=2)):
        heartbeat()
        outbox.publish("test.waits", about=("thing", new_id()))
        failed = outbox.publish("test.fails", about=("thing", new_id()))
    OutboxMessage.objects.filter(id=failed).update(failed_at=clock.now())
    monkeypatch.setattr(health, "answers", lambda: False)
    assert monitor().json()["problems"] == [
        "The broker cannot be reached: alerts are late until it is back.",
        "No worker has been heard for a minute.",
        "A message has waited for more than a minute.",
        "Messages not delivered: 1.",
    ]


def test_the_status_names_an_audit_that_is_not_sealed(world, monitor):
    heartbeat()
    audit.looked("resident.viewed", by=world.nurse)
    found = monitor().json()
    assert found["unsealed_entries"] >= 1
    assert found["problems"] == []
    with clock.at(clock.now() + timedelta(minutes=6)):
        heartbeat()
        assert monitor().json()["problems"] == [
            "The audit has not been sealed for five minutes: the worker's log says why."
        ]


def test_the_status_says_when_the_disk_is_nearly_full(monitor, monkeypatch):
    heartbeat()
    assert monitor().json()["free_mb"] > 0
    monkeypatch.setattr(health, "free_mb", lambda: 812)
    found = monitor().json()
    assert found["free_mb"] == 812
    assert found["problems"] == ["The disk of the data folder has 812 MB left: make room before nothing can be saved."]


def test_without_a_data_folder_nothing_is_said_of_its_disk(monitor, settings, tmp_path):
    heartbeat()
    settings.DATA_DIR = tmp_path / "nowhere"
    found = monitor().json()
    assert (found["free_mb"], found["problems"]) == (None, [])


def test_a_wrong_token_is_asked_to_sign_in(monitor):
    assert monitor("wrong").url == "/accounts/login/?next=/status"


def test_without_a_token_of_its_own_the_site_accepts_none(client, settings):
    settings.STATUS_TOKEN = ""
    assert client.get("/status", headers={"Authorization": "Bearer "}).status_code == 302


def test_the_status_says_where_emails_are_only_logged(monitor, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    sentence = "No mail server is set up (EMAIL_URL): emails are logged, not sent."
    assert sentence in monitor().json()["problems"]
    settings.DEMO = True
    assert sentence not in monitor().json()["problems"]


@pytest.mark.parametrize("trouble", [OperationalError, InterfaceError])
def test_a_monitor_is_told_that_the_database_is_out_of_reach(monitor, monkeypatch, trouble):
    def refuse(self, *_, **__):
        raise trouble("connection refused")

    with monkeypatch.context() as away:
        away.setattr(BaseDatabaseWrapper, "cursor", refuse)
        answer = monitor()
    assert (answer.status_code, answer.json()) == (503, {"problems": ["The database cannot be reached."]})


def test_the_status_page_is_for_administrators(signed_in):
    text = signed_in("admin").get("/status").content.decode()
    assert "Last heard from a worker" in text
    assert "Oldest entry of the audit not sealed" in text


def test_the_status_page_is_for_nobody_else(signed_in):
    assert signed_in("nurse").get("/status").status_code == 404
