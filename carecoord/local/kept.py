"""What a data folder keeps between runs: passwords and the ports chosen for its servers."""

import json
import os
import random
import secrets
import socket
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from carecoord.local.folders import Folders
from carecoord.local.refusal import Refusal

# Below every system's range for outgoing connections, so that a kept port stays free.
PORTS = range(20_000, 32_000)


@dataclass(frozen=True)
class Kept:
    superuser_password: str
    owner_password: str
    web_password: str
    worker_password: str
    valkey_password: str
    secret_key: str
    postgres_port: int
    valkey_port: int
    web_port: int = 8000
    has_demo: bool = True


def read_kept(folders: Folders) -> Kept:
    """What this folder keeps; made and written first in a new folder."""
    path = folders.data / "kept.json"
    if not path.exists():
        return write_kept(folders, _new())
    try:
        return Kept(**json.loads(path.read_text()))
    except (ValueError, TypeError) as error:
        raise Refusal(f"{path} cannot be understood; put back a copy of it or choose another --data DIR.") from error


def write_kept(folders: Folders, kept: Kept) -> Kept:
    write_privately(folders.data / "kept.json", json.dumps(asdict(kept), indent=2))
    return kept


def audit_key(folders: Folders) -> str:
    """What the audit of this place is sealed with; made once. In a file of its own: backups can be verified with it,
    and only with it."""
    path = folders.data / "audit.key"
    if not path.exists():
        write_privately(path, f"{secrets.token_urlsafe(48)}\n")
    return path.read_text().strip()


def with_free_postgres_port(folders: Folders, kept: Kept) -> Kept:
    """The kept port if it is still free, else another."""
    return _changed(folders, kept, replace(kept, postgres_port=_free(kept.postgres_port)))


def with_free_valkey_port(folders: Folders, kept: Kept) -> Kept:
    return _changed(folders, kept, replace(kept, valkey_port=_free(kept.valkey_port)))


def write_privately(path: Path, text: str) -> None:
    """Readable by its owner alone, and either the old content or the new, whatever happens meanwhile."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError:
            return False
    return True


def _changed(folders: Folders, before: Kept, after: Kept) -> Kept:
    return before if before == after else write_kept(folders, after)


def _free(port: int) -> int:
    while not is_free(port):
        port = random.choice(PORTS)
    return port


def _new() -> Kept:
    def password() -> str:
        return secrets.token_urlsafe(24)

    return Kept(
        superuser_password=password(),
        owner_password=password(),
        web_password=password(),
        worker_password=password(),
        valkey_password=password(),
        secret_key=secrets.token_urlsafe(64),
        postgres_port=_free(random.choice(PORTS)),
        valkey_port=_free(random.choice(PORTS)),
    )
