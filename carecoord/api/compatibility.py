"""What a new OpenAPI document takes away from whoever was written for an older one."""

from collections.abc import Iterator, Mapping
from typing import Any

from carecoord.api.narrowing import Document, Schema, Told, no_longer_shown, no_longer_taken

# Without `servers` the paths stand where the document does (OpenAPI 3.1, 4.8.1).
HERE = ({"url": "/"},)
METHODS = ("get", "post", "patch", "put", "delete")


def breaks(old: Document, new: Document) -> list[str]:
    """One line for each: something that could be asked, sent or relied on, and cannot any more."""
    return [*_servers(old, new), *_tokens(old, new), *_paths(old, new)]


def _servers(old: Document, new: Document) -> Iterator[str]:
    known = {one["url"] for one in new.get("servers", HERE)}
    for one in old.get("servers", HERE):
        if one["url"] not in known:
            yield f"It is not at {one['url']} any more"


def _tokens(old: Document, new: Document) -> Iterator[str]:
    for name, scheme in _schemes(old).items():
        flow = scheme.get("flows", {}).get("clientCredentials", {})
        after = _schemes(new).get(name, {}).get("flows", {}).get("clientCredentials", {})
        for scope in sorted(set(flow.get("scopes", ())) - set(after.get("scopes", ()))):
            yield f"The scope {scope} is gone"
        if flow.get("tokenUrl") != after.get("tokenUrl"):
            yield f"Tokens are given at {after.get('tokenUrl')}, not at {flow.get('tokenUrl')}"


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


def _operation(where: str, old: Told, new: Told) -> Iterator[str]:
    if old[1].get("operationId") not in (None, new[1].get("operationId")):
        yield f"{where} is called {new[1].get('operationId')} now, not {old[1]['operationId']}"
    yield from _scopes(where, old[1], new[1])
    yield from _parameters(where, old, new)
    yield from _bodies(where, old, new)
    for status, answer in old[1].get("responses", {}).items():
        if status in new[1].get("responses", {}):
            yield from _answer(f"{where} {status}", (old[0], answer), (new[0], new[1]["responses"][status]))
        else:
            yield f"{where} answers {status} no more"
    for status in sorted(set(new[1].get("responses", ())) - set(old[1].get("responses", ()))):
        if status.startswith("2"):
            yield f"{where} answers {status} now"


def _scopes(where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Each way of `security` is enough by itself; none at all is open to everybody."""
    ways = [_of_way(way) for way in new.get("security", ())]
    for had in [_of_way(way) for way in old.get("security", ())] or [frozenset[str]()]:
        if ways and not any(way <= had for way in ways):
            needs = min((way - had for way in ways), key=len)
            yield f"{where} needs {', '.join(sorted(needs))} now"


def _of_way(way: Mapping[str, list[str]]) -> frozenset[str]:
    return frozenset({*way, *(scope for scopes in way.values() for scope in scopes)})


def _parameters(where: str, old: Told, new: Told) -> Iterator[str]:
    before = {(one["in"], one["name"]): one for one in old[1].get("parameters", [])}
    after = {(one["in"], one["name"]): one for one in new[1].get("parameters", [])}
    for key, one in before.items():
        if key in after:
            schemas = (old[0], one["schema"]), (new[0], after[key]["schema"])
            yield from no_longer_taken(f"{where} {key[1]}", *schemas)
        else:
            yield f"{where} has no parameter {key[1]} any more"
    for key, one in after.items():
        if one.get("required") and not before.get(key, {}).get("required"):
            yield f"{where} asks for {key[1]} now"


def _bodies(where: str, old: Told, new: Told) -> Iterator[str]:
    before, after = old[1].get("requestBody", {}), new[1].get("requestBody", {})
    if after.get("required") and not before.get("required"):
        yield f"{where} asks for a body now"
    for kind, content in before.get("content", {}).items():
        known = after.get("content", {}).get(kind)
        if known is None:
            yield f"{where} takes no {kind} any more"
        else:
            schemas = (old[0], _schema(content)), (new[0], _schema(known))
            yield from no_longer_taken(f"{where} body", *schemas)


def _answer(where: str, old: Told, new: Told) -> Iterator[str]:
    for name in old[1].get("headers", {}):
        if name not in new[1].get("headers", {}):
            yield f"{where} has no {name} any more"
    for kind, content in old[1].get("content", {}).items():
        known = new[1].get("content", {}).get(kind)
        if known is None:
            yield f"{where} is no {kind} any more"
        else:
            yield from no_longer_shown(where, (old[0], _schema(content)), (new[0], _schema(known)))


def _schemes(document: Document) -> Mapping[str, Any]:
    found: Mapping[str, Any] = document.get("components", {}).get("securitySchemes", {})
    return found


def _schema(content: Mapping[str, Any]) -> Schema:
    found: Schema = content.get("schema", {})
    return found
