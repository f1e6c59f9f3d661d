"""Several sizes are measured in one run and take turns, so that whatever else the machine does falls on all alike."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass


@dataclass(frozen=True)
class Turns:
    """Two ends of pipes: a token comes in by one and is handed on by the other. Without them there is nobody else."""

    comes: int | None = None
    goes: int | None = None

    @property
    def ends(self) -> tuple[int, ...]:
        return () if self.comes is None or self.goes is None else (self.comes, self.goes)

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Waits until all others have had their turn; one that is gone keeps nobody waiting."""
        for end in self.ends[:1]:
            os.read(end, 1)
        try:
            yield
        finally:
            for end in self.ends[1:]:
                with suppress(BrokenPipeError):
                    os.write(end, b".")


def read_turns(text: str) -> Turns:
    """As `Ring` writes them for a process."""
    comes, _, goes = text.partition(",")
    return Turns(int(comes), int(goes)) if text else Turns()


class Ring:
    """For so many processes, each handing the token to the next."""

    def __init__(self, members: int) -> None:
        self._pipes = [os.pipe() for _ in range(members)]

    def turns_of(self, member: int) -> Turns:
        return Turns(self._pipes[member][0], self._pipes[(member + 1) % len(self._pipes)][1])

    def begin(self) -> None:
        """When every process has its ends: only they hold them from now on, so that the end of one is seen."""
        os.write(self._pipes[0][1], b".")
        self.close()

    def close(self) -> None:
        for ends in self._pipes:
            for end in ends:
                os.close(end)
        self._pipes = []
