"""./dev run: everything there is, until it is told to stop or a part ends."""

import http.client
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from carecoord.local import servers
from carecoord.local.demo import accounts, demo_variables, load_demo
from carecoord.local.environment import environment
from carecoord.local.folders import Folders, is_full, say
from carecoord.local.holding import Held, holding
from carecoord.local.install import install
from carecoord.local.kept import is_free, read_kept, write_kept
from carecoord.local.processes import Child, Program, last_words, marked, start, stop, stop_strays
from carecoord.local.refusal import Failure, Interrupted, Refusal, uninterrupted
from carecoord.local.servers import Servers
from carecoord.local.static import build_nhsuk, collect_static
from carecoord.local.steps import take_step

READY_WITHIN_SECONDS = 120
OURS = ("web", "worker", "beat")


@dataclass(frozen=True)
class Wish:
    port: int
    is_empty: bool


def run(folders: Folders, wish: Wish) -> int:
    try:
        with holding(folders.data, "run", waits=False):
            stop_strays(folders.data)
            _refuse_taken(wish.port)
            install(folders)
            build_nhsuk(folders)
            write_kept(folders, replace(read_kept(folders), web_port=wish.port, has_demo=not wish.is_empty))
            with servers.running(folders) as started:
                return _run_all(folders, wish, started)
    except Held as held:
        raise Refusal(
            f"CareCoord is already running in {folders.data}: {held.holder};"
            " stop it first, or start another with --data DIR and --port N."
        ) from None
    except Failure as failure:
        if is_full(folders.data):
            raise Refusal(f"The data folder {folders.data} is full; free some space. {failure}") from failure
        raise


def _run_all(folders: Folders, wish: Wish, started: Servers) -> int:
    more = {"DEMO": "0"} if wish.is_empty else demo_variables(folders)
    variables = marked(environment(folders, started.kept, started.addresses, **more), folders.data)
    collect_static(folders, variables)
    web, worker, beat = _programs(folders, variables, wish.port)
    ours: list[Child] = []
    try:
        # Importing takes the web server as long as migrating takes, so both go on at once.
        ours.append(start(web))
        take_step(folders, variables, "The database could not be brought up to date", "migrate", "--noinput")
        _fail_if_ended(ours)
        if not wish.is_empty:
            load_demo(folders, variables)
        ours += [start(worker), start(beat)]
        _wait_until_ready(wish.port, variables, [*started.children, *ours])
        _announce(folders, wish, started, variables)
        _supervise([*started.children, *ours])
    except Interrupted as interrupted:
        say(f"\nStopping ({interrupted.by.name}).")
        return 0
    finally:
        with uninterrupted():
            stop(*ours)


def _programs(folders: Folders, variables: Mapping[str, str], port: int) -> Sequence[Program]:
    schedule = folders.data / "beat"
    schedule.mkdir(exist_ok=True)
    celery = ["celery", "-A", "carecoord"]
    web = ["gunicorn", "carecoord.wsgi:application", f"--bind=127.0.0.1:{port}", "--worker-class=gthread"]
    web += ["--workers=2", "--threads=4", "--preload", "--graceful-timeout=5", "--no-control-socket"]
    worker = [*celery, "worker", "--concurrency=2", "--loglevel=INFO", "--without-mingle", "--without-gossip"]
    beat = [*celery, "beat", "--loglevel=INFO", f"--schedule={schedule / 'schedule'}"]
    # Whoever gets into the web process seals nothing.
    without_key = {name: value for name, value in variables.items() if not name.startswith("AUDIT_")}
    return [
        Program(
            name=name,
            command=[folders.python, "-m", *command],
            log=folders.logs / f"{name}.log",
            environment=without_key if name == "web" else variables,
            folder=folders.root,
        )
        for name, command in zip(OURS, (web, worker, beat), strict=True)
    ]


def _wait_until_ready(port: int, variables: Mapping[str, str], children: Sequence[Child]) -> None:
    # As a reverse proxy would ask, in case BASE_URL and ALLOWED_HOSTS are those of one.
    headers = {"Host": variables["ALLOWED_HOSTS"].split(",")[0], "X-Forwarded-Proto": "https"}
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    said = "it does not answer"
    while time.monotonic() < deadline:
        _fail_if_ended(children)
        try:
            status, said = _get(port, "/readyz", headers)
        except OSError:
            status = 0
        if status == 200:
            return
        time.sleep(0.1)
    raise Failure(f"CareCoord was not ready within {READY_WITHIN_SECONDS} seconds: {said.strip()[:200]}")


def _get(port: int, path: str, headers: Mapping[str, str]) -> tuple[int, str]:
    """Without urllib, which would ask a proxy from the environment."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers=dict(headers))
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()


def _announce(folders: Folders, wish: Wish, started: Servers, variables: Mapping[str, str]) -> None:
    print(f"\nCareCoord is ready at http://127.0.0.1:{wish.port}/\n")
    if not wish.is_empty:
        print(accounts(variables["CARECOORD_DEMO_PASSWORD"], variables["CARECOORD_DEMO_CLIENT_SECRET"]) + "\n")
    places = {"Data": folders.data, "Logs": folders.logs}
    if started.home and started.home.folder != folders.servers:
        places["Database"] = started.home.folder
    if variables["EMAIL_URL"].startswith("file:"):
        places["Emails"] = Path(unquote(urlsplit(variables["EMAIL_URL"]).path))
    lines = [f"{name + ':':<10}{place}" for name, place in places.items()]
    print(*lines, "Ctrl-C stops everything.", sep="\n", flush=True)


def _supervise(children: Sequence[Child]) -> NoReturn:
    while True:
        _fail_if_ended(children)
        time.sleep(0.2)


def _fail_if_ended(children: Sequence[Child]) -> None:
    for child in children:
        if child.has_ended and child.process.returncode == 2 and child.program.name in OURS:
            # It refused a setting, and its own sentence says which.
            raise Refusal(last_words(child.program.log))
        if child.has_ended:
            raise Failure(child.how_it_ended())


def _refuse_taken(port: int) -> None:
    if not is_free(port):
        raise Refusal(f"Port {port} is taken by another program; choose another with --port N.")
