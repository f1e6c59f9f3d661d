"""Restored into a server that counts from lower numbers, the audit is as it was sealed, and goes on after it."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from carecoord.local import servers
from carecoord.local.backup import backup, restore
from carecoord.local.environment import environment
from carecoord.local.folders import Folders, open_folders
from carecoord.local.kept import audit_key
from tests.local.conftest import ROOT, asked

pytestmark = pytest.mark.thorough

SEAL = "from carecoord.audit.sealing import seal; print(seal())"
# Each block that fails after it has written takes a number.
USE_NUMBERS = """
    DO $$ BEGIN FOR i IN 1..5000 LOOP
      BEGIN CREATE TEMP TABLE used (); RAISE 'taken back'; EXCEPTION WHEN raise_exception THEN NULL; END;
    END LOOP; END $$
"""
WRITE = """
    INSERT INTO audit_auditentry (id, at, kind, verb, actor_kind, actor_id, role, about_type, reason, detail)
    VALUES (app.new_id(), now(), 'look', 'resident.viewed', 'person', app.new_id(), 'nurse', '', '', '{"a": 1.50}')
"""


def manage(place, folders, *arguments, **more):
    """What it prints, and how it ends."""
    variables = environment(folders, place.kept, place.addresses, DEMO="0", **more)
    done = subprocess.run(
        [*folders.manage, *arguments], env=variables, cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout, done.returncode


def highest(place):
    return int(asked(place.addresses.owner, "SELECT max(turn) FROM audit_auditentry"))


def test_an_audit_restored_into_another_server_verifies_and_goes_on(
    folders: Folders, new_folder: Callable[[], Path]
) -> None:
    other, file = open_folders(ROOT, new_folder()), new_folder() / "place.backup"
    with servers.running(folders, careless=True) as place:
        owner = place.addresses.owner
        assert manage(place, folders, "migrate", "--verbosity=0")[1] == 0
        asked(owner, USE_NUMBERS)
        for _ in range(3):
            asked(owner, WRITE)
        assert manage(place, folders, "shell", "-c", SEAL)[0].strip().endswith("3")
        before = highest(place)
    backup(folders, file)
    restore(other, file, replaces=False)
    assert audit_key(other) != audit_key(folders)
    assert audit_key(folders).encode() not in file.read_bytes()
    with servers.running(other, careless=True) as place:
        owner = place.addresses.owner
        assert int(asked(owner, "SELECT pg_current_xact_id()::text")) < before, (
            "the test needs a server with lower numbers"
        )
        said, code = manage(place, other, "verify_audit", AUDIT_KEY=audit_key(folders))
        assert ("Everything is as it was sealed." in said, code) == (True, 0), said
        said, code = manage(place, other, "verify_audit")
        assert ("which is not given here" in said, code) == (True, 1)
        asked(owner, WRITE)
        assert highest(place) > before
        # This one, and two that tell of having been verified.
        assert manage(place, other, "shell", "-c", SEAL)[0].strip().endswith("3")
        said, code = manage(place, other, "verify_audit", AUDIT_FORMER_KEYS=audit_key(folders))
        assert ("2 seals over 6 entries" in said, code) == (True, 0)


def test_heads_that_tell_of_what_was_sealed_after_the_backup_are_set_aside(
    folders: Folders, new_folder: Callable[[], Path]
) -> None:
    file, heads = new_folder() / "place.backup", folders.data / "audit-heads.log"
    backup(folders, file)
    heads.write_text("a head\n")
    restore(folders, file, replaces=True)
    assert not heads.exists()
    (kept,) = folders.data.glob("audit-heads-until-*.log")
    assert kept.read_text() == "a head\n"
