"""Reading JSON strictly: what two readers could understand in two ways is refused."""

import json
from typing import Any, NoReturn

from rest_framework.parsers import BaseParser

from carecoord.api.problems import refused

LARGEST_BODY = 1_000_000
DEEPEST = 20


class StrictJSONParser(BaseParser):
    """An object in UTF-8: no name twice, no NaN, at most 20 deep, no text that a database cannot keep."""

    media_type = "application/json"

    def parse(self, stream: Any, *_: Any, **__: Any) -> dict[str, Any]:
        return read_json(stream.read(LARGEST_BODY + 1))


def read_json(body: bytes, most: int = LARGEST_BODY) -> dict[str, Any]:
    if len(body) > most:
        raise too_large(most)
    try:
        read = json.loads(body.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_constant)
    except RecursionError:
        raise too_deep() from None
    except ValueError:
        raise refused(400, "malformed", "The body is not valid JSON in UTF-8.") from None
    if not isinstance(read, dict):
        raise refused(400, "not_an_object", "The body must be a JSON object.")
    _check(read, 1)
    return read


def too_large(most: int = LARGEST_BODY) -> Exception:
    return refused(413, "too_large", f"The body must not be larger than {most // 1_000_000} MB.")


def too_deep() -> Exception:
    return refused(400, "too_deep", f"The body is nested more than {DEEPEST} deep.")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """In one pass: a large object with a name that stands twice at its end costs what any other does."""
    read: dict[str, Any] = {}
    for name, value in pairs:
        if name in read:
            raise refused(400, "duplicate_key", "A name stands twice in one object.", name=name[:100])
        read[name] = value
    return read


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _check(value: Any, depth: int) -> None:
    """`depth` is that of an object or a list; what stands in the deepest one is no deeper."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise refused(400, "bad_text", "Text holds a NUL or half a character.")
    elif isinstance(value, dict | list) and depth > DEEPEST:
        raise too_deep()
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check(name, depth)
            _check(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth + 1)
