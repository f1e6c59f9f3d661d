"""The virtual environment: made once, good only when whole, brought to the lock when that changes."""

import hashlib
import os
import re
import shutil
import sys
from pathlib import Path

from carecoord.local.environment import inherited
from carecoord.local.folders import Folders, say
from carecoord.local.holding import holding_folder
from carecoord.local.processes import run_in_front
from carecoord.local.refusal import Refusal

LOCK = "requirements-dev.txt"


def install(folders: Folders) -> None:
    """Leaves `.venv` holding what the lock says; a look at two small files when it already does."""
    if _is_current(folders):
        return
    with holding_folder(folders.root):
        if not _is_current(folders):
            _install(folders)


def _install(folders: Folders) -> None:
    unfinished = folders.venv / "unfinished"
    stamp = _stamp_file(folders)
    if not _is_usable(folders):
        say("Making .venv (first run only).")
        _make_room(folders)
        unfinished.touch()
        _run(
            [sys.executable, "-m", "venv", str(folders.venv)],
            "Python could not make a virtual environment in .venv",
        )
    unfinished.touch()
    stamp.unlink(missing_ok=True)
    say(f"Installing the packages of {LOCK} (about a minute the first time).")
    if not _install_with_uv(folders):
        pip = [folders.python, "-m", "pip", "install", "--require-hashes", "-r", str(folders.root / LOCK)]
        _run(pip, f"The packages of {LOCK} could not be installed; pip's last lines above say why")
    stamp.write_text(_stamp(folders))
    unfinished.unlink()


def _make_room(folders: Folders) -> None:
    """An empty `.venv`. The checkout may be somebody else's, or on a disk that nobody writes to."""
    shutil.rmtree(folders.venv, ignore_errors=True)
    try:
        folders.venv.mkdir()
    except FileExistsError as error:
        raise Refusal(f"{folders.venv} is of no use here and cannot be removed; remove it and start again.") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refusal(f"{folders.venv} cannot be made: {reason}; use a checkout that you may write to.") from error


def _install_with_uv(folders: Folders) -> bool:
    """uv takes seconds where pip takes a minute; false where it cannot be had or reach the packages."""
    requirement = folders.venv / "uv.txt"
    requirement.write_text(_locked("uv", (folders.root / LOCK).read_text()))
    pip = [folders.python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(requirement)]
    uv = [folders.python, "-m", "uv", "pip", "sync", "--require-hashes", "--python", folders.python]
    environment = _environment()
    for command in (pip, [*uv, str(folders.root / LOCK)]):
        if run_in_front(command, environment=environment, folder=folders.root) != 0:
            say("uv cannot install here; installing with pip.")
            return False
    return True


def _locked(name: str, lock: str) -> str:
    """The lines of one package in a lock, with its hashes."""
    found = re.search(rf"^{re.escape(name)}==.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
    if not found:
        raise Refusal(f"{LOCK} does not name {name}; compile it again with ./dev lock.")
    return found.group()


def _is_usable(folders: Folders) -> bool:
    """False for one half made, moved from elsewhere, or whose Python has left the machine."""
    if not os.access(folders.python, os.X_OK) or (folders.venv / "unfinished").exists():
        return False
    stamp = _stamp_file(folders)
    return not stamp.exists() or stamp.read_text().split("\n")[0] == str(folders.venv)


def _is_current(folders: Folders) -> bool:
    return _is_usable(folders) and _stamp_file(folders).exists() and _stamp_file(folders).read_text() == _stamp(folders)


def _stamp_file(folders: Folders) -> Path:
    return folders.venv / "installed"


def _stamp(folders: Folders) -> str:
    """Its place too, because the scripts inside name it."""
    return f"{folders.venv}\n{hashlib.sha256((folders.root / LOCK).read_bytes()).hexdigest()}\n"


def _environment() -> dict[str, str]:
    return {k: v for k, v in inherited().items() if k not in {"PIP_REQUIRE_VIRTUALENV", "PIP_USER"}}


def _run(command: list[str], sentence: str) -> None:
    if run_in_front(command, environment=_environment(), folder=Path("/")) != 0:
        raise Refusal(f"{sentence}.")
