"""What breaks when, drawn from the seed: each trouble once, in any order, and then all over again."""

import heapq
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from carecoord.chaos.mail import MailServer, Mood
from carecoord.chaos.programs import Programs
from carecoord.chaos.wrong_clock import WrongClock

Say = Callable[[str], object]
FORWARD, BACK = "clock forward", "clock back"
MOODS = (Mood.SLOW, Mood.REFUSES, Mood.DROPS)


@dataclass(frozen=True)
class Pace:
    """Seconds, from and to: between two troubles, how long a program is gone, how long the mail server is moody."""

    between: tuple[float, float]
    gone: tuple[float, float]
    moody: tuple[float, float]
    moody_at_most: float = 20
    is_in_order: bool = False


# Mail first: for a minute after a worker was killed that was sending, nobody sends. Valkey forgets that with all else.
QUICK = Pace(between=(0.1, 0.2), gone=(0.0, 0.1), moody=(0.2, 0.4), moody_at_most=3, is_in_order=True)
LONG = Pace(between=(1.5, 6.0), gone=(0.2, 6.0), moody=(2.0, 8.0))


@dataclass
class Breaking:
    programs: Programs
    mail: MailServer
    clock: WrongClock
    killed: Sequence[str]
    rng: random.Random
    pace: Pace
    say: Say
    happened: Counter[str] = field(default_factory=Counter)
    _later: list[tuple[float, int, str]] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)
    _met: int = 0
    _moody_since: float = 0.0

    def go_on_for(self, seconds: float) -> None:
        """Whoever is gone at the end stays gone. A first round of every trouble is always finished."""
        until = time.monotonic() + seconds
        is_first = True
        while is_first or time.monotonic() < until:
            for trouble in self._all_of_them():
                if not is_first and time.monotonic() >= until:
                    break
                self._wait(self._drawn(self.pace.between))
                self._happens(trouble)
            is_first = False
        self._wait(until - time.monotonic())
        self._wait_for_a_better_mood()

    def _wait_for_a_better_mood(self) -> None:
        while self.mail.mood is not Mood.TAKES:
            self._wait(0.1)

    def _all_of_them(self) -> list[str]:
        every = [*MOODS, *self.killed, FORWARD, BACK]
        if not self.pace.is_in_order:
            self.rng.shuffle(every)
        return every

    def _happens(self, trouble: str) -> None:
        if trouble == FORWARD:
            self._move_clock(timedelta(minutes=self.rng.uniform(1, 360)))
        elif trouble == BACK:
            self._move_clock(-timedelta(seconds=self.rng.uniform(1, 60)))
        elif trouble in MOODS:
            self._wait_for_a_better_mood()
            self.mail.mood = Mood(trouble)
            self._met, self._moody_since = self.mail.met, time.monotonic()
            self._plan(Mood.TAKES, self.pace.moody)
            self._note(f"the mail server {trouble}")
        elif trouble in self.programs.running:
            loses = self.rng.random() < 0.5
            self.programs.kill(trouble, loses_its_files=loses)
            self._plan(trouble, self.pace.gone)
            self._note(f"killed {trouble}")

    def _move_clock(self, by: timedelta) -> None:
        self.clock.move(by)
        self._note(FORWARD if by > timedelta(0) else BACK)

    def _note(self, what: str) -> None:
        self.happened[what] += 1
        self.say(f"{time.monotonic() - self._began:7.1f} s  {what}")

    def _plan(self, what: str, after: tuple[float, float]) -> None:
        heapq.heappush(self._later, (time.monotonic() + self._drawn(after), len(self.happened), what))

    def _drawn(self, between: tuple[float, float]) -> float:
        return self.rng.uniform(*between)

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while True:
            self._bring_back()
            left = until - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, 0.1))

    def _bring_back(self) -> None:
        for name in self.programs.note_who_ended():
            self._note(f"{name} ended by itself")
            self._plan(name, self.pace.gone)
        while self._later and self._later[0][0] <= time.monotonic():
            _, _, what = heapq.heappop(self._later)
            if what == Mood.TAKES:
                self._cheer_up()
            elif what not in self.programs.running:
                self.programs.start(what)

    def _cheer_up(self) -> None:
        """Once somebody has met with its mood."""
        if self.mail.met == self._met and time.monotonic() < self._moody_since + self.pace.moody_at_most:
            self._plan(Mood.TAKES, (0.1, 0.2))
        else:
            self.mail.mood = Mood.TAKES
