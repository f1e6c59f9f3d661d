"""Alerts in bulk, for measuring only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from carecoord.bench.loading import Refused
from carecoord.bench.stored import load_alerts


class Command(BaseCommand):
    help = (
        "Store alerts of the past in a measuring place, and leave some due. For measuring only: refused off this "
        "machine, and in a database that holds anybody but the demonstration's people."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("stored", type=int, help="how many there shall be, for example 5000000")
        parser.add_argument("--due", type=int, default=0, help="how many more, whose next rung is due")

    def handle(self, *_: Any, stored: int, due: int, **__: Any) -> None:
        if settings.LOGIN != "owner":
            raise CommandError("Loading in bulk needs the owner's login: use ./dev manage.", returncode=2)
        try:
            load_alerts(stored, due, self._say)
        except Refused as refused:
            raise CommandError(str(refused), returncode=2) from None

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
