"""One run: everything up, the flood, what breaks, settling, the reckoning."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from carecoord.chaos.breaking import LONG, QUICK, Breaking
from carecoord.chaos.flood import Flood, Kept
from carecoord.chaos.mail import MailServer, Mood
from carecoord.chaos.place import ChaosPlace, build_place
from carecoord.chaos.post import Post, lose_everything
from carecoord.chaos.programs import WEB, Programs
from carecoord.chaos.reckoning import Reckoning, reckon
from carecoord.chaos.settling import settle
from carecoord.chaos.wrong_clock import VARIABLE, WrongClock
from carecoord.local.folders import Folders

Say = Callable[[str], object]
EVERYTHING = ("PostgreSQL", "Valkey", WEB, "worker-1", "worker-2", "beat-1", "beat-2")
THE_LEAST = ("worker-1", "Valkey", "worker-2")
"""For a run of seconds, on a database of somebody else's server."""
SETTLES_WITHIN_SECONDS = 300


@dataclass(frozen=True)
class Wish:
    seed: int
    seconds: float
    is_short: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return THE_LEAST if self.is_short else EVERYTHING

    @property
    def killed(self) -> tuple[str, ...]:
        """In a short run one worker stays, so that nobody waits for another to start."""
        return THE_LEAST[:-1] if self.is_short else EVERYTHING


@dataclass
class Outcome:
    reckoning: Reckoning
    figures: dict[str, float] = field(default_factory=dict)


class Run:
    def __init__(self, wish: Wish, folders: Folders, environment: Mapping[str, str], web_port: int, say: Say) -> None:
        self.wish, self.say = wish, say
        self.mail = MailServer(self._rng("mail"))
        self.mail.start()
        self.clock = WrongClock(folders.data / "clock")
        more = {"EMAIL_URL": self.mail.url, VARIABLE: str(self.clock.path), "BASE_URL": f"http://127.0.0.1:{web_port}"}
        self.programs = Programs(folders, {**environment, **more}, wish.names, web_port)
        self.kept = Kept()
        self.broker_url = environment["REDIS_URL"]
        self.post = Post(f"{self.broker_url}/0", self._rng("post"))

    def whole(self, prepare: Callable[[], object]) -> Outcome:
        """`prepare` is called once the servers answer, before anything uses the database."""
        try:
            self.programs.start_servers()
            prepare()
            self.post.start()
            self.programs.start_all()
            place = build_place()
            self.programs.wait_until_ready()
            return self._broken(place)
        finally:
            self.post.end()
            self.programs.end_all()
            self.mail.stop()

    def _broken(self, place: ChaosPlace) -> Outcome:
        web = self.programs.web_port if WEB in self.wish.names else 0
        pause = 0.15 if self.wish.is_short else 0.25
        floods = [Flood(place, self.kept, self._rng(f"flood {n}"), web=web, pause=pause) for n in range(2)]
        breaking = Breaking(
            programs=self.programs,
            mail=self.mail,
            clock=self.clock,
            killed=self.wish.killed,
            rng=self._rng("breaking"),
            pace=QUICK if self.wish.is_short else LONG,
            say=self.say,
        )
        for flood in floods:
            flood.start()
        breaking.go_on_for(self.wish.seconds)
        self.programs.start_all()
        for flood in floods:
            flood.end()
        settled = self._settled()
        reckoning = reckon(place, self.kept, self.mail.handed)
        if settled is None:
            reckoning.wrong.insert(
                0, f"Not everything was done {SETTLES_WITHIN_SECONDS} seconds after the last trouble"
            )
        figures: dict[str, float] = {}
        figures |= reckoning.figures
        figures |= self.kept.counted
        figures |= {f"broker messages {what}": count for what, count in self.post.counted.items()}
        figures |= breaking.happened
        figures |= {"cut in the middle of a message": self.mail.cut_short, "slowly taken": self.mail.slowed}
        figures["refused, or taken without a word"] = self.mail.trouble.total()
        figures["hours that the clock went wrong by"] = round(self.clock.by.total_seconds() / 3600)
        figures["seconds until everything was done"] = round(settled or SETTLES_WITHIN_SECONDS, 1)
        return Outcome(reckoning, figures)

    def _settled(self) -> float | None:
        """Nothing that a broker held is needed: it has lost everything when this begins."""
        self.mail.mood = Mood.TAKES
        self.post.calm_down()
        lose_everything(self.broker_url)
        return settle(self.clock, within_seconds=SETTLES_WITHIN_SECONDS, keep_up=self._keep_up)

    def _keep_up(self) -> None:
        self.programs.note_who_ended()
        self.programs.start_all()

    def _rng(self, part: str) -> random.Random:
        return random.Random(f"{self.wish.seed} {part}")
