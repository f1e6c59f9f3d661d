"""Files of FHIR R4 as they come: bundles, single resources, NDJSON, gzip. A file is read to its end or not at all."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carecoord.fhir.elements import JSON

BUNDLE_TYPES = ("transaction", "batch", "collection")


class Unreadable(Exception):
    """The file does not parse to its end, or is no FHIR at all: nothing of it is imported."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True)
class Entry:
    """One entry of a file. `line` is where it begins; `number` counts from 1. `method` is a transaction's request."""

    file: str
    line: int
    number: int
    resource: JSON | None
    full_url: str = ""
    method: str = ""

    @property
    def kind(self) -> str:
        """Empty where there is none, or none that is text."""
        kind = (self.resource or {}).get("resourceType")
        return kind if isinstance(kind, str) else ""

    @property
    def name(self) -> str:
        """What it calls itself, for messages of one line."""
        identity, kind = (self.resource or {}).get("id"), " ".join(self.kind[:64].split()) or "entry"
        return f"{kind}/{' '.join(identity[:64].split())}" if isinstance(identity, str) and identity else kind


def read_file(path: Path) -> list[Entry]:
    """Every entry of a file, in its order. Raises Unreadable with the line where reading failed."""
    text = _text(path)
    document = _Document(text)
    try:
        return list(_entries(str(path), document))
    except RecursionError as problem:
        raise Unreadable("it is nested too deeply") from problem
    except json.JSONDecodeError as problem:
        raise Unreadable(f"it is not JSON: {problem.msg}", problem.lineno) from problem
    except ValueError as problem:
        # For example an integer of so many digits that Python will not read it.
        raise Unreadable("it holds a number that cannot be read") from problem


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
        return raw.decode("utf-8-sig")
    except OSError as problem:
        raise Unreadable(problem.strerror or "it is damaged") from problem
    except (EOFError, zlib.error) as problem:
        raise Unreadable("it is compressed and damaged") from problem
    except UnicodeDecodeError as problem:
        raise Unreadable("it is not UTF-8") from problem


def _entries(file: str, document: "_Document") -> Iterator[Entry]:
    """One JSON document, or one a line."""
    number = 0
    while not document.at_end():
        line = document.line()
        top = document.value()
        for offset, entry in _of_document(document, top, line):
            number += 1
            yield _entry(file, offset, number, entry)
        if not document.at_end() and document.line() == document.end_line:
            raise Unreadable("there is more after its end", document.line())
    if number == 0 and not document.text.strip():
        raise Unreadable("it is empty")


def _of_document(document: "_Document", top: Any, line: int) -> Iterator[tuple[int, Any]]:
    if not isinstance(top, dict) or not isinstance(top.get("resourceType"), str):
        raise Unreadable("it is no FHIR resource: resourceType is missing", line)
    if top["resourceType"] != "Bundle":
        yield line, {"resource": top}
        return
    if top.get("type") not in BUNDLE_TYPES:
        raise Unreadable(f"it is a bundle of another type than {', '.join(BUNDLE_TYPES)}", line)
    entries = top.get("entry", [])
    if not isinstance(entries, list):
        raise Unreadable("its entry is not a list", line)
    lines = document.entry_lines or [line] * len(entries)
    yield from zip(lines, entries, strict=True)


def _entry(file: str, line: int, number: int, entry: Any) -> Entry:
    if not isinstance(entry, dict):
        return Entry(file, line, number, None)
    resource, request = entry.get("resource"), entry.get("request")
    full_url = entry.get("fullUrl")
    return Entry(
        file,
        line,
        number,
        resource if isinstance(resource, dict) else None,
        full_url if isinstance(full_url, str) else "",
        str(request.get("method", "")).upper() if isinstance(request, dict) else "",
    )


class _Document:
    """Reads one JSON value after another and remembers on which line each entry of a bundle begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.end_line = 0
        self.entry_lines: list[int] = []
        self._counted = (0, 1)
        self._decoder = json.JSONDecoder(parse_constant=self._refuse_constant)

    def value(self) -> Any:
        """The next value; for a bundle, `entry_lines` then names the line of each entry."""
        self._skip_blanks()
        start = self.place
        value, self.place = self._decoder.raw_decode(self.text, start)
        if isinstance(value, dict) and isinstance(value.get("entry"), list):
            self.entry_lines = list(self._lines_of_entries(start))
        else:
            self.entry_lines = []
        self.end_line = self._line_at(self.place)
        return value

    def at_end(self) -> bool:
        self._skip_blanks()
        return self.place >= len(self.text)

    def line(self) -> int:
        self._skip_blanks()
        return self._line_at(self.place)

    def _skip_blanks(self) -> None:
        while self.place < len(self.text) and self.text[self.place] in " \t\r\n":
            self.place += 1

    def _lines_of_entries(self, start: int) -> Iterator[int]:
        """Walk the top-level object once more, member by member; the value as a whole is known to be good."""
        place = self._after_blanks(start + 1)
        found: list[int] = []
        while self.text[place] != "}":
            key, place = self._decoder.raw_decode(self.text, place)
            place = self._after_blanks(self._after_blanks(place) + 1)
            if key == "entry":
                found, place = self._list_lines(place)
            else:
                _, place = self._decoder.raw_decode(self.text, place)
            place = self._after_blanks(place)
            if self.text[place] == ",":
                place = self._after_blanks(place + 1)
        return iter(found)

    def _list_lines(self, place: int) -> tuple[list[int], int]:
        lines = []
        place = self._after_blanks(place + 1)
        while self.text[place] != "]":
            lines.append(self._line_at(place))
            _, place = self._decoder.raw_decode(self.text, place)
            place = self._after_blanks(place)
            if self.text[place] == ",":
                place = self._after_blanks(place + 1)
        return lines, place + 1

    def _after_blanks(self, place: int) -> int:
        while self.text[place] in " \t\r\n":
            place += 1
        return place

    def _line_at(self, place: int) -> int:
        """Counted on from the place asked for last, so that a long file is counted once."""
        last, line = self._counted if self._counted[0] <= place else (0, 1)
        line += self.text.count("\n", last, place)
        self._counted = (place, line)
        return line

    @staticmethod
    def _refuse_constant(name: str) -> Any:
        raise Unreadable(f"{name} is not a number in JSON")
