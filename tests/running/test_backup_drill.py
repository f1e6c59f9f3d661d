"""The drill: a backup under load, the database destroyed, the backup restored, and nothing promised is gone."""

import json
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import connection

from carecoord.alerts.models import Alert
from carecoord.audit.models import AuditEntry
from carecoord.audit.sealing import head, seal
from carecoord.audit.state import audit_state
from carecoord.audit.verifying import verify
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
    """What must survive: handovers, alerts and audit entries that are committed now, whole, by their ids."""
    found = {}
    with connection.cursor() as cursor:
        for model in (Handover, Alert, AuditEntry):
            cursor.execute(f'SELECT one.id, to_jsonb(one) FROM "{model._meta.db_table}" one')
            found[model] = {
                row_id: json.loads(row) if isinstance(row, str) else row for row_id, row in cursor.fetchall()
            }
    connection.close()
    return found


def not_as_before(before, then, after):
    """Rows that were the same before and after the backup was made, and that the restored database tells otherwise.

    Of those that changed meanwhile nobody knows what the backup has met; they are there.
    """
    return {
        (model.__name__, row_id): (row, after[model].get(row_id))
        for model, rows in before.items()
        for row_id, row in rows.items()
        if (then[model][row_id] == row and after[model].get(row_id) != row) or row_id not in after[model]
    }


def test_a_row_that_has_lost_a_column_or_is_gone_is_not_as_before():
    before = {Handover: {1: {"status": "offered", "situation": "Goes home"}, 2: {"status": "draft"}}}
    then = {Handover: {1: {"status": "offered", "situation": "Goes home"}, 2: {"status": "offered"}}}
    assert not_as_before(before, then, then) == {}
    assert set(not_as_before(before, then, {Handover: {1: {"status": "offered"}, 2: {}}})) == {("Handover", 1)}
    assert set(not_as_before(before, then, {Handover: {1: before[Handover][1]}})) == {("Handover", 2)}


def test_a_backup_under_load_brings_every_handover_its_alert_and_every_audit_row_back(
    running_world, system, tmp_path, monkeypatch
):
    for name in DATABASES:
        monkeypatch.setenv(name, system.environment("owner")[name])
    folders, file = open_folders(ROOT, tmp_path / "data"), tmp_path / "place.backup"
    system.start_worker()
    with people_who_go_on_working(running_world) as committed:
        eventually(lambda: len(committed) >= 5 and Alert.objects.exists(), what="five handovers and an alert")
        eventually(seal, what="a seal")
        sealed = head().number
        before = kept()
        backup(folders, file)
        then, during = kept(), len(committed)
        eventually(lambda: len(committed) > during, what="a handover after the backup")
    system.kill_programs()
    destroy(system.environment("owner")["DATABASE_OWNER_URL"])
    restore(folders, file, replaces=True)

    after = kept()
    assert not_as_before(before, then, after) == {}
    unchanged = {model: sum(then[model][one] == row for one, row in rows.items()) for model, rows in before.items()}
    assert unchanged[AuditEntry] == len(before[AuditEntry])
    assert unchanged[Handover] >= len(before[Handover]) - 1
    assert unchanged[Alert] >= 1
    assert len(after[Handover]) < len(committed) + 1, "the last handovers were offered after the backup"
    for handover in Handover.objects.all():
        assert AuditEntry.objects.filter(about_id=handover.id, verb="handover.drafted").count() == 1
    # The backup may have met one between its draft and its offer: nothing was promised of it yet.
    for handover in Handover.objects.exclude(status="draft"):
        assert AuditEntry.objects.filter(about_id=handover.id, verb="handover.offered").count() == 1
        is_told = Alert.objects.filter(about_id=handover.id).exists()
        assert is_told or OutboxMessage.objects.waiting().filter(about_id=handover.id).exists()

    # The backup's entries are as they were sealed, and the chain goes on.
    assert verify().faults == []
    assert head().number >= sealed > 0
    system.start_worker()
    system.start_beat()
    waiting = Handover.objects.filter(status="offered")
    eventually(
        lambda: Alert.objects.filter(about_id__in=waiting.values("id")).count() == waiting.count(),
        what="every alert",
    )
    eventually(lambda: audit_state().unsealed == 0, within=120, what="everything sealed, by beat")
    report = verify()
    assert (report.faults, report.unsealed) == ([], 0)
    assert report.head.number > sealed
