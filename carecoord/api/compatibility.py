"""What a new OpenAPI document takes away from whoever was written for the old one."""

from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]
METHODS = ("get", "post", "patch", "put", "delete")
DEEPEST = 12


def breaks(old: Document, new: Document) -> list[str]:
    """One line for each: a path, method, parameter, field or word that is gone, or is asked for now and was not."""
    return list(_paths(old, new))


def _paths(old: Document, new: Document) -> Iterator[str]:
    for path, methods in old["paths"].items():
        for method in METHODS:
            if method not in methods:
                continue
            where = f"{method.upper()} {path}"
            after = new["paths"].get(path, {}).get(method)
            if after is None:
                yield f"{where} is gone"
            else:
                yield from _operation(where, (old, methods[method]), (new, after))


Told = tuple[Document, Mapping[str, Any]]


def _operation(where: str, old: Told, new: Told) -> Iterator[str]:
    yield from _parameters(where, old, new)
    before, after = _body(old[1]), _body(new[1])
    if after and not before:
        yield f"{where} asks for a body now"
    yield from _sent(f"{where} body", (old[0], before), (new[0], after))
    for status, answer in old[1]["responses"].items():
        if not status.startswith("2"):
            continue
        if status not in new[1]["responses"]:
            yield f"{where} answers {status} no more"
            continue
        yield from _shown(
            f"{where} {status}", (old[0], _content(answer)), (new[0], _content(new[1]["responses"][status]))
        )


def _parameters(where: str, old: Told, new: Told) -> Iterator[str]:
    before = {(one["in"], one["name"]): one for one in old[1].get("parameters", [])}
    after = {(one["in"], one["name"]): one for one in new[1].get("parameters", [])}
    for key, one in before.items():
        if key not in after:
            yield f"{where} has no parameter {key[1]} any more"
        else:
            yield from _sent(f"{where} {key[1]}", (old[0], one["schema"]), (new[0], after[key]["schema"]))
    for key, one in after.items():
        if one.get("required") and not before.get(key, {}).get("required"):
            yield f"{where} asks for {key[1]} now"


def _sent(where: str, old: Told, new: Told, depth: int = 0) -> Iterator[str]:
    """What could be sent must still be taken."""
    before, after = _resolved(old), _resolved(new)
    if depth > DEEPEST:
        return
    yield from _narrower(where, before, after, "takes")
    if after.get("maxLength", 10**9) < before.get("maxLength", 10**9):
        yield f"{where} is shorter"
    for name in set(after.get("required", ())) - set(before.get("required", ())):
        yield f"{where}.{name} must be sent now"
    for name, inner in before.get("properties", {}).items():
        if name not in after.get("properties", {}):
            yield f"{where}.{name} is gone"
        else:
            yield from _sent(f"{where}.{name}", (old[0], inner), (new[0], after["properties"][name]), depth + 1)


def _shown(where: str, old: Told, new: Told, depth: int = 0) -> Iterator[str]:
    """What was shown must still be shown, as what it was."""
    before, after = _resolved(old), _resolved(new)
    if depth > DEEPEST:
        return
    yield from _narrower(where, {"type": after.get("type")}, {"type": before.get("type")}, "shows")
    for name, inner in before.get("properties", {}).items():
        if name not in after.get("properties", {}):
            yield f"{where}.{name} is gone"
            continue
        if name in before.get("required", ()) and name not in after.get("required", ()):
            yield f"{where}.{name} may be missing now"
        yield from _shown(f"{where}.{name}", (old[0], inner), (new[0], after["properties"][name]), depth + 1)
    if "items" in before and "items" in after:
        yield from _shown(f"{where}[]", (old[0], before["items"]), (new[0], after["items"]), depth + 1)


def _narrower(where: str, wide: Mapping[str, Any], narrow: Mapping[str, Any], verb: str) -> Iterator[str]:
    if narrow.get("type") and (gone := _types(wide) - _types(narrow)):
        yield f"{where} {verb} another type: {', '.join(sorted(gone))}"
    if "enum" in narrow and (lost := set(map(str, wide.get("enum", ()))) - set(map(str, narrow["enum"]))):
        yield f"{where} has lost {', '.join(sorted(lost))}"


def _types(schema: Mapping[str, Any]) -> set[str]:
    kind = schema.get("type")
    return set(kind) if isinstance(kind, list) else {kind} if kind else set()


def _resolved(told: Told) -> Mapping[str, Any]:
    document, schema = told
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _body(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    return _content(operation.get("requestBody", {}))


def _content(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return schema
