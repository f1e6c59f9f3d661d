"""What a JSON schema takes or shows no more that it once did."""

from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]
Schema = Mapping[str, Any]
Told = tuple[Document, Schema]
"""A schema, with the document in which its `$ref` are found."""

DEEPEST = 12
AT_MOST = ("maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum")
AT_LEAST = ("minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum")
RULES = ("pattern", "format", "multipleOf", "const", "uniqueItems")


def no_longer_taken(where: str, old: Told, new: Told, depth: int = 0) -> Iterator[str]:
    """What could be sent must still be taken: every rule may become wider, none narrower."""
    several = _alternatives(old), _alternatives(new)
    if depth > DEEPEST:
        return
    if max(map(len, several)) > 1:
        for one in several[0]:
            if all(any(no_longer_taken(where, one, other, depth + 1)) for other in several[1]):
                yield f"{where} takes no more: {_in_short(one[1])}"
        return
    before, after = _resolved(old), _resolved(new)
    yield from _types_and_words(where, before, after, "takes")
    yield from _limits(where, before, after)
    if "default" in before and before["default"] != after.get("default"):
        yield f"{where} has another default: {after.get('default')}, not {before['default']}"
    for name in sorted(set(after.get("required", ())) - set(before.get("required", ()))):
        yield f"{where}.{name} must be sent now"
    known = after.get("properties", {})
    for name, inner in before.get("properties", {}).items():
        if name in known:
            yield from no_longer_taken(f"{where}.{name}", (old[0], inner), (new[0], known[name]), depth + 1)
        else:
            yield f"{where}.{name} is gone"
    if after.get("additionalProperties", True) is False and before.get("additionalProperties", True) is not False:
        yield f"{where} takes no other names any more"
    if "items" in after:
        items = (old[0], before.get("items", {})), (new[0], after["items"])
        yield from no_longer_taken(f"{where}[]", *items, depth + 1)


def no_longer_shown(where: str, old: Told, new: Told, depth: int = 0) -> Iterator[str]:
    """What was shown must still be shown, as what it was: nothing may be missing, empty, or another word.

    An `enum` is a closed list: a new word in it breaks whoever handles every one. What may grow is no `enum`.
    """
    several = _alternatives(old), _alternatives(new)
    if depth > DEEPEST:
        return
    if max(map(len, several)) > 1:
        for one in several[1]:
            if all(any(no_longer_shown(where, other, one, depth + 1)) for other in several[0]):
                yield f"{where} shows something else now: {_in_short(one[1])}"
        return
    before, after = _resolved(old), _resolved(new)
    yield from _types_and_words(where, after, before, "shows")
    for rule in ("format", "pattern"):
        if before.get(rule) and before[rule] != after.get(rule):
            yield f"{where} has another {rule}: {after.get(rule)}, not {before[rule]}"
    known = after.get("properties", {})
    for name, inner in before.get("properties", {}).items():
        if name not in known:
            yield f"{where}.{name} is gone"
            continue
        if name in before.get("required", ()) and name not in after.get("required", ()):
            yield f"{where}.{name} may be missing now"
        yield from no_longer_shown(f"{where}.{name}", (old[0], inner), (new[0], known[name]), depth + 1)
    if "items" in before:
        items = (old[0], before["items"]), (new[0], after.get("items", {}))
        yield from no_longer_shown(f"{where}[]", *items, depth + 1)


def _types_and_words(where: str, wide: Schema, narrow: Schema, verb: str) -> Iterator[str]:
    """What `wide` has and `narrow` has not: for what is sent before and after, for what is shown the other way."""
    told = "no more" if verb == "takes" else "also"
    if narrow.get("type"):
        kinds = _types(wide) - _types(narrow) - ({"integer"} if "number" in _types(narrow) else set())
        lost = sorted(kinds) if wide.get("type") else ["any type"]
        if lost:
            yield f"{where} {verb} {told}: {', '.join(lost)}"
    if "enum" in narrow:
        words = sorted(map(str, set(wide["enum"]) - set(narrow["enum"]))) if "enum" in wide else ["any other word"]
        if words:
            yield f"{where} {verb} {told}: {', '.join(words)}"


def _limits(where: str, before: Schema, after: Schema) -> Iterator[str]:
    for name in AT_MOST:
        if name in after and (name not in before or after[name] < before[name]):
            yield f"{where} has a smaller {name}: {after[name]}"
    for name in AT_LEAST:
        if name in after and after[name] > before.get(name, 0 if name in AT_LEAST[:3] else float("-inf")):
            yield f"{where} has a larger {name}: {after[name]}"
    for name in RULES:
        if after.get(name, False) is not False and after[name] != before.get(name):
            yield f"{where} has another {name}: {after[name]}"


def _types(schema: Schema) -> set[str]:
    kind = schema.get("type")
    return set(kind) if isinstance(kind, list) else {kind} if kind else set()


def _alternatives(told: Told) -> list[Told]:
    """The schemas of which one is enough. What may be null is one with null, and not another."""
    schema = _resolved(told)
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return [(told[0], one) for one in schema[several]]
    return [told]


def _resolved(told: Told) -> Schema:
    document, schema = told
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _in_short(schema: Schema) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2] or " ".join(sorted(_types(schema))) or "anything"
