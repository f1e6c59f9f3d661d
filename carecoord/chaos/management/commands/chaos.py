"""A run of chaos, with servers of its own unless it is a short one."""

import json
import random
import socket
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from carecoord.chaos.running import Outcome, Run, Wish
from carecoord.local.environment import inherited
from carecoord.local.folders import open_folders

HIGHEST_SEED = 1_000_000


class Command(BaseCommand):
    help = (
        "Flood a place that nobody lives in with handovers, kill and delay everything that alerts go through, and say "
        "whether every promise held. Use ./dev chaos."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--minutes", type=float, default=5.0, help="how long things break (default 5)")
        parser.add_argument("--seed", type=int, help="what breaks when is drawn from it; another each time if not said")
        parser.add_argument("--folder", type=Path, required=True, help="where its servers keep what they have")
        parser.add_argument("--short", action="store_true", help="two workers and Valkey alone, in the database given")

    def handle(self, *_: Any, minutes: float, seed: int | None, folder: Path, short: bool, **__: Any) -> None:
        if settings.LOGIN != "owner":
            raise CommandError("Chaos needs the owner's login: use ./dev chaos.", returncode=2)
        seed = random.randrange(HIGHEST_SEED) if seed is None else seed
        self._say(f"Seed {seed}.")
        folders = open_folders(settings.BASE_DIR, folder)
        web_port = _free_port()
        run = Run(Wish(seed, minutes * 60, is_short=short), folders, inherited(), web_port, self._say)
        outcome = run.whole(_nothing if short else _migrate)
        self._tell(outcome, seed, folder)
        if outcome.reckoning.wrong:
            raise CommandError(f"Broken promises: {len(outcome.reckoning.wrong)}. The seed was {seed}.", returncode=1)

    def _tell(self, outcome: Outcome, seed: int, folder: Path) -> None:
        self._say("")
        for name, value in outcome.figures.items():
            self._say(f"{value:>9,}  {name}")
        self._say("")
        for sentence in outcome.reckoning.wrong or ["Every promise held."]:
            self._say(sentence)
        written = {"seed": seed, "figures": outcome.figures, "wrong": outcome.reckoning.wrong}
        (folder / "chaos.json").write_text(json.dumps(written, indent=1))

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def _migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def _nothing() -> None:
    """The database is there, and up to date."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
