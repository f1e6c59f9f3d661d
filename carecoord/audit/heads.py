"""The last seal's number and MAC, written where whoever changes the database does not reach: a file, and the log.

With one of them it is seen when the end of the audit, seals and all, has been cut off.
"""

import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from carecoord import clock
from carecoord.audit.sealing import Head, head

log = logging.getLogger(__name__)

_LINE = re.compile(r"(?P<at>\S+) audit head (?P<number>\d+) (?P<mac>[0-9a-f]{64})")


class Unreadable(Exception):
    """A file of heads that cannot be read, or a line in it that is none."""


@dataclass(frozen=True)
class Exported:
    number: int
    mac: bytes
    at: str


def export_head() -> Head:
    """Add the last seal to the file and the log; before the first seal nothing. A file that cannot be written to is
    said in the log, which has the head all the same."""
    last = head()
    if last.number:
        line = f"{clock.now().isoformat(timespec='seconds')} audit head {last.number} {last.mac.hex()}"
        log.info("%s", line)
        _append(settings.AUDIT_HEADS, line)
    return last


def read_heads(file: Path) -> tuple[Exported, ...]:
    """Raises Unreadable."""
    try:
        return tuple(_parsed(file, file.read_text().splitlines()))
    except (OSError, UnicodeDecodeError) as problem:
        raise Unreadable(f"{file} cannot be read: {problem}.") from problem


def _append(file: Path, line: str) -> None:
    """One write at the end: of several workers each adds a line of its own."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{line}\n".encode())
        finally:
            os.close(descriptor)
    except OSError as problem:
        log.error("the audit head could not be added to %s: %s", file, problem.strerror)


def _parsed(file: Path, lines: list[str]) -> Iterator[Exported]:
    for number, line in enumerate(lines, start=1):
        found = _LINE.fullmatch(line.strip())
        if not found:
            raise Unreadable(f"Line {number} of {file} is no head of the audit.")
        yield Exported(int(found["number"]), bytes.fromhex(found["mac"]), found["at"])
