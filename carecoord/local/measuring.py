"""./dev load and ./dev bench: two commands of manage.py, with the servers they need."""

from collections.abc import Sequence
from pathlib import Path

from carecoord.local.demo import demo_variables
from carecoord.local.environment import environment
from carecoord.local.folders import Folders
from carecoord.local.install import install
from carecoord.local.manage import place
from carecoord.local.processes import run_in_front
from carecoord.local.static import build_nhsuk, collect_static
from carecoord.local.steps import take_step


def load(folders: Folders, residents: int, history: int | None) -> int:
    """Into the place of this data folder, beside the demonstration if that is there."""
    install(folders)
    with place(folders, "load") as started:
        more = demo_variables(folders) if started.kept.has_demo else {"DEMO": "0"}
        variables = environment(folders, started.kept, started.addresses, **more)
        take_step(folders, variables, "The database could not be brought up to date", "migrate", "--noinput")
        command = [*folders.manage, "load_residents", str(residents)]
        command += [] if history is None else [f"--history={history}"]
        return run_in_front(command, environment=variables, folder=folders.root)


def bench(folders: Folders, options: Sequence[str]) -> int:
    """In databases of its own on the same server, which stay for the next time."""
    install(folders)
    build_nhsuk(folders)
    with place(folders, "bench") as started:
        variables = environment(folders, started.kept, started.addresses, DEMO="0")
        collect_static(folders, variables)
        return run_in_front([*folders.manage, "bench", *options], environment=variables, folder=Path(folders.root))
