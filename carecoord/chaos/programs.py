"""The programs of a run: started, killed without warning, and started again by whoever would do that in life."""

import os
import shutil
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from carecoord.chaos.post import ARRIVED
from carecoord.local import postgres, valkey
from carecoord.local.folders import Folders
from carecoord.local.home import Home, open_home
from carecoord.local.kept import read_kept
from carecoord.local.processes import Child, Program, start, stop

SERVERS = ("PostgreSQL", "Valkey")
WEB = "web"
ANSWERS_WITHIN_SECONDS = 90


def is_worker(name: str) -> bool:
    return name.startswith("worker")


@dataclass
class Programs:
    """`names` of all that shall run; PostgreSQL only where it is the run's own."""

    folders: Folders
    environment: Mapping[str, str]
    names: tuple[str, ...]
    web_port: int
    running: dict[str, Child] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)
    ended_by_themselves: Counter[str] = field(default_factory=Counter)

    @property
    def home(self) -> Home:
        return open_home(self.folders)

    def start_servers(self) -> None:
        for name in SERVERS:
            if name in self.names:
                self.start(name)

    def start_all(self) -> None:
        """Whatever of it does not run."""
        for name in self.names:
            if name not in self.running:
                self.start(name)

    def wait_until_ready(self) -> None:
        """For the first time: the web server answers, and every worker takes tasks."""
        deadline = time.monotonic() + ANSWERS_WITHIN_SECONDS
        while time.monotonic() < deadline and not all(self._is_ready(name) for name in self.names):
            time.sleep(0.1)

    def start(self, name: str) -> None:
        if name == "PostgreSQL":
            child, _ = postgres.start_postgres(self.folders, self.home, read_kept(self.folders), careless=False)
        elif name == "Valkey":
            child, _ = valkey.start_valkey(self.folders, self.home, read_kept(self.folders))
        else:
            child = start(self._program(name))
        self.running[name] = child

    def kill(self, name: str, *, loses_its_files: bool = False) -> None:
        """SIGKILL to it and to all that it has started. Valkey may lose what it had written as well."""
        child = self.running.pop(name)
        for pid in _with_children(child.process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        child.process.wait()
        self.killed[name] += 1
        if name == "Valkey" and loses_its_files:
            shutil.rmtree(self.home.folder / "valkey", ignore_errors=True)

    def note_who_ended(self) -> list[str]:
        """Who ended without being killed by us: a worker, say, that did not find its database when it started."""
        ended = [name for name, child in self.running.items() if child.has_ended]
        for name in ended:
            self.running.pop(name)
            self.ended_by_themselves[name] += 1
        return ended

    def end_all(self) -> None:
        """All is reckoned up by then, so nobody is asked to finish; the servers are, for the sake of their files."""
        for name in [name for name in self.running if name not in SERVERS]:
            self.kill(name)
        for name in reversed(SERVERS):
            if name in self.running:
                stop(self.running.pop(name), patience=20)

    def _program(self, name: str) -> Program:
        celery = [sys.executable, "-m", "celery", "-A", "carecoord"]
        if is_worker(name):
            command = [*celery, "worker", f"--hostname={name}@%h", "--concurrency=2", "--loglevel=INFO"]
            command += ["--without-mingle", "--without-gossip", f"--queues={ARRIVED}"]
            command += ["--include=carecoord.chaos.worker"]
        elif name == WEB:
            command = [sys.executable, "-m", "gunicorn", "carecoord.chaos.wsgi:application"]
            command += [f"--bind=127.0.0.1:{self.web_port}", "--worker-class=gthread", "--workers=1", "--threads=4"]
            command += ["--graceful-timeout=2", "--no-control-socket"]
        else:
            command = [*celery, "beat", "--loglevel=INFO", f"--schedule={self.folders.data / name}"]
        login = {"CARECOORD_LOGIN": "web" if name == WEB else "worker"}
        return Program(name, command, self._log(name), {**self.environment, **login}, self.folders.root)

    def _is_ready(self, name: str) -> bool:
        if is_worker(name):
            return " ready." in self._log(name).read_text(errors="replace")
        if name == WEB:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.web_port), timeout=1):
                return True
            return False
        return True

    def _log(self, name: str) -> Path:
        return self.folders.logs / f"{name}.log"


def _with_children(pid: int) -> list[int]:
    """The process, and all below it: PostgreSQL's are in sessions of their own."""
    found = [pid]
    for one in found:
        with suppress(OSError, ValueError):
            found += [int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
    return found
