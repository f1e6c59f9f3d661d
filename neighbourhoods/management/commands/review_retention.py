"""Says whose record has been kept long enough, and whose stays because it is held."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from carecoord import clock
from neighbourhoods.models import Resident
from neighbourhoods.retention import is_held, whose_time_is_up


class Command(BaseCommand):
    help = (
        "List records that have been kept as long as their rule says, to be reviewed; it names and deletes nobody. "
        "With --resident ID: exit 1 where a hold keeps that record."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--resident", type=UUID, metavar="ID", help="may this record be deleted after its review?")

    def handle(self, *_: Any, resident: UUID | None, **__: Any) -> None:
        if resident:
            self._ask_for(resident)
        else:
            self._list()

    def _list(self) -> None:
        due = held = 0
        for one in whose_time_is_up(clock.today()):
            due, held = due + 1, held + one.is_held
            stays = ", held: it stays" if one.is_held else ""
            self.stdout.write(f"{one.resident_id} since {one.kept.until:%d-%b-%Y}, {one.kept.rule}{stays}")
        self.stdout.write(f"{due} to review, {held} of them held.")

    def _ask_for(self, resident_id: UUID) -> None:
        if not Resident.objects.filter(id=resident_id).exists():
            raise CommandError("There is no such record.", returncode=2)
        if is_held(resident_id):
            raise CommandError("A hold keeps this record. End the hold first; until then nothing of it is deleted.")
        due = next((one for one in whose_time_is_up(clock.today()) if one.resident_id == resident_id), None)
        if due is None:
            raise CommandError("The time of this record is not up.")
        self.stdout.write(f"To review since {due.kept.until:%d-%b-%Y}, {due.kept.rule}. Nothing holds it.")
