"""The OpenAPI document is kept beside the code, and every example in it works (test_compatibility.py: and goes on to).

Each request of the document is made as it stands, in a place where what it names is there: `living.py` says which.
"""

import json
from datetime import datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from carecoord import clock
from carecoord.api.schema import openapi
from tests.api.living import NAMED, NOW, PLACES, QUERIES, Living

DOCUMENT = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())
METHODS = ("get", "post", "patch", "put", "delete")
OPERATIONS = {
    f"{method.upper()} {path}": told
    for path, methods in DOCUMENT["paths"].items()
    for method, told in methods.items()
    if method in METHODS
}
FORMATS = FormatChecker()
FORMATS.checks("date-time", raises=ValueError)(lambda it: not isinstance(it, str) or datetime.fromisoformat(it))


def body_of(told):
    return told.get("requestBody", {}).get("content", {}).get("application/json", {})


def sent_examples():
    """One for each example of a body; one without a name for what takes none. A short run asks the first of each."""
    for label, told in OPERATIONS.items():
        examples = body_of(told).get("examples") or {"": {"value": None}}
        for number, (name, example) in enumerate(examples.items()):
            marks = [pytest.mark.thorough] if number else []
            yield pytest.param(label, name, example["value"], id=f"{label} {name}".strip(), marks=marks)


def filters():
    """Each filter of a list, with all its words."""
    for label, told in OPERATIONS.items():
        for one in told.get("parameters", []):
            if one["in"] == "query":
                yield pytest.param(label, one["name"], values_of(one), id=f"{label}?{one['name']}")


def values_of(parameter):
    schema, name = parameter["schema"], parameter["name"]
    if schema.get("type") == "boolean":
        return ["true", "false"]
    given = schema.get("examples") or schema.get("enum") or ([schema["default"]] if "default" in schema else None)
    return given or [QUERIES.get(name)]


def faults_in(schema, value):
    whole = {**schema, "components": DOCUMENT["components"]}
    found = Draft202012Validator(whole, format_checker=FORMATS).iter_errors(value)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def good_answer_of(told):
    [status] = [status for status in told["responses"] if status.startswith("2")]
    return int(status), told["responses"][status]


def check_answer(label, answer):
    """With the documented good status, headers and shape."""
    status, documented = good_answer_of(OPERATIONS[label])
    assert answer.status_code == status, answer.content
    [(kind, content)] = documented["content"].items()
    assert answer.headers["Content-Type"] == kind
    assert [name for name in documented.get("headers", {}) if name not in answer.headers] == []
    assert faults_in(content["schema"], answer.json()) == []


def test_the_kept_document_is_the_present_one():
    assert json.loads(json.dumps(openapi())) == DOCUMENT, "Run ./dev manage write_openapi"


def test_every_operation_has_a_place_in_which_it_is_asked():
    assert sorted(PLACES) == sorted(OPERATIONS)


def test_every_body_has_an_example():
    bodies = {label: body_of(told) for label, told in OPERATIONS.items() if "requestBody" in told}
    assert len(bodies) > 30
    assert [label for label, body in bodies.items() if not body.get("examples")] == []


def test_every_filter_is_asked_with_something():
    assert [case.id for case in filters() if None in case.values[2]] == []


def test_every_id_that_an_example_names_is_there():
    told = json.dumps([case.values[2] for case in sent_examples()])
    assert {word for word in told.split('"') if word.startswith("0190a000-")} == set(NAMED)


@pytest.mark.parametrize(("label", "name", "body"), [case for case in sent_examples() if case.values[1]])
def test_an_example_is_of_its_own_schema(label, name, body):
    assert faults_in(body_of(OPERATIONS[label])["schema"], body) == []


def test_an_example_of_an_answer_is_of_its_own_schema():
    found = [
        (label, content["schema"], example["value"])
        for label, told in OPERATIONS.items()
        for answer in told["responses"].values()
        for content in answer.get("content", {}).values()
        for example in content.get("examples", {}).values()
    ]
    assert {label.split()[0] for label, _, _ in found} == {"GET"}
    assert [(label, faults_in(schema, value)) for label, schema, value in found if faults_in(schema, value)] == []


def fields_with_examples(schema):
    if isinstance(schema, dict):
        if isinstance(schema.get("examples"), list):
            yield schema
        for inner in schema.values():
            yield from fields_with_examples(inner)


def test_an_example_of_a_field_is_of_its_own_schema():
    found = list(fields_with_examples(DOCUMENT["components"]["schemas"]))
    assert len(found) > 3
    assert [fault for schema in found for example in schema["examples"] for fault in faults_in(schema, example)] == []


def test_every_link_leads_to_an_operation_and_fills_its_parameters():
    operations = {told["operationId"]: told for told in OPERATIONS.values()}
    links = DOCUMENT["components"]["links"]
    assert len(links) > 50
    for name, link in links.items():
        there = {one["name"] for one in operations[link["operationId"]]["parameters"]}
        assert {parameter.removeprefix("header.") for parameter in link["parameters"]} <= there, name
    used = {
        name
        for told in OPERATIONS.values()
        for answer in told["responses"].values()
        for name in answer.get("links", ())
    }
    assert used == set(links)


@pytest.fixture
def living(world, partner):
    with clock.at(NOW):
        yield Living(world, partner)


@pytest.mark.every
@pytest.mark.django_db
@pytest.mark.parametrize(("label", "name", "body"), list(sent_examples()))
def test_an_example_does_what_it_says(living, label, name, body):
    check_answer(label, living.ask(label, name, body))


@pytest.mark.django_db
@pytest.mark.parametrize(("label", "name", "values"), list(filters()))
def test_a_filter_is_answered(living, label, name, values):
    asker, ids = PLACES[label](living, "")
    for value in values:
        answer = living.ask_list(asker, label.split()[1].format(**ids), name, value)
        check_answer(label, answer)
        if name in ("nhs_number", "phone", "q", "birth_date"):
            assert answer.json()["results"], "What the example names is there, and found"
