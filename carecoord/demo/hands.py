"""Many hands make one year: each in a process and a transaction of its own. All of it is kept, or nothing is."""

import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from django.db import connection, connections, transaction

Say = Callable[[int, str], object]
"""Takes the percentage that is done, and what is being done."""


@dataclass(frozen=True)
class Share:
    """What one hand makes: every `hands`-th life, from the one with the number `hand`."""

    hand: int
    hands: int


ALL = Share(0, 1)


class NotMade(RuntimeError):
    """One of the hands could not do its share. Nothing of anybody's was kept."""


def make(work: Callable[[Share, Say], object], hands: int, say: Say) -> None:
    """Let every hand do its share. Raises NotMade, and what `work` raises where there is one hand only."""
    if hands == 1:
        with transaction.atomic():
            work(ALL, say)
    else:
        _in_processes(work, hands, say)


def _in_processes(work: Callable[[Share, Say], object], hands: int, say: Say) -> None:
    connections.close_all()  # a connection is not to be shared by two processes
    forking = multiprocessing.get_context("fork")
    started: dict[Connection, multiprocessing.process.BaseProcess] = {}
    try:
        for hand in range(hands):
            here, there = forking.Pipe()
            process = forking.Process(
                target=_work, args=(work, Share(hand, hands), there, [here, *started]), daemon=True
            )
            process.start()
            there.close()
            started[here] = process
        _wait_for_all(list(started), say)
        # The first hand has what is written by hand: where that is, all is.
        for here in reversed(started):
            here.send("keep")
            _expect(here.recv(), "kept")
    finally:
        for line, hand_at_work in started.items():
            line.close()
            hand_at_work.join()


def _wait_for_all(hands: list[Connection], say: Say) -> None:
    done = dict.fromkeys(hands, 0)
    while busy := [hand for hand in hands if done[hand] < 100]:
        ready = wait(busy)
        for hand in (hand for hand in busy if hand in ready):
            match _heard(hand):
                case (int() as percent, str() as words):
                    done[hand] = percent
                    if percent == min(done.values()) and percent < 100:
                        say(percent, words)
                case failure:
                    raise NotMade(str(failure))


def _heard(hand: Any) -> object:
    try:
        return hand.recv()
    except EOFError:
        return "One of the processes that make the demonstration place has ended. Begin again."


def _expect(heard: object, wanted: str) -> None:
    if heard != wanted:
        raise NotMade(str(heard))


def _work(work: Callable[[Share, Say], object], share: Share, parent: Connection, others: list[Connection]) -> None:
    for other in others:
        other.close()  # or nobody would notice that the other end has gone
    try:
        # Whoever has gone meanwhile wants nothing kept: reading from them ends the transaction.
        with suppress(EOFError, KeyboardInterrupt), transaction.atomic():
            _wait_for_nobody_long()
            work(share, lambda percent, words: parent.send((min(percent, 99), words)))
            parent.send((100, ""))
            parent.recv()
        parent.send("kept")
    except Exception as problem:  # noqa: BLE001  told to the parent, which raises it
        with suppress(OSError):
            parent.send(f"{type(problem).__name__}: {problem}")
    finally:
        connections.close_all()


def _wait_for_nobody_long() -> None:
    """Hands touch different rows; two that waited for each other's end would wait for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '20s'")
