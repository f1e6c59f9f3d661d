"""A reason not to go on, said in one sentence to the person at the terminal."""

import errno
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTIONS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Refusal(Exception):
    """Ends the command with its sentence and exit code 2; never shown as a traceback."""


class Failure(Exception):
    """Something that ran has failed: its sentence and exit code 1."""


class Interrupted(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal, raised wherever the launcher is, so that everything unwinds."""

    def __init__(self, by: signal.Signals) -> None:
        super().__init__(by.name)
        self.by = by


def interrupt(number: int, _frame: FrameType | None) -> None:
    raise Interrupted(signal.Signals(number))


def listen_for_interruption() -> None:
    """Python leaves SIGINT ignored in a background job of sh; here it always counts."""
    for each in INTERRUPTIONS:
        signal.signal(each, interrupt)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """While stopping: a second Ctrl-C must not leave half of the processes behind."""
    before = {each: signal.signal(each, signal.SIG_IGN) for each in INTERRUPTIONS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def sentence_about(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return f"{place}there is no room left; free some space or choose another folder with --data DIR."
        case errno.EROFS:
            return f"{place}the file system is read-only; choose another folder with --data DIR."
        case errno.EACCES | errno.EPERM:
            return f"{place}you may not write or read there; choose another folder with --data DIR."
        case _:
            return f"{place}{error.strerror or error}."
