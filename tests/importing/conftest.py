"""A list brought by the lead of the nursing team, and the worker that reads and writes it."""

import csv
import io
from dataclasses import dataclass

import pytest

from carecoord import clock
from neighbourhoods.gate import acting_as
from neighbourhoods.models import ResidentImport, ResidentImportRow
from neighbourhoods.services.import_work import work_on_one
from neighbourhoods.services.imports import (
    Decision,
    decide_all,
    decide_rows,
    name_columns,
    start_import,
    undo_import,
    write_import,
)

HEADINGS = ("NHS number", "Given name", "Family name", "Date of birth", "Postcode", "Phone", "Local ID")


def as_csv(*rows, headings=HEADINGS):
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode()


@dataclass
class Lists:
    world: object
    name: str = "lead"

    @property
    def by(self):
        return self.world.people[self.name]

    def act(self, service, **given):
        with acting_as(self.by):
            return service(by=self.by, **given)

    def bring(self, content, team=None, file_name="people.csv"):
        team = team or self.world.nursing
        return self.act(start_import, team_id=team.id, file_name=file_name, content=content)

    def work(self):
        while work_on_one():
            pass

    def read(self, content, columns=None, **given):
        found = self.bring(content)
        self.act(name_columns, import_id=found.id, columns=columns or found.columns, **given)
        self.work()
        return ResidentImport.objects.get(id=found.id)

    def rows(self, found):
        return {row.number: row for row in ResidentImportRow.objects.filter(resident_import=found)}

    def decide(self, found, **decisions):
        said = {int(name.removeprefix("row_")): one for name, one in decisions.items()}
        return self.act(decide_rows, import_id=found.id, decisions=said)

    def join(self, found, number, at=0):
        candidate = self.rows(found)[number].candidates[at]["id"]
        return self.act(decide_rows, import_id=found.id, decisions={number: Decision("join", candidate)})

    def decide_all(self, found, verdict, what):
        return self.act(decide_all, import_id=found.id, verdict=verdict, what=what)

    def write(self, found):
        self.act(write_import, import_id=found.id)
        self.work()
        return ResidentImport.objects.get(id=found.id)

    def undo(self, found):
        self.act(undo_import, import_id=found.id)
        self.work()
        return ResidentImport.objects.get(id=found.id)

    def written(self, content):
        found = self.read(content)
        self.decide_all(found, "new", "register")
        return self.write(found)


@pytest.fixture
def lists(world):
    return Lists(world)


@pytest.fixture
def later():
    """Some time after whatever came before."""
    from datetime import timedelta

    return lambda **apart: clock.at(clock.now() + timedelta(**apart or {"minutes": 5}))
