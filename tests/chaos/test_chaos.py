"""Everything that alerts go through is killed, and nothing is lost: for seconds here, for minutes in a thorough run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from carecoord.local import valkey
from carecoord.local.environment import DATABASES
from carecoord.local.folders import open_folders
from carecoord.local.kept import read_kept
from tests.running.system import ROOT, System

SEED = 20261123


def finished(command, environment, folder, *, within):
    """What was said, and what was written down."""
    ran = subprocess.run(
        command, env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=within
    )
    assert ran.returncode == 0, f"{ran.stdout[-3000:]}{ran.stderr[-2000:]}"
    return json.loads((folder / "chaos.json").read_text())


@pytest.mark.running
def test_for_seconds_workers_and_the_broker_are_killed_and_mail_is_refused(running_database, tmp_path):
    folder = tmp_path / "chaos"
    folder.mkdir()
    kept = read_kept(open_folders(ROOT, folder))
    environment = System(folder, running_database).environment("owner") | {"REDIS_URL": valkey.url(kept)}
    command = [sys.executable, "manage.py", "chaos", "--short", "--minutes=0.02", f"--seed={SEED}"]
    told = finished([*command, f"--folder={folder}"], environment, folder, within=120)
    assert told["wrong"] == []
    figures = told["figures"]
    for happened in ("killed worker-1", "killed Valkey", "the mail server refuses", "clock forward", "rolled back"):
        assert figures[happened] >= 1, happened
    assert figures["messages"] > figures["handovers offered"] > 1


@pytest.mark.running
@pytest.mark.thorough
def test_for_five_minutes_all_is_killed_the_database_too(tmp_path_factory):
    folder = Path(tmp_path_factory.mktemp("chaos"))
    environment = {name: value for name, value in os.environ.items() if name not in (*DATABASES, "REDIS_URL")}
    command = [str(ROOT / "dev"), "chaos", "--minutes", "5", "--seed", str(SEED), "--data", str(folder)]
    told = finished(command, environment, folder, within=1200)
    assert told["wrong"] == []
    for name in ("PostgreSQL", "Valkey", "web", "worker-1", "worker-2", "beat-1", "beat-2"):
        assert told["figures"][f"killed {name}"] >= 2, name
