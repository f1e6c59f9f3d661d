"""./dev manage, and how any command gets hold of the place's servers, running already or not."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from carecoord.local import postgres, servers
from carecoord.local.demo import demo_variables
from carecoord.local.environment import environment, has_configured_databases
from carecoord.local.folders import Folders
from carecoord.local.holding import Held, holding
from carecoord.local.install import install
from carecoord.local.processes import run_in_front
from carecoord.local.refusal import Refusal
from carecoord.local.servers import Servers


def manage(folders: Folders, arguments: Sequence[str]) -> int:
    install(folders)
    with place(folders, "manage") as started:
        more = demo_variables(folders) if started.kept.has_demo else {"DEMO": "0"}
        variables = environment(folders, started.kept, started.addresses, **more)
        return run_in_front([*folders.manage, *arguments], environment=variables, folder=Path.cwd())


@contextmanager
def place(folders: Folders, command: str) -> Iterator[Servers]:
    """The servers of a running ./dev run, else servers of our own; waits for any other command."""
    while True:
        try:
            with holding(folders.data, command, waits=False), servers.running(folders) as started:
                yield started
                return
        except Held as held:
            if held.holder.command == "run":
                break
            with holding(folders.data, command, waits=True):
                continue
    yield _of_the_running(folders)


def _of_the_running(folders: Folders) -> Servers:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        started = servers.borrowed(folders)
        asking = [str(postgres.tool(folders, "pg_isready")), "-q", "-d", started.addresses.owner]
        if has_configured_databases() or subprocess.run(asking, check=False).returncode == 0:
            return started
        time.sleep(0.2)
    raise Refusal(f"./dev run holds {folders.data} but its PostgreSQL does not answer; look at {folders.logs}.")
