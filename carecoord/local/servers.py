"""PostgreSQL and Valkey: the configured ones, else embedded ones for as long as a command needs them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from carecoord.local import postgres, valkey
from carecoord.local.environment import Addresses, has_configured_databases, has_configured_redis, inherited
from carecoord.local.folders import Folders
from carecoord.local.home import Home, open_home
from carecoord.local.kept import Kept, read_kept
from carecoord.local.processes import Child, stop, stop_strays
from carecoord.local.refusal import Refusal, uninterrupted

_CONNECTS = "import os, psycopg2, sys; psycopg2.connect(os.environ[sys.argv[1]], connect_timeout=10).close()"


@dataclass(frozen=True)
class Servers:
    addresses: Addresses
    kept: Kept
    children: tuple[Child, ...] = ()
    home: Home | None = None


@contextmanager
def running(folders: Folders, *, careless: bool = False) -> Iterator[Servers]:
    """Servers that answer. Only while holding the folder; embedded ones are stopped at the end."""
    has_databases, has_redis = has_configured_databases(), has_configured_redis()
    kept = read_kept(folders)
    stop_strays(folders.data)
    if has_databases:
        _refuse_unreachable(folders)
    if has_databases and has_redis:
        yield Servers(_addresses(kept), kept)
        return
    home = open_home(folders)
    with ExitStack() as stack:
        children = []
        if not has_databases:
            child, kept = postgres.start_postgres(folders, home, kept, careless=careless)
            stack.callback(_stop, child)
            children.append(child)
        if not has_redis:
            child, kept = valkey.start_valkey(folders, home, kept)
            stack.callback(_stop, child)
            children.append(child)
        yield Servers(_addresses(kept), kept, tuple(children), home)


def borrowed(folders: Folders) -> Servers:
    """Those that another ./dev of this folder has running."""
    kept = read_kept(folders)
    return Servers(_addresses(kept), kept)


def _stop(child: Child) -> None:
    with uninterrupted():
        stop(child, patience=30)


def _addresses(kept: Kept) -> Addresses:
    embedded = Addresses(
        web=postgres.url(kept, "app_rt", kept.web_password),
        owner=postgres.url(kept, "app_owner", kept.owner_password),
        worker=postgres.url(kept, "app_worker", kept.worker_password),
        redis=valkey.url(kept),
    )
    return Addresses(
        web=os.environ.get("DATABASE_URL") or embedded.web,
        owner=os.environ.get("DATABASE_OWNER_URL") or embedded.owner,
        worker=os.environ.get("DATABASE_WORKER_URL") or embedded.worker,
        redis=os.environ.get("REDIS_URL") or embedded.redis,
    )


def _refuse_unreachable(folders: Folders) -> None:
    for name in ("DATABASE_OWNER_URL", "DATABASE_URL", "DATABASE_WORKER_URL"):
        tried = subprocess.run(
            [folders.python, "-c", _CONNECTS, name],
            env=inherited(),
            capture_output=True,
            text=True,
            check=False,
        )
        if tried.returncode != 0:
            said = [line for line in tried.stderr.splitlines() if line.startswith("psycopg2.")]
            reason = said[0].partition(": ")[2].strip() if said else "no reason given"
            raise Refusal(f"{name} leads to no database: {reason}.")
