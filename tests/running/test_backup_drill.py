"""The drill: a backup under load, the database destroyed, the backup restored, and nothing promised is gone."""

import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import connection

from carecoord.alerts.models import Alert
from carecoord.audit.models import AuditEntry
from carecoord.local.backup import backup, restore
from carecoord.local.folders import open_folders
from carecoord.outbox.models import OutboxMessage
from referrals.models import Handover
from tests.referrals.handovers import ken_on_the_ward, offered
from tests.running.system import DATABASES, ROOT, eventually

pytestmark = [pytest.mark.running, pytest.mark.thorough]


@contextmanager
def people_who_go_on_working(world):
    """Handovers are offered, one after the other, until the block ends; their ids as they are committed."""
    committed, finished = [], threading.Event()

    def work():
        try:
            while not finished.is_set():
                committed.append(offered(world, ken_on_the_ward(world)).id)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield committed
    finally:
        finished.set()
        worker.join()


def _first(cursor, query, parameters):
    cursor.execute(query, parameters)
    return cursor.fetchone()[0]


def destroy(url):
    name = urlsplit(url).path.removeprefix("/")
    connection.close()
    link = psycopg2.connect(urlsplit(url)._replace(path="/postgres").geturl())
    link.autocommit = True
    with link.cursor() as cursor:
        # Not WITH (FORCE): the owner may end neither sessions of other logins nor an autovacuum. Those of the killed
        # programs end by themselves, and a plain DROP sends the autovacuum away.
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND usename IS NOT NULL"
        eventually(lambda: not _first(cursor, others, [name]), what="nobody left in the database")
        cursor.execute(f'DROP DATABASE "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    link.close()


def kept():
    """What must survive: the ids of handovers, alerts and audit entries that are committed now."""
    found = {model: set(model.objects.values_list("id", flat=True)) for model in (Handover, Alert, AuditEntry)}
    connection.close()
    return found


def test_a_backup_under_load_brings_every_handover_its_alert_and_every_audit_row_back(
    running_world, system, tmp_path, monkeypatch
):
    for name in DATABASES:
        monkeypatch.setenv(name, system.environment("owner")[name])
    folders, file = open_folders(ROOT, tmp_path / "data"), tmp_path / "place.backup"
    system.start_worker()
    with people_who_go_on_working(running_world) as committed:
        eventually(lambda: len(committed) >= 5 and Alert.objects.exists(), what="five handovers and an alert")
        before = kept()
        backup(folders, file)
        during = len(committed)
        eventually(lambda: len(committed) > during, what="a handover after the backup")
    system.kill_programs()
    destroy(system.environment("owner")["DATABASE_OWNER_URL"])
    restore(folders, file, replaces=True)

    after = kept()
    for model, ids in before.items():
        assert ids <= after[model], f"{model.__name__} rows are missing"
    assert len(after[Handover]) < len(committed) + 1, "the last handovers were offered after the backup"
    for handover in Handover.objects.all():
        assert AuditEntry.objects.filter(about_id=handover.id, verb="handover.drafted").count() == 1
    # The backup may have met one between its draft and its offer: nothing was promised of it yet.
    for handover in Handover.objects.exclude(status="draft"):
        assert AuditEntry.objects.filter(about_id=handover.id, verb="handover.offered").count() == 1
        is_told = Alert.objects.filter(about_id=handover.id).exists()
        assert is_told or OutboxMessage.objects.waiting().filter(about_id=handover.id).exists()

    system.start_worker()
    system.start_beat()
    waiting = Handover.objects.filter(status="offered")
    eventually(
        lambda: Alert.objects.filter(about_id__in=waiting.values("id")).count() == waiting.count(),
        within=60,
        what="every alert",
    )
