"""Loads postcodes, and which neighbourhood serves which area, from files with the ONS directory's column names."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from neighbourhoods.postcodes import load_areas, load_postcodes, rows_of


class Command(BaseCommand):
    help = "Load postcodes (columns pcds, lsoa21 or lsoa11, ward, imd, doterm; CSV, or gzipped) over what is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="postcodes, as the ONS Postcode Directory has them")
        parser.add_argument("--areas", type=Path, help="which neighbourhood (slug) serves which LSOA")
        parser.add_argument("--imd-year", type=int, default=2019, help="release of the deprivation ranks (2019)")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            if options["areas"]:
                with rows_of(options["areas"]) as rows:
                    self.stdout.write(f"{load_areas(rows)} areas.")
            with rows_of(options["file"]) as rows:
                shown = tqdm(rows, unit=" rows", disable=None)
                loaded = load_postcodes(shown, imd_year=options["imd_year"])
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandError(f"The file cannot be read: {problem}") from problem
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        self.stdout.write(
            f"{loaded.stored} postcodes stored, {loaded.ended} ended ones left out, {loaded.unusable} unusable."
        )
