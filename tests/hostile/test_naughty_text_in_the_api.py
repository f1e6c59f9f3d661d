"""Naughty text in every text field that the API's document names: kept and shown as it is, or refused in a sentence."""

import json
from functools import cache
from itertools import count

import pytest

from carecoord.api.schema import openapi
from tests.hostile.strings import OURS, kept_beside

pytestmark = pytest.mark.django_db
# What must be there beside the text for the service to take it.
BESIDE = {
    "NewResident": {"given_name": "Ken", "family_name": "Hartley", "birth_date": "1945-02-01", "confirm_new": True},
    "NewContact": {"kind": "note"},
    "NewReferral": {"no_known_risks": True},
    "PatchedContactChange": {"reason": "It was wrong"},
}
# Fields whose text has a form of its own, and those that are read as something else.
CODED = (
    *("stated_gender", "ethnic_category", "marital_status", "residential_status", "language", "language_proficiency"),
    *("preferred_contact_method", "preferred_written_format", "death_status"),
)
NOT_FREE = ("nhs_number", "postcode", "email", "reason_code", "cohorts", "done_by", *CODED)


def text_fields(schema):
    """Names of free text in a body; a list of text is filled with one."""
    for name, told in schema.get("properties", {}).items():
        inner = told.get("items", {})
        if name in NOT_FREE or "enum" in told or "format" in told:
            continue
        if told.get("type") == "string":
            yield name, lambda text, most=told["maxLength"]: text[:most]
        elif inner.get("type") == "string" and "pattern" not in inner:
            yield name, lambda text, most=inner["maxLength"]: [text[:most]]


@cache
def asked():
    """Each operation that takes text, with its schema."""
    return list(bodies())


def bodies():
    document = json.loads(json.dumps(openapi()))
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            name = body.get("$ref", "/").rsplit("/", 1)[1]
            schema = document["components"]["schemas"].get(name, {})
            if list(text_fields(schema)):
                yield method.upper(), path, name, schema


def test_there_is_text_to_send():
    assert {"NewResident", "NewAction", "NewReferral", "NewHandover", "NewContact"} <= {one[2] for one in asked()}


def sent(place, schema, name, text):
    body = {field: filled(text) for field, filled in text_fields(schema)}
    meant = {"resident": "resident_id", "service": "service_id", "to_team": "team_id", "person": "person_id"}
    for field in schema.get("required", []):
        if field in meant:
            body[field] = place.ids[meant[field]][-1]
        elif "enum" in schema["properties"][field]:
            body[field] = schema["properties"][field]["enum"][0]
        elif schema["properties"][field].get("format") == "date":
            body[field] = "2030-01-08"
    if name == "NewHandover":
        body |= {"to_team": place.ids["team_id"][1], "kind": "discharge"}
    beside = {field: value for field, value in BESIDE.get(name, {}).items() if field not in body or field == "reason"}
    return body | beside


def wrong_with(answer, body, told):
    """A sentence of what is wrong with the answer, or none."""
    read = answer.json()
    if answer.status_code in (200, 201):
        return [
            f"{field}: {body[field]!r} came back as {read[field]!r}"
            for field in body
            if field in told and field in read and body[field] and not _same(read[field], body[field])
        ]
    if answer.status_code not in (400, 404, 422, 409):
        return [f"answered {answer.status_code}"]
    return [] if len(read["detail"]) > 10 else [f"refused without a sentence: {read}"]


def _same(shown, given):
    if isinstance(given, list):
        return shown == [one.strip() for one in given if one.strip()]
    return shown == given.strip()


def walk(place, texts, share=1):
    """Every text to every operation; with a share of 3, each text to every third."""
    numbers, wrong, taken = count(), [], set()
    for turn, text in enumerate(texts):
        for method, path, name, schema in asked()[turn % share :: share]:
            for parameter, there in place.ids.items():
                path = path.replace("{" + parameter + "}", there[-1])
            body = sent(place, schema, name, text)
            answer = place.writer.call(method, path, body, If_Match="*", Idempotency_Key=f"naughty {next(numbers)}")
            told = {field for field, _ in text_fields(schema)}
            wrong += [f"{method} {path} {text!r}: {one}" for one in wrong_with(answer, body, told)]
            if answer.status_code in (200, 201):
                taken.add(name)
    return wrong, taken


@pytest.mark.thorough
def test_our_own_few_are_kept_or_refused(furnished):
    wrong, taken = walk(furnished, OURS[:4])
    assert wrong == []
    assert {"NewResident", "NewAction", "NewReferral", "NewHandover", "NewContact", "NewGoal"} <= taken


@pytest.mark.thorough
def test_all_that_is_known_is_kept_or_refused(furnished):
    texts = kept_beside()
    if not texts:
        pytest.skip("The naughty strings are not beside the project.")
    wrong, _ = walk(furnished, [*OURS, *texts], share=3)
    assert wrong == []


def test_what_no_database_keeps_is_refused_everywhere(furnished):
    for number, (method, path, name, schema) in enumerate(asked()):
        for parameter, there in furnished.ids.items():
            path = path.replace("{" + parameter + "}", there[-1])
        text = ("\x00", "\ud800", "a\x00b")[number % 3]
        answer = furnished.writer.call(method, path, sent(furnished, schema, name, text), If_Match="*")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_text"), path


@pytest.mark.parametrize("mark", ["\u202e", "\u2069", "\x1b"])
def test_a_name_with_a_mark_that_turns_the_words_beside_it_is_refused(nursing, mark):
    new = {"given_name": "Ken", "family_name": f"Hart{mark}ley", "birth_date": "1945-02-01", "confirm_new": True}
    refused = nursing.post("residents/", new)
    sentence = "Send this without the hidden mark in it, which would turn or break the text around it."
    assert (refused.status_code, refused.json()["errors"]) == (400, {"family_name": [sentence]})
    kept = nursing.post("residents/", new | {"family_name": "\u05db\u05d4\u05df\u200f"})
    assert (kept.status_code, kept.json()["family_name"]) == (201, "\u05db\u05d4\u05df\u200f")


def test_what_is_read_back_keeps_its_spaces_and_stays_on_one_line(world, nursing):
    new = {"resident": str(world.resident().id), "to_team": str(world.ward.id)}
    refused = nursing.post("handovers/", new | {"read_back_items": ["Oxygen\n2 litres"]})
    assert (refused.status_code, refused.json()["errors"]) == (
        422,
        {"read_back_items": ["Write each key item on one line."]},
    )
    kept = nursing.post("handovers/", new | {"read_back_items": [" Oxygen,  2\tlitres "]})
    assert (kept.status_code, kept.json()["read_back_items"]) == (201, ["Oxygen,  2\tlitres"])
