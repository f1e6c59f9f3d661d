"""One web process, one connection to it, and the CPU that it and its PostgreSQL backends have used."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from django.conf import settings

from carecoord.bench.cases import Answer, Ask

NAME = "carecoord-bench"
START_WITHIN_SECONDS = 60


class NotMeasured(Exception):
    """An answer was not the one that was to be measured."""


@dataclass
class Served:
    """`web` is the process that answers."""

    web: int
    address: tuple[str, int]
    connection: http.client.HTTPConnection
    owner_url: str

    def answer(self, ask: Ask, **headers: str) -> Answer:
        """Raises NotMeasured where the status is another."""
        self.connection.request(ask.method, ask.path, ask.body, {**ask.headers, **headers})
        response = self.connection.getresponse()
        body = response.read()
        if response.status != ask.status:
            raise NotMeasured(f"{ask.method} {ask.path} gave {response.status}: {body[:300].decode(errors='replace')}")
        return Answer(body, {name.lower(): value for name, value in response.getheaders()})

    def backends(self) -> list[int]:
        with psycopg2.connect(self.owner_url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [NAME])
            return [row[0] for row in cursor.fetchall()]

    def memory(self) -> int:
        """Kilobytes that are resident."""
        status = Path(f"/proc/{self.web}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1])


def cpu_ms(pids: list[int]) -> float:
    """Milliseconds on a processor so far, all threads together, to the microsecond."""
    return (
        sum(int(part.read_text().split()[0]) for pid in pids for part in Path(f"/proc/{pid}/task").glob("*/schedstat"))
        / 1_000_000
    )


@contextmanager
def serving(log: Path) -> Iterator[Served]:
    port = _free_port()
    environment = {
        **os.environ,
        "CARECOORD_LOGIN": "web",
        "PGAPPNAME": NAME,
        "BASE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DEMO": "0",
    }
    command = [sys.executable, "-m", "gunicorn", "carecoord.bench.wsgi:application", f"--bind=127.0.0.1:{port}"]
    command += ["--workers=1", "--worker-class=gthread", "--threads=1", "--keep-alive=600", "--timeout=600"]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, env=environment, cwd=settings.BASE_DIR, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield _wait(process, port, log)
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> Served:
    deadline = time.monotonic() + START_WITHIN_SECONDS
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while time.monotonic() < deadline and process.poll() is None:
        try:
            connection.request("GET", "/bench/hello")
            connection.getresponse().read()
        except OSError:
            connection.close()
            time.sleep(0.1)
            continue
        return Served(_worker_of(process.pid), ("127.0.0.1", port), connection, os.environ["DATABASE_OWNER_URL"])
    raise NotMeasured(f"The web process did not start; see {log}.")


def _worker_of(parent: int) -> int:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return int(children[0])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
