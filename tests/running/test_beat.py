"""Whether beat still sends is seen from outside, by the very question that docker-compose.yml asks."""

import os
import re
import subprocess
import time

import pytest

from tests.running.system import ROOT, eventually

pytestmark = [pytest.mark.running, pytest.mark.thorough]


def is_well(mark):
    asks = re.search(r"\[CMD-SHELL, (find /tmp/schedule\.sent .*)\]", (ROOT / "docker-compose.yml").read_text())[1]
    return subprocess.run(["sh", "-c", asks.replace("/tmp/schedule.sent", str(mark))], check=False).returncode == 0


def test_beat_is_well_while_it_sends_and_no_longer(system):
    mark = system.folder / "beat.sent"
    assert not is_well(mark)
    child = system.start_beat()
    eventually(lambda: is_well(mark), what="the first task")
    first = mark.stat().st_mtime
    eventually(lambda: mark.stat().st_mtime > first, what="another task")
    system.kill(child)
    assert is_well(mark)
    an_age_ago = time.time() - 130
    os.utime(mark, (an_age_ago, an_age_ago))
    assert not is_well(mark)


def test_a_beat_that_cannot_send_is_not_well(system):
    system.stop_valkey()
    mark = system.folder / "unheard.sent"
    child = system.start_beat("unheard")
    eventually(lambda: "beat: Starting" in system.log_of("unheard"), what="beat")
    eventually(lambda: "rror" in system.log_of("unheard"), what="a task that is not sent")
    assert not is_well(mark)
    system.kill(child)
