"""./dev chaos: servers of its own, made anew each time, whatever else is configured: they are there to be killed."""

import shutil

from carecoord.local import postgres, valkey
from carecoord.local.environment import Addresses, environment
from carecoord.local.folders import Folders
from carecoord.local.holding import holding
from carecoord.local.home import open_home
from carecoord.local.install import install
from carecoord.local.kept import Kept, read_kept, with_free_postgres_port, with_free_valkey_port
from carecoord.local.processes import marked, run_in_front, stop_strays


def chaos(folders: Folders, *, minutes: float, seed: int | None) -> int:
    """0 where every promise held, 1 where one was broken."""
    install(folders)
    with holding(folders.data, "chaos", waits=True):
        stop_strays(folders.data)
        _forget_the_last_run(folders)
        kept = with_free_valkey_port(folders, with_free_postgres_port(folders, read_kept(folders)))
        fixed = {"DEMO": "0", "ALLOWED_HOSTS": "127.0.0.1,localhost"}
        variables = marked(environment(folders, kept, _own(kept), **fixed), folders.data)
        command = [*folders.manage, "chaos", f"--minutes={minutes}", f"--folder={folders.data}"]
        command += [] if seed is None else [f"--seed={seed}"]
        return run_in_front(command, environment=variables, folder=folders.root)


def _own(kept: Kept) -> Addresses:
    return Addresses(
        web=postgres.url(kept, "app_rt", kept.web_password),
        owner=postgres.url(kept, "app_owner", kept.owner_password),
        worker=postgres.url(kept, "app_worker", kept.worker_password),
        redis=valkey.url(kept),
    )


def _forget_the_last_run(folders: Folders) -> None:
    """Its clock was wrong, so what it has left may lie in the future."""
    home = open_home(folders)
    for left in (home.cluster, home.folder / "valkey"):
        shutil.rmtree(left, ignore_errors=True)
