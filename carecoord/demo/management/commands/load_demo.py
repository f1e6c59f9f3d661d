"""Make the demonstration place, or give its accounts another password."""

import argparse
import os
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from carecoord.demo import clients, loading
from carecoord.demo.digest import digest
from carecoord.demo.hands import NotMade
from carecoord.demo.year import FULL, Size


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no date. For example: 2026-11-22") from None


class Command(BaseCommand):
    help = (
        "Make the demonstration place on its first run; later runs only set the passwords. With --today it prints the "
        "digest of the content: the same seed and day give the same digest. "
        "CARECOORD_DEMO_PASSWORD is the password of every demonstration account."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="another number draws other people and another year")
        most, wanted = FULL.residents, os.environ.get("CARECOORD_DEMO_RESIDENTS") or FULL.residents
        parser.add_argument("--residents", type=int, default=wanted, help=f"fewer than {most}: a smaller place")
        parser.add_argument("--hands", type=int, default=2, help="how many processes share the work")
        parser.add_argument("--today", type=_day, help="the day on which the year ends, for example 2026-11-22")

    def handle(self, *_: Any, seed: int, residents: int, hands: int, today: date | None, **__: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration place is only for a system that runs with DEMO=1.", returncode=2)
        password = os.environ.get("CARECOORD_DEMO_PASSWORD", "")
        if not password:
            raise CommandError(
                "CARECOORD_DEMO_PASSWORD is not set. For example: CARECOORD_DEMO_PASSWORD=a word", returncode=2
            )
        secret = os.environ.get("CARECOORD_DEMO_CLIENT_SECRET", "")
        if loading.is_loaded():
            loading.set_passwords(password)
            clients.give_secret(secret)
            self.stdout.write("The demonstration place is there already; its accounts have this password now.")
        else:
            ends = loading.end_of(today)
            size = FULL if residents == FULL.residents else Size.for_residents(max(60, residents))
            try:
                loading.load(password, self._say, seed=seed, ends=ends, size=size, hands=hands)
            except NotMade as problem:
                raise CommandError(f"Nothing of the year was kept. {problem}") from problem
            clients.make_clients(secret, ends)
        # Of a year that ends now there is no second one to compare it with.
        if today is not None:
            self.stdout.write(f"Digest of the content: {digest()}")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
