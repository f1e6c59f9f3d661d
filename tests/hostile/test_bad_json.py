"""What is no JSON, or too much of it, at every address that takes some."""

import json
import re
from itertools import product

import pytest

from carecoord.api.schema import openapi
from carecoord.ids import new_id
from carecoord.outbox.models import OutboxMessage
from neighbourhoods.models import Relationship, Resident
from tests.api.conftest import CLIENT
from tests.hostile.place import Furnished

pytestmark = pytest.mark.django_db

BAD = {
    "wrong": (b"{'title': 'a'}", 400, "malformed"),
    "truncated": (b'{"title": "a', 400, "malformed"),
    "two documents": (b"{}{}", 400, "malformed"),
    "huge": (b'{"title": "' + b"x" * 1_000_001 + b'"}', 413, "too_large"),
    "huge, without end": (b"[" * 1_000_001, 413, "too_large"),
    "deep": (b'{"a":' * 21 + b"1" + b"}" * 21, 400, "too_deep"),
    "very deep": (b"[" * 99_999 + b"]" * 99_999, 400, "too_deep"),
    "twice": (b'{"title": "a", "title": "a"}', 400, "duplicate_key"),
    "twice, inside": (b'{"title": {"a": 1, "a": 1}}', 400, "duplicate_key"),
    "twice, spelt otherwise": (b'{"title": "a", "\\u0074itle": "b"}', 400, "duplicate_key"),
    "not a number": (b'{"title": NaN}', 400, "malformed"),
    "without end": (b'{"title": -Infinity}', 400, "malformed"),
    "half a letter": (b'{"title": "\\udcff"}', 400, "bad_text"),
    "half a letter in a name": (b'{"\\ud83d": 1}', 400, "bad_text"),
    "NUL": (b'{"title": "a\\u0000"}', 400, "bad_text"),
    "NUL itself": (b'{"title": "a\x00"}', 400, "malformed"),
    "not UTF-8": '{"title": "é"}'.encode("latin-1"),
    "UTF-16": '{"title": "a"}'.encode("utf-16"),
    "byte-order mark": b'\xef\xbb\xbf{"title": "a"}',
    "a list": (b"[{}]", 400, "not_an_object"),
    "text": (b'"title"', 400, "not_an_object"),
    "nothing but null": (b"null", 400, "not_an_object"),
}
OTHER_TYPES = (None, True, 0, -1, 1e308, 10**400, "", "x", [], [None], [[1]], {}, {"a": {"b": []}})


def taking():
    """Every address that is written to. What asks for no body takes `{}`, and nothing else."""
    document = json.loads(json.dumps(openapi()))
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            if method not in ("post", "patch"):
                continue
            body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            name = body.get("$ref", "/").rsplit("/", 1)[1]
            yield method.upper(), path, document["components"]["schemas"].get(name, {})


def addressed(path, place):
    for parameter, there in place.ids.items():
        path = path.replace("{" + parameter + "}", there[-1])
    return re.sub(r"\{\w+\}", str(new_id()), path)


def sent(place, method, path, body):
    headers = {"Authorization": f"Bearer {place.writer.token}", "If-Match": "*"}
    kind = "application/json"
    return place.client.generic(method, addressed(path, place), body, content_type=kind, headers=headers)


def wrong_among(place, asked):
    wrong = []
    for kind, (method, path, _) in asked:
        if kind in ("huge", "huge, without end") and path.endswith("/attachments/"):
            continue  # takes files: how large they may be is in tests/api/test_attachments.py
        told = BAD[kind]
        body, *expected = told if isinstance(told, tuple) else (told, 400, "malformed")
        answer = sent(place, method, path, body)
        if [answer.status_code, answer.json()["code"]] != expected:
            wrong.append((kind, method, path, answer.content))
    return wrong


def changes():
    """How much there is of what any change leaves behind; an access that was refused is no change."""
    return OutboxMessage.objects.count(), Resident.objects.count(), Relationship.objects.count()


def test_each_kind_is_refused_and_every_address_refuses(furnished):
    addresses, kinds = list(taking()), list(BAD)
    turns = max(len(addresses), len(kinds))
    asked = [(kinds[turn % len(kinds)], addresses[turn % len(addresses)]) for turn in range(turns)]
    before = changes()
    assert wrong_among(furnished, asked) == []
    assert changes() == before


# What is just within the bounds is read; then its content is refused.
WITHIN = {
    "large": b'{"title": "' + b"x" * (1_000_000 - 13) + b'"}',
    "as deep as may be": b'{"a":' * 20 + b"1" + b"}" * 20,
    "each name once": b'{"titel": "a", "title ": "b"}',
    "a half that has its other half": b'{"titel": "\\ud83d\\ude00"}',
}


@pytest.mark.parametrize("kind", WITHIN)
def test_what_is_just_within_bounds_is_refused_for_its_content_alone(nursing, kind):
    assert len(WITHIN["large"]) == 1_000_000
    empty = Furnished(writer=nursing, reader=nursing, ward=nursing, stranger=nursing, client=CLIENT)
    answer = sent(empty, "POST", "/api/v1/care-plans/", WITHIN[kind])
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.thorough
def test_every_kind_is_refused_at_every_address(furnished):
    assert wrong_among(furnished, product(BAD, taking())) == []


def wrong_types(place, values_of):
    wrong = []
    for number, (method, path, schema) in enumerate(taking()):
        for turn, field in enumerate(schema.get("properties", {})):
            for value in values_of(number + turn):
                answer = sent(place, method, path, json.dumps({field: value}).encode())
                is_told = answer.status_code < 300 or len(answer.json()["detail"]) > 10
                if answer.status_code not in (200, 201, 400, 404, 409, 422) or not is_told:
                    wrong.append((method, path, field, value, answer.content))
    return wrong


def test_another_type_is_refused_or_understood(furnished):
    assert wrong_types(furnished, lambda turn: [OTHER_TYPES[turn % len(OTHER_TYPES)]]) == []


@pytest.mark.thorough
def test_every_other_type_in_every_field_is_refused_or_understood(furnished):
    assert wrong_types(furnished, lambda _: OTHER_TYPES) == []
