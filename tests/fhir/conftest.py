import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command

DISCHARGE = Path(__file__).parent / "data" / "discharge.json"


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


@pytest.fixture
def run_import():
    """Run the command over files; gives its exit code and what it printed."""

    def run(*arguments):
        out, err, code = io.StringIO(), io.StringIO(), 0
        try:
            call_command("import_fhir", *(str(argument) for argument in arguments), stdout=out, stderr=err)
        except SystemExit as ending:
            code = ending.code
        return Result(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def write(tmp_path):
    """Write resources to a file: one as a document, several one a line."""

    def to_file(name, *resources, lines=False):
        file = tmp_path / name
        text = "\n".join(json.dumps(resource) for resource in resources)
        file.write_text(text + "\n" if lines else text)
        return file

    return to_file
