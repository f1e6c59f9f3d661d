"""./dev test: everything the tests need, then pytest. Its servers are its own, beside those of ./dev run."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from carecoord.local import servers
from carecoord.local.environment import environment
from carecoord.local.folders import Folders
from carecoord.local.holding import holding
from carecoord.local.install import install
from carecoord.local.processes import run_in_front
from carecoord.local.static import build_nhsuk, collect_static

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSER = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def test(folders: Folders, arguments: Sequence[str], *, is_thorough: bool) -> int:
    """pytest's own exit code, 5 (no test was run) included."""
    with prepared(folders, "test") as variables:
        variables |= {"CARECOORD_THOROUGH": "1" if is_thorough else "", "CARECOORD_CHROMIUM": _chromium()}
        collect_static(folders, variables)
        command = [folders.python, "-m", "pytest", *_defaults(arguments, is_thorough), *arguments]
        return run_in_front(command, environment=variables, folder=folders.root)


@contextmanager
def prepared(folders: Folders, command: str) -> Iterator[dict[str, str]]:
    """The variables of a test environment whose servers run; waits for another one in this checkout."""
    with holding(folders.data, command, waits=True):
        install(folders)
        build_nhsuk(folders)
        with servers.running(folders, careless=True) as started:
            fixed = {"DEMO": "0", "BASE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": "127.0.0.1,localhost"}
            yield environment(folders, started.kept, started.addresses, **fixed)


def _defaults(arguments: Sequence[str], is_thorough: bool) -> list[str]:
    """In parallel unless told otherwise or for a single file; without the thorough ones unless asked for."""
    chosen = []
    if not _has_option(arguments, "-n", "--numprocesses", "--pdb") and not _is_single_file(arguments):
        # One more than there are cores, because many tests wait for servers and browsers.
        chosen += ["-n", str(min(4, (os.cpu_count() or 2) + 1))]
    if not is_thorough and not _has_option(arguments, "-m"):
        chosen += ["-m", "not thorough"]
    return chosen


def _has_option(arguments: Sequence[str], *names: str) -> bool:
    return any(
        argument == name or argument.startswith(f"{name}=") or (len(name) == 2 and argument.startswith(name))
        for argument in arguments
        for name in names
    )


def _is_single_file(arguments: Sequence[str]) -> bool:
    paths = [argument for argument in arguments if argument.partition("::")[0].endswith(".py")]
    return len(paths) == 1


def _chromium() -> str:
    """The browser already installed here; nothing when the tests have to look for Playwright's own."""
    found = os.environ.get("CARECOORD_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    return found or (str(MAC_BROWSER) if MAC_BROWSER.exists() else "")
