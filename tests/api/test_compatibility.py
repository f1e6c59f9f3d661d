"""What takes something from a program in use is found: a table of small documents, before and after."""

import copy
import gzip
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from carecoord.api.compatibility import breaks
from carecoord.api.management.commands import write_openapi
from carecoord.api.schema import openapi

ROOT = Path(__file__).parents[2]
LANDED = sorted((ROOT / "tests" / "data").glob("landing-*.openapi.json.gz"))
SECTIONS = "/api/v1/care-plans/{plan_id}/sections/{key}/"
# What was taken away all the same: the line as `breaks` says it, and the file of docs/decisions that says why.
DECIDED = {
    f"{method} {SECTIONS} 200.key shows also: any other word": "0053-sections-as-data.md" for method in ("GET", "PATCH")
}

SENT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 40, "minLength": 2},
        "code": {"type": "string", "pattern": "^[a-z]+$"},
        "born": {"type": "string", "format": "date"},
        "risks": {"type": "array", "items": {"type": "string"}, "maxItems": 5, "minItems": 1},
        "count": {"type": "integer", "minimum": 1, "maximum": 100},
        "urgency": {"type": "string", "enum": ["routine", "soon"]},
        "mail": {"oneOf": [{"type": "string", "format": "email"}, {"type": "null"}]},
        "note": {"type": ["string", "null"]},
        "free": {"type": "string"},
        "further": {"type": "object"},
        "limit": {"type": "integer", "default": 25},
    },
}
SHOWN = {
    "type": "object",
    "required": ["id", "status"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "status": {"type": "string", "enum": ["open", "closed"]},
        "until": {"type": ["string", "null"], "format": "date-time"},
        "person": {"$ref": "#/components/schemas/Person"},
        "rows": {"type": "array", "items": {"type": "string"}},
        "code": {"type": "string", "pattern": "^[a-z]+$"},
    },
}
PERSON = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
BEFORE = {
    "paths": {
        "/things/": {
            "get": {
                "operationId": "get_things",
                "security": [{"oauth": ["things.read"]}],
                "parameters": [{"in": "query", "name": "q", "schema": {"type": "string", "maxLength": 100}}],
                "responses": {"200": {"content": {"application/json": {"schema": SHOWN}}}, "404": {}},
            },
            "post": {
                "security": [{"oauth": ["things.write"]}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Sent"}}}},
                "responses": {"201": {"headers": {"ETag": {}, "Location": {}}}},
            },
        }
    },
    "components": {
        "schemas": {"Sent": SENT, "Person": PERSON},
        "securitySchemes": {
            "oauth": {"flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {"things.read": "Read"}}}}
        },
    },
}


class Change:
    """A copy of the small document, to be changed."""

    def __init__(self):
        self.document = copy.deepcopy(BEFORE)
        self.get, self.post = (self.document["paths"]["/things/"][method] for method in ("get", "post"))
        self.schemas = self.document["components"]["schemas"]
        self.sent = self.schemas["Sent"]
        self.shown = self.get["responses"]["200"]["content"]["application/json"]["schema"]
        self.flow = self.document["components"]["securitySchemes"]["oauth"]["flows"]["clientCredentials"]

    def field(self, name, **rules):
        """Of what is sent; a rule of None is taken away."""
        self._rule(self.sent["properties"][name], rules)

    def told(self, name, **rules):
        self._rule(self.shown["properties"][name], rules)

    def _rule(self, schema, rules):
        schema |= rules
        for name in [name for name, value in rules.items() if value is None]:
            del schema[name]


BODY, ANSWER = "POST /things/ body", "GET /things/ 200"
BREAKING = {
    "a path is gone": (
        lambda it: it.document["paths"].pop("/things/"), ["GET /things/ is gone", "POST /things/ is gone"]
    ),
    "a method is gone": (lambda it: it.document["paths"]["/things/"].pop("post"), ["POST /things/ is gone"]),
    # what is sent
    "a pattern is new": (
        lambda it: it.field("free", pattern=r"\S"), [rf"{BODY}.free has another pattern: \S"]
    ),
    "a pattern is another": (
        lambda it: it.field("code", pattern="^[a-f]+$"), [f"{BODY}.code has another pattern: ^[a-f]+$"]
    ),
    "a format is new": (lambda it: it.field("free", format="uuid"), [f"{BODY}.free has another format: uuid"]),
    "a format is another": (
        lambda it: it.field("born", format="date-time"), [f"{BODY}.born has another format: date-time"]
    ),
    "text may be less long": (lambda it: it.field("name", maxLength=39), [f"{BODY}.name has a smaller maxLength: 39"]),
    "text has a limit now": (lambda it: it.field("free", maxLength=39), [f"{BODY}.free has a smaller maxLength: 39"]),
    "text must be longer": (lambda it: it.field("name", minLength=3), [f"{BODY}.name has a larger minLength: 3"]),
    "text may not be empty now": (
        lambda it: it.field("free", minLength=1), [f"{BODY}.free has a larger minLength: 1"]
    ),
    "fewer items are taken": (lambda it: it.field("risks", maxItems=4), [f"{BODY}.risks has a smaller maxItems: 4"]),
    "more items are needed": (lambda it: it.field("risks", minItems=2), [f"{BODY}.risks has a larger minItems: 2"]),
    "items are others": (
        lambda it: it.field("risks", items={"type": "string", "maxLength": 10}),
        [f"{BODY}.risks[] has a smaller maxLength: 10"],
    ),
    "a number may be less large": (
        lambda it: it.field("count", maximum=99), [f"{BODY}.count has a smaller maximum: 99"]
    ),
    "a number must be larger": (lambda it: it.field("count", minimum=2), [f"{BODY}.count has a larger minimum: 2"]),
    "a number has a limit below zero now": (
        lambda it: it.field("count", exclusiveMinimum=-5), [f"{BODY}.count has a larger exclusiveMinimum: -5"]
    ),
    "a word is not taken any more": (
        lambda it: it.field("urgency", enum=["routine"]), [f"{BODY}.urgency takes no more: soon"]
    ),
    "only some words are taken now": (
        lambda it: it.field("free", enum=["a"]), [f"{BODY}.free takes no more: any other word"]
    ),
    "null is not taken any more": (lambda it: it.field("note", type="string"), [f"{BODY}.note takes no more: null"]),
    "one of two kinds is not taken any more": (
        lambda it: it.field("mail", oneOf=[{"type": "string", "format": "email"}]),
        [f"{BODY}.mail takes no more: null"],
    ),
    "a name must be sent now": (
        lambda it: it.sent["required"].append("code"), [f"{BODY}.code must be sent now"]
    ),
    "a new name must be sent": (
        lambda it: (it.sent["properties"].update(colour={"type": "string"}), it.sent["required"].append("colour")),
        [f"{BODY}.colour must be sent now"],
    ),
    "a name is not taken any more": (lambda it: it.sent["properties"].pop("free"), [f"{BODY}.free is gone"]),
    "other names are not taken any more": (
        lambda it: it.field("further", additionalProperties=False),
        [f"{BODY}.further takes no other names any more"],
    ),
    "the body is needed now": (
        lambda it: it.post["requestBody"].update(required=True), ["POST /things/ asks for a body now"]
    ),
    "the body is not JSON any more": (
        lambda it: it.post["requestBody"].update(content={"text/csv": {}}),
        ["POST /things/ takes no application/json any more"],
    ),
    "a parameter is needed now": (
        lambda it: it.get["parameters"][0].update(required=True), ["GET /things/ asks for q now"]
    ),
    "a new parameter is needed": (
        lambda it: it.post.update(
            parameters=[{"in": "header", "name": "If-Match", "required": True, "schema": {"type": "string"}}]
        ),
        ["POST /things/ asks for If-Match now"],
    ),
    "a parameter is gone": (
        lambda it: it.get.update(parameters=[]), ["GET /things/ has no parameter q any more"]
    ),
    "a parameter may be less long": (
        lambda it: it.get["parameters"][0]["schema"].update(maxLength=10),
        ["GET /things/ q has a smaller maxLength: 10"],
    ),
    # what is shown
    "a name is not shown any more": (
        lambda it: it.shown["properties"].pop("until"), [f"{ANSWER}.until is gone"]
    ),
    "a name may be missing now": (
        lambda it: it.shown.update(required=["id"]), [f"{ANSWER}.status may be missing now"]
    ),
    "what is shown may be null now": (
        lambda it: it.told("status", type=["string", "null"]), [f"{ANSWER}.status shows also: null"]
    ),
    "somebody shown may be null now": (
        lambda it: it.told(
            "person", **{"$ref": None, "oneOf": [{"$ref": "#/components/schemas/Person"}, {"type": "null"}]}
        ),
        [f"{ANSWER}.person shows something else now: null"],
    ),
    "what is shown is of another type": (
        lambda it: it.told("id", type="integer"), [f"{ANSWER}.id shows also: integer"]
    ),
    "what is shown has another format": (
        lambda it: it.told("until", format="date"), [f"{ANSWER}.until has another format: date, not date-time"]
    ),
    "what is shown has no format any more": (
        lambda it: it.told("id", format=None), [f"{ANSWER}.id has another format: None, not uuid"]
    ),
    "what is shown has a wider pattern": (
        lambda it: it.told("code", pattern="^.+$"), [f"{ANSWER}.code has another pattern: ^.+$, not ^[a-z]+$"]
    ),
    "what is shown has no pattern any more": (
        lambda it: it.told("code", pattern=None), [f"{ANSWER}.code has another pattern: None, not ^[a-z]+$"]
    ),
    "a closed list has a new word": (
        lambda it: it.told("status", enum=["open", "closed", "lost"]), [f"{ANSWER}.status shows also: lost"]
    ),
    "a closed list is open now": (
        lambda it: it.told("status", enum=None), [f"{ANSWER}.status shows also: any other word"]
    ),
    "of somebody shown a name is gone": (
        lambda it: it.schemas["Person"]["properties"].pop("name"), [f"{ANSWER}.person.name is gone"]
    ),
    "items shown are of another type": (
        lambda it: it.told("rows", items={"type": "object"}), [f"{ANSWER}.rows[] shows also: object"]
    ),
    "what is left out means something else": (
        lambda it: it.field("limit", default=50), [f"{BODY}.limit has another default: 50, not 25"]
    ),
    "what is left out means nothing any more": (
        lambda it: it.field("limit", default=None), [f"{BODY}.limit has another default: None, not 25"]
    ),
    "an operation has another name": (
        lambda it: it.get.update(operationId="list_things"), ["GET /things/ is called list_things now, not get_things"]
    ),
    "it is at another place": (
        lambda it: it.document.update(servers=[{"url": "/elsewhere"}]), ["It is not at / any more"]
    ),
    # answers and tokens
    "a good status is gone": (
        lambda it: it.post["responses"].update({"202": it.post["responses"].pop("201")}),
        ["POST /things/ answers 201 no more", "POST /things/ answers 202 now"],
    ),
    "a problem's status is gone": (
        lambda it: it.get["responses"].pop("404"), ["GET /things/ answers 404 no more"]
    ),
    "an answer's header is gone": (
        lambda it: it.post["responses"]["201"]["headers"].pop("ETag"), ["POST /things/ 201 has no ETag any more"]
    ),
    "an answer is not JSON any more": (
        lambda it: it.get["responses"]["200"].update(content={"text/csv": {}}),
        ["GET /things/ 200 is no application/json any more"],
    ),
    "another scope is needed": (
        lambda it: it.get.update(security=[{"oauth": ["things.manage"]}]), ["GET /things/ needs things.manage now"]
    ),
    "one more scope is needed": (
        lambda it: it.get["security"][0]["oauth"].append("people.read"), ["GET /things/ needs people.read now"]
    ),
    "a scope is gone": (lambda it: it.flow["scopes"].clear(), ["The scope things.read is gone"]),
    "tokens are given elsewhere": (
        lambda it: it.flow.update(tokenUrl="/elsewhere"), ["Tokens are given at /elsewhere, not at /token"]
    ),
}  # fmt: skip
HARMLESS = {
    "nothing changes": lambda it: None,
    "it is at one more place": lambda it: it.document.update(servers=[{"url": "/"}, {"url": "/too"}]),
    "a default is told that was not": lambda it: it.field("free", default=""),
    "an operation has a name now": lambda it: it.post.update(operationId="post_things"),
    "a path is new": lambda it: it.document["paths"].update({"/new/": it.document["paths"]["/things/"]}),
    "a name is taken that was not": lambda it: it.sent["properties"].update(colour={"type": "string"}),
    "a name need not be sent any more": lambda it: it.sent.update(required=[]),
    "rules are wider": lambda it: [
        it.field("name", maxLength=41, minLength=1),
        it.field("code", pattern=None),
        it.field("born", format=None),
        it.field("risks", maxItems=6, minItems=None),
        it.field("count", minimum=0, maximum=None),
        it.field("urgency", enum=["routine", "soon", "urgent"]),
        it.field("free", type=["string", "null"]),
    ],
    "a whole number may be any number": lambda it: it.field("count", type="number"),
    "what was anything else stays so": lambda it: it.field("mail", oneOf=[{"type": ["string", "null"]}]),
    "a parameter may be sent": lambda it: it.get["parameters"].append(
        {"in": "query", "name": "page", "schema": {"type": "integer"}}
    ),
    "a name is shown that was not": lambda it: it.shown["properties"].update(colour={"type": "string"}),
    "what was null now and then never is": lambda it: it.told("until", type="string"),
    "a closed list has lost a word": lambda it: it.told("status", enum=["open"]),
    "a problem is answered that was not": lambda it: it.get["responses"].update({"429": {}}),
    "no scope is needed any more": lambda it: it.get.update(security=[]),
    "words are others": lambda it: it.told("status", description="Where it stands"),
}


@pytest.mark.parametrize(("change", "lines"), BREAKING.values(), ids=BREAKING)
def test_it_breaks_programs_that(change, lines):
    after = Change()
    change(after)
    assert breaks(BEFORE, after.document) == lines


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_it_breaks_nothing_that(change):
    after = Change()
    change(after)
    assert breaks(BEFORE, after.document) == []


def test_a_token_needed_where_none_was_is_named():
    after = Change()
    after.get["security"] = []
    assert breaks(after.document, BEFORE) == ["GET /things/ needs oauth, things.read now"]


# --- the documents that were landed ---------------------------------------------------------------------------------


def test_documents_of_landings_are_kept():
    assert LANDED, "tests/data/README.md says how one is added"


@pytest.mark.parametrize("path", LANDED, ids=lambda path: path.name.partition(".")[0])
def test_nothing_is_taken_from_programs_written_for_what_was_landed(path):
    found = breaks(json.loads(gzip.decompress(path.read_bytes())), openapi())
    assert [line for line in found if line not in DECIDED] == []


@pytest.mark.parametrize("path", LANDED, ids=lambda path: path.name.partition(".")[0])
def test_what_was_landed_would_be_missed_if_it_were_taken_away(path):
    """Each rule of a landed document is one that the comparison reads: changed, each of these is named."""
    landed = json.loads(gzip.decompress(path.read_bytes()))
    after = copy.deepcopy(landed)
    new, shown = (after["components"]["schemas"][name]["properties"] for name in ("NewResident", "Resident"))
    new["given_name"]["pattern"] = "^[A-Z]"
    new["address_lines"]["maxItems"] = 1
    shown["id"]["format"] = "uri"
    after["paths"]["/api/v1/residents/"]["get"]["security"][0]["client_credentials"].append("changes.read")
    found = breaks(landed, after)
    assert "POST /api/v1/residents/ body.given_name has another pattern: ^[A-Z]" in found
    assert "POST /api/v1/residents/ body.address_lines has a smaller maxItems: 1" in found
    assert "GET /api/v1/residents/ 200.results[].id has another format: uri, not uuid" in found
    assert "GET /api/v1/residents/ needs changes.read now" in found


def test_every_decided_break_says_where_it_was_decided():
    assert [file for file in DECIDED.values() if not (ROOT / "docs" / "decisions" / file).exists()] == []


def test_the_command_refuses_what_breaks_and_writes_what_was_decided(tmp_path, monkeypatch):
    kept = tmp_path / "openapi.json"
    monkeypatch.setattr(write_openapi, "KEPT", kept)
    call_command("write_openapi")
    whole = kept.read_text()
    more = json.loads(whole)
    more["paths"]["/api/v1/gone/"] = more["paths"]["/api/v1/residents/"]
    kept.write_text(json.dumps(more))
    with pytest.raises(CommandError, match=r"GET /api/v1/gone/ is gone"):
        call_command("write_openapi")
    assert json.loads(kept.read_text()) == more
    call_command("write_openapi", incompatible=True)
    assert kept.read_text() == whole
