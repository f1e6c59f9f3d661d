"""The OpenAPI 3.1 document: what the operations say of themselves, and the answers that all of them may give."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from carecoord.api.links import add_links
from carecoord.api.operations import Operation
from carecoord.api.problems import MEDIA_TYPE, TITLES
from carecoord.api.scopes import EVERY_SCOPE, scope_of
from carecoord.api.shapes import Body, Query, Shape

JSON = "application/json"
OF_EVERY = (400, 401, 403, 406, 429, 500, 503)
PROBLEM = {"$ref": "#/components/schemas/Problem"}
WORDS = """Partner systems act for one organisation, as its teams, and see the residents these have a relationship with.

Ask for a token with your client id and secret (`client_credentials`), and send it as `Authorization: Bearer ...`.
Lists come in pages: follow `next` until it is null. What you read has an `ETag`; send it back as `If-Match` with a
`PATCH`. Send an `Idempotency-Key` with every `POST`: the same key and body have one effect and get the same answer for
24 hours. Times are RFC 3339. Every error is `application/problem+json` with a `code` that does not change.

A hospital's system posts admissions, transfers and discharges as FHIR R4 messages to `/fhir/R4/$process-message`, with
the same token and the scope `handovers.write`; `/fhir/R4/metadata` says what they hold. Errors are OperationOutcome."""
TAGS = {
    "residents": "Residents",
    "organisations": "Directory",
    "neighbourhoods": "Directory",
    "teams": "Directory",
    "services": "Directory",
    "contacts": "Visits, calls and notes",
    "people": "People around residents",
    "proxies": "People around residents",
    "stays": "Stays and care packages",
    "care-packages": "Stays and care packages",
    "care-plans": "Care plans",
    "attachments": "Care plans",
    "goals": "Care plans",
    "stage-goals": "Care plans",
    "goal-outcomes": "Care plans",
    "needs": "Care plans",
    "options": "Care plans",
    "plan-reviews": "Care plans",
    "additional-plans": "Care plans",
    "section-versions": "Care plans",
    "actions": "Actions",
    "referrals": "Referrals",
    "handovers": "Handovers",
    "alerts": "Alerts",
    "changes": "Change feed",
    "webhooks": "Webhooks",
}


class EndpointSchema(AutoSchema):
    """Reads `@operation` of the handler; nothing is guessed."""

    def get_operation(self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any) -> Any:
        if _operation(self.view, method) is None:
            return None
        return super().get_operation(path, path_regex, path_prefix, method, registry)

    @property
    def operation(self) -> Operation:
        found: Operation = getattr(self.view, self.method.lower()).operation
        return found

    def get_operation_id(self) -> str:
        words = [part for part in self.path.removeprefix("/api/v1/").split("/") if part]
        named = [f"by_{word[1:-1].removesuffix('_id')}" if word.startswith("{") else word for word in words]
        return "_".join([self.method.lower(), *named]).replace("-", "_")

    def get_tags(self) -> list[str]:
        return [TAGS.get(self.path.removeprefix("/api/v1/").split("/")[0], "Others")]

    def get_summary(self) -> str:
        return self.operation.summary

    def get_description(self) -> str:  # type: ignore[override]
        handler = getattr(self.view, self.method.lower())
        words = "\n".join(line.strip() for line in (handler.__doc__ or "").strip().splitlines())
        scope = scope_of(self.path, self.method)
        return f"{words}\n\nScope: `{scope}`.".strip()

    def get_auth(self) -> list[dict[str, list[str]]]:
        scope = scope_of(self.path, self.method)
        return [{"client_credentials": [scope] if scope else []}]

    def get_request_serializer(self) -> Any:
        body = self.operation.body
        return body() if body else None

    def get_response_serializers(self) -> Any:
        answers: dict[Any, Any] = {}
        for status, shape in self.operation.answers.items():
            shown = (page_shape(shape) if self.operation.is_list else shape) if shape else None
            answers[(status, JSON)] = OpenApiResponse(shown, "As asked", examples=list(self._answer_examples()))
        for status in self._problem_statuses():
            answers[(status, MEDIA_TYPE)] = OpenApiResponse(PROBLEM, TITLES[status])
        return answers

    def get_override_parameters(self) -> list[Any]:
        operation, found = self.operation, list[Any]()
        if operation.query:
            found.append(operation.query)
        if operation.is_list:
            found += PAGING
        if self.method == "POST":
            found.append(IDEMPOTENCY_KEY)
        if self.method == "PATCH":
            found.append(IF_MATCH)
        elif 412 in operation.problems:
            found.append(IF_MATCH_AT_WILL)
        return [*found, *self._answer_headers()]

    def get_examples(self) -> list[OpenApiExample]:
        named = self.operation.examples.items()
        return [OpenApiExample(name, value=dict(value), request_only=True) for name, value in named]

    def _answer_examples(self) -> Iterator[OpenApiExample]:
        if self.operation.answer_example is not None:
            yield OpenApiExample("answer", value=self.operation.answer_example, response_only=True)

    def _problem_statuses(self) -> list[int]:
        operation, found = self.operation, set(OF_EVERY)
        if "{" in self.path:
            found.add(404)
        if self.method == "POST":
            # 404: a kept answer, given again to who may no longer read what it is about.
            found |= {404, 409, 411, 413, 415, 422}
        if self.method == "PATCH":
            found |= {409, 411, 412, 413, 415, 422, 428}
        return sorted(found | set(operation.problems))

    def _answer_headers(self) -> Iterator[OpenApiParameter]:
        for status, shape in self.operation.answers.items():
            if shape and not self.operation.is_list and "version" in shape().fields:
                yield _header("ETag", "Id and version of what is shown.", [status])
            if status == 201:
                yield _header("Location", "Its address.", [status])
        yield _header("WWW-Authenticate", "How to ask: with a Bearer token.", [401])
        yield _header("Retry-After", "Seconds to wait.", [409, 429, 503] if self.method == "POST" else [429, 503])

    # --- shapes -------------------------------------------------------------------------------------------------

    def _get_serializer_name(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> str:
        name: str = super()._get_serializer_name(serializer, direction, bypass_extensions)
        return name.removesuffix("Shape")

    def _map_serializer(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        schema = super()._map_serializer(serializer, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        serializer = serializer() if isinstance(serializer, type) else serializer
        _say_only_its_own_words(schema, serializer)
        if isinstance(serializer, Shape):
            schema["required"] = list(schema.get("properties", {}))
        if isinstance(serializer, Shape | Body):
            schema["additionalProperties"] = False
        if isinstance(serializer, Body | Query):
            for name, field in serializer.fields.items():
                _say_what_is_refused(schema["properties"].get(name), field)
        return schema


def page_shape(shape: type[Shape]) -> type[Shape]:
    """The shape of a page of these."""
    return _page_shape(shape)


@cache
def _page_shape(shape: type[Shape]) -> type[Shape]:
    fields = {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": shape(many=True),
        "__doc__": "A page. `next` is null on the last one.",
    }
    return type(f"{shape.__name__.removesuffix('Shape')}Page", (Shape,), fields)


def openapi() -> dict[str, Any]:
    """The whole document, made once."""
    return _openapi()


@cache
def _openapi() -> dict[str, Any]:
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    document: dict[str, Any] = generator.get_schema(request=None, public=True)
    return document


def finish(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """What belongs to all operations; named in SPECTACULAR_SETTINGS."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    flow = {"tokenUrl": "/identity/o/api/token", "scopes": dict(EVERY_SCOPE)}
    components["securitySchemes"] = {
        "client_credentials": {"type": "oauth2", "flows": {"clientCredentials": flow}},
    }
    result["info"]["description"] = WORDS
    add_links(result)
    return result


PROBLEM_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "An error (RFC 9457). `code` is for programs, `detail` for people.",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {"type": "object", "description": "Sentences by field.", "additionalProperties": True},
        "allowed": {
            "type": "array",
            "items": {"type": "string"},
            "description": "With `illegal_transition`: what is possible now.",
        },
        "current": {"type": ["object", "null"], "description": "With 412: as it is now.", "additionalProperties": True},
        "count": {"type": "integer", "description": "With `possible_duplicates`: how many."},
    },
    "additionalProperties": True,
}
PAGING = [
    OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": 100, "default": 25}),
    OpenApiParameter("cursor", str, description="From `next` or `previous`; never made by hand."),
]
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="One for each thing you want done; kept for 24 hours.",
)
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag of what you read."
)

IF_MATCH_AT_WILL = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of what you read: then 412 where somebody has changed it since.",
)


def _header(name: str, words: str, statuses: list[int]) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=words, response=statuses)


def _operation(view: Any, method: str) -> Operation | None:
    return getattr(getattr(view, method.lower(), None), "operation", None)


def _say_only_its_own_words(schema: dict[str, Any], serializer: Any) -> None:
    """Not those of the class it is built on; and nothing is marked read-only in what is only ever read."""
    schema.pop("description", None)
    if words := type(serializer).__doc__:
        schema["description"] = " ".join(words.split())
    for inner in schema.get("properties", {}).values():
        inner.pop("readOnly", None)
        inner.pop("x-spec-enum-id", None)
        if list(inner) == ["allOf"] and len(inner["allOf"]) == 1:
            inner |= inner.pop("allOf")[0]


def _say_what_is_refused(schema: dict[str, Any] | None, field: Any) -> None:
    """Text of nothing but spaces is no text."""
    is_text = isinstance(field, serializers.CharField) and not isinstance(field, serializers.EmailField)
    if schema is not None and is_text and not field.allow_blank and not {"pattern", "$ref"} & set(schema):
        schema["pattern"] = r"\S"
