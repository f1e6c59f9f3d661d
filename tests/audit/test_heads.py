"""Where the audit ends is written to a file and to the log."""

import logging
import stat

import pytest
from django.core.management import CommandError, call_command

from carecoord import clock
from carecoord.audit.heads import Unreadable, export_head, read_heads
from carecoord.audit.models import SealedBatch
from carecoord.audit.sealing import head
from carecoord.ids import new_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def last(db, settings, tmp_path):
    settings.AUDIT_HEADS = tmp_path / "audit-heads.log"
    SealedBatch.objects.create(
        number=7, sealed_at=clock.now(), form=1, key_name="a", until_turn=9, until_id=new_id(), count=0, rows=b"",
        previous=bytes(32), mac=bytes(range(32)),
    )  # fmt: skip
    return head()


def test_each_export_adds_a_line_for_its_owner_alone(last, settings, caplog):
    caplog.set_level(logging.INFO)
    export_head()
    export_head()
    lines = settings.AUDIT_HEADS.read_text().splitlines()
    assert [(one.number, one.mac) for one in read_heads(settings.AUDIT_HEADS)] == [(last.number, last.mac)] * 2
    assert stat.S_IMODE(settings.AUDIT_HEADS.stat().st_mode) == 0o600
    assert [record.message for record in caplog.records if "audit head" in record.message] == lines


def test_a_folder_that_is_not_there_is_said_and_the_log_has_the_head_all_the_same(last, settings, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    settings.AUDIT_HEADS = tmp_path / "nowhere" / "heads.log"
    export_head()
    assert f"audit head {last.number} {last.mac.hex()}" in caplog.text
    assert f"could not be added to {settings.AUDIT_HEADS}: No such file or directory" in caplog.text


def test_before_the_first_seal_nothing_is_exported(db, settings, tmp_path):
    settings.AUDIT_HEADS = tmp_path / "heads.log"
    assert export_head().number == 0
    assert not settings.AUDIT_HEADS.exists()


@pytest.mark.parametrize("line", ["", "audit head 3", "2026-11-22T10:00:00+00:00 audit head x " + "0" * 64])
def test_a_line_that_is_no_head_is_named(tmp_path, line):
    file = tmp_path / "heads.log"
    file.write_text(f"2026-11-22T10:00:00+00:00 audit head 3 {'0' * 64}\n{line}\n")
    with pytest.raises(Unreadable, match=f"Line 2 of {file} is no head of the audit"):
        read_heads(file)


def test_a_file_of_heads_that_was_named_and_is_not_there_is_an_error(last, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_audit", "--heads", str(tmp_path / "nothing.log"))


def test_without_a_key_the_command_says_so(last, settings):
    settings.AUDIT_KEY = ""
    with pytest.raises(CommandError, match="AUDIT_KEY is not set"):
        call_command("verify_audit")
