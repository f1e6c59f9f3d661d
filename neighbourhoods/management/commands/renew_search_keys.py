"""Makes anew by what residents are found: for whoever has changed the names that are short for others."""

from typing import Any

from django.core.management.base import BaseCommand

from neighbourhoods.details import further_of_each
from neighbourhoods.keys_of_all import renew_all_keys


class Command(BaseCommand):
    help = "Make what residents are found by what it would be now (data/nicknames.csv); a second time changes nothing."

    def handle(self, *_: Any, **__: Any) -> None:
        self.stdout.write(f"{renew_all_keys(further=further_of_each)} residents changed.")
