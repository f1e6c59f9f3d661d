"""What Prometheus reads: numbers of the whole place, and nothing about anybody."""

import re
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from carecoord import audit, clock, outbox
from carecoord.audit.sealing import seal
from carecoord.ids import new_id
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.tasks import heartbeat, relay
from tests.referrals.handovers import ken_on_the_ward, offered

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-a-monitor"


@pytest.fixture
def measured(client, settings):
    """The measures by name, as a monitor reads them."""
    settings.STATUS_TOKEN = TOKEN

    def read():
        response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert response.status_code == 200
        lines = [line.rsplit(" ", 1) for line in response.text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in lines}

    return read


def test_without_the_token_there_is_no_such_page(client, settings):
    settings.STATUS_TOKEN = TOKEN
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 404
    settings.STATUS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_requests_are_counted_by_method_route_and_status(measured, client):
    name = 'carecoord_request_seconds_count{method="GET",route="accounts/login/",status="200"}'
    before = measured().get(name, 0)
    client.get("/accounts/login/")
    assert measured()[name] == before + 1


def test_a_method_of_somebodys_own_making_makes_no_measure_of_its_own(measured, client):
    client.generic("SHEILA", "/accounts/login/")
    assert not [name for name in measured() if "SHEILA" in name]
    assert [name for name in measured() if 'method="other"' in name]


def test_messages_are_counted_and_the_oldest_has_an_age(measured):
    OutboxMessage.objects.all().delete()
    assert (measured()["carecoord_outbox_messages"], measured()["carecoord_outbox_oldest_seconds"]) == (0, 0)
    with clock.at(clock.now() - timedelta(minutes=3)):
        outbox.publish("test.waits", about=("thing", new_id()))
    found = measured()
    assert found["carecoord_outbox_messages"] == 1
    assert 180 <= found["carecoord_outbox_oldest_seconds"] < 200


def test_alerts_that_nobody_has_acknowledged_are_counted_for_the_whole_place(world, measured):
    relay()
    before = measured()["carecoord_alerts_waiting"]
    offered(world, ken_on_the_ward(world))
    relay()
    assert measured()["carecoord_alerts_waiting"] == before + 1


def test_the_oldest_entry_of_the_audit_that_is_not_sealed_has_an_age(world, measured):
    audit.looked("resident.viewed", by=world.nurse)
    with clock.at(clock.now() + timedelta(minutes=3)):
        found = measured()
    assert found["carecoord_audit_unsealed_entries"] >= 1
    assert found["carecoord_audit_oldest_unsealed_seconds"] >= 180


def test_the_age_is_that_of_the_row_whatever_moment_it_tells_of(world, measured):
    """The demonstration's past year, and what is imported, are written today."""
    seal()
    before = measured()["carecoord_audit_oldest_unsealed_seconds"]
    with clock.at(clock.now() - timedelta(days=300)):
        audit.looked("resident.viewed", by=world.nurse)
    assert measured()["carecoord_audit_oldest_unsealed_seconds"] < before + 60


def test_a_worker_is_heard_and_tasks_are_counted(measured):
    heartbeat()
    found = measured()
    assert 0 <= found["carecoord_worker_heartbeat_seconds"] < 20
    assert found["carecoord_queue_tasks"] >= 0


def test_what_cannot_be_asked_is_left_out(measured, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert "carecoord_queue_tasks" not in measured()


@pytest.mark.parametrize("trouble", [OperationalError, InterfaceError])
def test_without_the_database_what_is_known_is_told(measured, monkeypatch, trouble):
    assert measured()["carecoord_database_reachable"] == 1

    def refuse(self, *_, **__):
        raise trouble("connection refused")

    with monkeypatch.context() as away:
        away.setattr(BaseDatabaseWrapper, "cursor", refuse)
        found = measured()
    assert found["carecoord_database_reachable"] == 0
    assert found["carecoord_disk_free_bytes"] > 0
    assert found["carecoord_queue_tasks"] >= 0
    assert [name for name in found if name.startswith("carecoord_request_seconds_count")]
    assert "carecoord_outbox_messages" not in found


def test_no_measure_names_a_resident_a_team_or_an_id(world, measured):
    offered(world, ken_on_the_ward(world))
    told = " ".join(measured())
    assert "Hartley" not in told
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", told)
