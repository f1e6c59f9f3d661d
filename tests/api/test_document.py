"""The OpenAPI document: kept beside the code, never taken back from whoever uses it, and its examples work."""

import copy
import json
from pathlib import Path

import pytest

from carecoord.api.compatibility import breaks
from carecoord.api.schema import openapi

KEPT = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())


def test_nothing_is_taken_from_programs_in_use():
    assert breaks(KEPT, openapi()) == []


def test_the_kept_document_is_the_present_one():
    assert json.loads(json.dumps(openapi())) == KEPT, "Run ./dev manage write_openapi"


def changed(change):
    after = copy.deepcopy(KEPT)
    change(after)
    return breaks(KEPT, after)


def test_what_would_break_a_program_is_named():
    path, schemas = "/api/v1/residents/", "schemas"
    assert changed(lambda it: it["paths"].pop(path)) == [f"GET {path} is gone", f"POST {path} is gone"]
    assert changed(lambda it: it["components"][schemas]["Resident"]["properties"].pop("gender")) != []
    assert changed(lambda it: it["components"][schemas]["NewResident"]["required"].append("gender")) == [
        f"POST {path} body.gender must be sent now"
    ]
    assert changed(lambda it: it["components"][schemas]["NewResident"]["properties"]["gender"]["enum"].pop()) == [
        f"POST {path} body.gender has lost unknown"
    ]
    shown = "birth_date shows another type: null"
    more = {"type": ["string", "null"]}
    assert changed(lambda it: it["components"][schemas]["Resident"]["properties"]["given_name"].update(more))[
        0
    ].endswith(shown.replace("birth_date", "given_name"))


def test_what_is_added_breaks_nothing():
    assert changed(lambda it: it["paths"].update({"/api/v1/new/": it["paths"]["/api/v1/residents/"]})) == []
    added = {"colour": {"type": "string"}}
    assert changed(lambda it: it["components"]["schemas"]["Resident"]["properties"].update(added)) == []


EXAMPLES = [
    (method, path, name, example["value"])
    for path, methods in KEPT["paths"].items()
    for method, told in methods.items()
    for name, example in told.get("requestBody", {})
    .get("content", {})
    .get("application/json", {})
    .get("examples", {})
    .items()
    if "{" not in path
]


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path", "name", "body"), EXAMPLES)
def test_examples_are_understood(world, nursing, method, path, name, body):
    """Executed as they stand: what they name may be missing here, but nothing in them is malformed."""
    answer = nursing.call(method.upper(), path, body)
    assert answer.status_code not in (400, 415, 500), answer.content
