"""The broker only makes things fast: without it nothing is lost and nobody waits."""

import logging
import time

import pytest
from celery import Celery
from django.db import transaction

from carecoord.ids import new_id
from carecoord.outbox import broker, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def speaking(monkeypatch):
    monkeypatch.setattr(broker, "_silent_until", 0.0)


@pytest.fixture
def sent(monkeypatch):
    tasks = []
    monkeypatch.setattr(broker.app, "send_task", lambda task, **options: tasks.append((task, options)))
    return tasks


def test_a_commit_nudges_the_relay_once_however_much_was_published(sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for _ in range(3):
            publish("test.happened", about=("thing", new_id()))
    assert [task for task, _ in sent] == ["outbox.relay"]


def test_a_rollback_nudges_nobody(sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        publish("test.happened", about=("thing", new_id()))
        transaction.set_rollback(True)
    assert sent == []


def test_a_broker_out_of_reach_fails_nothing_and_is_left_alone_for_a_while(monkeypatch, caplog):
    tries = []

    def refuse(task, **options):
        tries.append(task)
        raise ConnectionRefusedError

    monkeypatch.setattr(broker.app, "send_task", refuse)
    with caplog.at_level(logging.WARNING):
        broker.nudge("outbox.relay")
        broker.nudge("outbox.relay")
    assert tries == ["outbox.relay"]
    assert "the sweep will run outbox.relay" in caplog.text


def test_a_broker_that_is_not_there_costs_a_request_no_time(monkeypatch, settings):
    nowhere = Celery("nowhere", broker="redis://127.0.0.1:1/0", set_as_current=False)
    nowhere.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    monkeypatch.setattr(broker, "app", nowhere)
    began = time.monotonic()
    broker.nudge("outbox.relay")
    assert time.monotonic() - began < 1


def test_tasks_of_the_web_process_belong_to_the_configured_application(settings):
    from celery import current_app

    assert current_app.conf.broker_url == settings.CELERY_BROKER_URL
    assert current_app.conf.task_default_queue == "carecoord"


def test_every_scheduled_task_exists():
    broker.app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in broker.app.conf.beat_schedule.values()}
    assert scheduled <= set(broker.app.tasks)
