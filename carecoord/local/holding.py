"""One launcher at a time in a folder. The kernel drops the lock at any death, so there are no stale ones."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from carecoord.local.folders import say


@dataclass(frozen=True)
class Holder:
    pid: int
    command: str

    def __str__(self) -> str:
        return f"./dev {self.command} (process {self.pid})"


class Held(Exception):
    """Somebody else holds the lock."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(str(holder))
        self.holder = holder


@contextmanager
def holding(data: Path, command: str, *, waits: bool) -> Iterator[None]:
    """Holds the data folder for this command; raises Held at once if another has it and `waits` is false."""
    descriptor = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor, waits)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "command": command}).encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


@contextmanager
def holding_folder(folder: Path) -> Iterator[None]:
    """Waits its turn for a folder that needs no lock file of its own, such as a checkout."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another ./dev is installing here: waiting for it.")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, waits: bool) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = _holder(descriptor)
        if not waits:
            raise Held(holder) from None
        say(f"{holder} is using this folder: waiting for it.")
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _holder(descriptor: int) -> Holder:
    """Whoever holds it, given a moment in case it took it just now and has not written its name yet."""
    for _ in range(20):
        try:
            return Holder(**json.loads(os.pread(descriptor, 1000, 0)))
        except (ValueError, TypeError):
            time.sleep(0.05)
    return Holder(pid=0, command="command")
