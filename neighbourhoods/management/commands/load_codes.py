"""Loads lists of codes from a folder, over those that are there."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from neighbourhoods.codes import load_codes


class Command(BaseCommand):
    help = "Load the lists of codes of a folder (lists.csv, and a CSV of code and display for each); twice is once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", default=settings.CODES, help="default: data/codes")

    def handle(self, *_: Any, folder: Path, **__: Any) -> None:
        try:
            loaded = load_codes(folder)
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandError(f"The lists of codes cannot be read: {problem}") from problem
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        self.stdout.write(f"{loaded.found} lists, {len(loaded.changed)} of them new or changed.")
