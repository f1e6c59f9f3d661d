"""Links of the OpenAPI document: where the id that an answer shows leads to."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "patch", "delete")
ONE = re.compile(r"(?P<list>[^{]*/)\{(?P<parameter>\w+)\}/")


@dataclass(frozen=True)
class Kind:
    """What has an address of its own: the name of its id there, and that address."""

    parameter: str
    address: str
    listed_at: str


def add_links(document: dict[str, Any]) -> None:
    """From what was made or read to all that can be asked of it, from a change or a list to what it is about."""
    kinds = dict(_kinds(document))
    named: dict[str, Any] = {}
    for path, method, told in _operations(document):
        for status, answer in told["responses"].items():
            if not status.startswith("2"):
                continue
            for kind, shown_id, is_whole in _shown(kinds, path, method, status, _name(answer)):
                links = dict(_links(document, kind, shown_id, is_whole))
                named |= links
                answer["links"] = {name: {"$ref": f"#/components/links/{name}"} for name in links}
    document["components"]["links"] = named


def _kinds(document: Mapping[str, Any]) -> Iterator[tuple[str, Kind]]:
    for path, methods in document["paths"].items():
        found = ONE.fullmatch(path)
        if found and "get" in methods:
            name = _name(methods["get"]["responses"]["200"])
            yield name, Kind(found["parameter"], path, found["list"])


def _shown(
    kinds: Mapping[str, Kind], path: str, method: str, status: str, name: str
) -> Iterator[tuple[Kind, str, bool]]:
    """Whose id an answer shows, where, and whether everything follows from it or only reading."""
    if name in kinds:
        kind = kinds[name]
        yield kind, "$response.body#/id", status == "201" or (method == "get" and path == kind.address)
    for kind in kinds.values():
        if method == "get" and path == kind.listed_at:
            yield kind, "$response.body#/results/0/id", False


def _links(document: Mapping[str, Any], kind: Kind, shown_id: str, is_whole: bool) -> Iterator[tuple[str, Any]]:
    for path, method, told in _operations(document):
        is_reading = path == kind.address and method == "get"
        if path.startswith(kind.address) and (is_reading or is_whole):
            parameters = {kind.parameter: shown_id}
            if is_whole and method == "patch" and path == kind.address:
                parameters["header.If-Match"] = "$response.header.ETag"
            suffix = "_of_first" if "results" in shown_id else ""
            yield told["operationId"] + suffix, {"operationId": told["operationId"], "parameters": parameters}


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def _name(answer: Mapping[str, Any]) -> str:
    """Of the schema of an answer."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]
