"""Residents in bulk, for measuring only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from carecoord.bench.loading import Refused, load


class Command(BaseCommand):
    help = (
        "Load residents in bulk, past the services, for measuring only. Refused off this machine, and in a database "
        "that holds anybody but the demonstration's people."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("residents", type=int, help="how many there shall be, for example 100000")
        parser.add_argument("--history", type=int, help="rows of the audit in all, 10 for each if not said")

    def handle(self, *_: Any, residents: int, history: int | None, **__: Any) -> None:
        if settings.LOGIN != "owner":
            raise CommandError("Loading in bulk needs the owner's login: use ./dev load.", returncode=2)
        try:
            load(residents, self._say, history)
        except Refused as refused:
            raise CommandError(str(refused), returncode=2) from None

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
