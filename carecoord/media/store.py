"""Where files are: under DATA_DIR, outside the web root, by random names that say nothing and are never reused.

A file is there as a whole before a row names it: written beside, flushed to the disk, renamed. What no row names is
swept a day later. Nothing that a row names is ever changed.
"""

import contextlib
import logging
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from django.conf import settings

from carecoord.errors import RuleError

log = logging.getLogger(__name__)

FOLDER: Final = "attachments"
NAME: Final = re.compile(r"[0-9a-f]{32}")
# Room that uploads leave to the database, which may be on the same disk.
LEAST_FREE: Final = 200_000_000
ORPHANED_AFTER: Final = 24 * 3600
AT_ONCE: Final = 1_000


class NoRoom(RuleError):
    """The disk takes no more."""

    code = "no_room"

    def __init__(self) -> None:
        sentence = (
            "There is no room left to keep files. This one is not saved, and nothing else has changed:"
            " tell whoever runs CareCoord, then send it again."
        )
        super().__init__(sentence, field="file")


def keep(content: bytes) -> str:
    """The name under which it is kept from now on. Raises NoRoom, and leaves nothing half done."""
    name = secrets.token_hex(16)
    path = _path(name)
    beside = path.with_name(f".{name}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if shutil.disk_usage(path.parent).free < LEAST_FREE + len(content):
            raise NoRoom
        with open(beside, "xb", opener=_private) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
        _flush(path.parent)
    except OSError as problem:
        log.error("a file could not be kept: %s", problem.strerror)
        forget(name)
        raise NoRoom from None
    return name


def read(name: str) -> bytes | None:
    """None where it is not there, or cannot be read."""
    try:
        return _path(name).read_bytes()
    except OSError as problem:
        log.error("a file that is kept could not be read: %s", problem.strerror)
        return None


def forget(name: str) -> None:
    """For what was never named by a row that stands."""
    path = _path(name)
    for one in (path.with_name(f".{name}"), path):
        with contextlib.suppress(OSError):
            one.unlink(missing_ok=True)


def sweep(named: Callable[[Sequence[str]], set[str]]) -> int:
    """Forget what is older than a day and in no row, by `named` which picks those that are. Returns how many."""
    old, gone = list(_old()), 0
    for begin in range(0, len(old), AT_ONCE):
        names = old[begin : begin + AT_ONCE]
        for name in set(names) - named(names):
            forget(name)
            gone += 1
    return gone


def _old() -> Iterator[str]:
    before = time.time() - ORPHANED_AFTER
    for path in (settings.DATA_DIR / FOLDER).glob("??/*"):
        name = path.name.removeprefix(".")
        with contextlib.suppress(OSError):
            if NAME.fullmatch(name) and path.stat().st_mtime < before:
                yield name


def _path(name: str) -> Path:
    if not NAME.fullmatch(name):
        raise ValueError("no name of a file that is kept")
    return Path(settings.DATA_DIR) / FOLDER / name[:2] / name


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _flush(folder: Path) -> None:
    at = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(at)
    finally:
        os.close(at)
