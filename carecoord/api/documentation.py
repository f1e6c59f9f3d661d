"""The OpenAPI document in the order and the words of a page."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

METHODS = ("get", "post", "patch", "delete")


@dataclass(frozen=True)
class FieldRow:
    name: str
    kind: str
    words: str
    is_required: bool


@dataclass(frozen=True)
class OperationWords:
    """One method of one path."""

    anchor: str
    method: str
    path: str
    summary: str
    paragraphs: Sequence[str]
    parameters: Sequence[FieldRow]
    body: Sequence[FieldRow]
    answer: Sequence[FieldRow]
    statuses: str
    example: str


@dataclass(frozen=True)
class Chapter:
    title: str
    operations: Sequence[OperationWords]

    @property
    def anchor(self) -> str:
        return f"chapter-{slugify(self.title)}"


def chapters(document: Mapping[str, Any]) -> list[Chapter]:
    by_title: dict[str, list[OperationWords]] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                told = methods[method]
                by_title.setdefault(told["tags"][0], []).append(_operation(document, path, method, told))
    return [Chapter(title, operations) for title, operations in by_title.items()]


def _operation(document: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any]) -> OperationWords:
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    good: Mapping[str, Any] = next(
        (answer for status, answer in told["responses"].items() if status.startswith("2")), {}
    )
    answer = good.get("content", {}).get("application/json", {}).get("schema", {})
    examples = body.get("examples", {})
    return OperationWords(
        anchor=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        paragraphs=[words for words in told.get("description", "").split("\n\n") if words],
        parameters=[_parameter(one) for one in told.get("parameters", [])],
        body=list(_fields(document, body.get("schema", {}))),
        answer=list(_fields(document, _of_page(document, answer))),
        statuses=", ".join(told["responses"]),
        example=_pretty(next(iter(examples.values()))["value"]) if examples else "",
    )


def _parameter(told: Mapping[str, Any]) -> FieldRow:
    words = told.get("description", "")
    return FieldRow(told["name"], _kind(told["schema"]), words, told.get("required", False))


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[FieldRow]:
    whole = _resolved(document, schema)
    required = set(whole.get("required", ()))
    for name, inner in whole.get("properties", {}).items():
        yield FieldRow(name, _kind(inner), inner.get("description", ""), name in required)


def _of_page(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a page, what stands in its results."""
    properties = _resolved(document, schema).get("properties", {})
    items: Mapping[str, Any] = properties.get("results", {}).get("items", {})
    return items if "next" in properties else schema


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join("null" if word is None else str(word) or '""' for word in schema["enum"])
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return " or ".join(_kind(inner) for inner in schema[several])
    kind = schema.get("type", "anything")
    kinds = kind if isinstance(kind, list) else [kind]
    named = [_kind(schema.get("items", {})) + " list" if one == "array" else schema.get("format", one) for one in kinds]
    return " or ".join("null" if one == "null" else name for one, name in zip(kinds, named, strict=True))


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
