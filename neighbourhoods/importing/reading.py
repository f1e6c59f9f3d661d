"""A CSV file as rows of cells, whatever wrote it: any usual encoding, delimiter, line ending and quoting."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from carecoord.errors import RuleError
from carecoord.uploads import MOST_BYTES

MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 100
LONGEST_CELL: Final = 2_000
DELIMITERS: Final = ",;\t|"
LOOKED_AT, ROWS_LOOKED_AT = 100_000, 30
"""Of a file, to find out what parts its cells."""
MARKS: Final = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
SAYS_DELIMITER = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
TOO_LARGE: Final = "This file is larger than 10 MB. Split it, and import the parts one by one"
NUL_SHOWN: Final = "\N{SYMBOL FOR NULL}"


class FileFault(RuleError):
    """Nothing of the file can be read; the sentence says what to do."""

    code = "file_fault"


@dataclass(frozen=True)
class Line:
    """`number` is the row as a spreadsheet counts it, from 1. `fault` says why its cells cannot be trusted."""

    number: int
    cells: tuple[str, ...]
    fault: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Table:
    """The first row that is not blank, and those below it; all of them as wide as the first."""

    header: tuple[str, ...]
    lines: tuple[Line, ...]
    blank_rows: int


def read_table(content: bytes) -> Table:
    """Raises FileFault where there is nothing to read, or more than may be."""
    if len(content) > MOST_BYTES:
        raise _fault(TOO_LARGE)
    text = decoded(content)
    delimiter, text = delimiter_of(text)
    try:
        return _table(_records(text, delimiter))
    except csv.Error as problem:
        told = (
            "This file has a cell that is far too long: probably a quotation mark is not closed. Save it again as CSV"
        )
        raise _fault(told) from problem


def decoded(content: bytes) -> str:
    if content.startswith(WORKBOOKS):
        raise _fault("This is a spreadsheet or another file, not a CSV file. Open it, choose Save as, and then CSV")
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), None) or _without_mark(content)
    for name in (encoding, "utf-8", "cp1252"):
        try:
            return content.decode(name).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _without_mark(content: bytes) -> str:
    """Every other byte of Latin letters in UTF-16 is zero."""
    start = content[:2000]
    for name, nulls in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
        if len(start) > 3 and nulls.count(0) > 0.6 * len(nulls):
            return name
    return "utf-8"


def delimiter_of(text: str) -> tuple[str, str]:
    """What parts the cells, and the text without a line that only says so."""
    if said := SAYS_DELIMITER.match(text):
        return said[1], text[said.end() :]
    return max(DELIMITERS, key=lambda one: _fit(text[:LOOKED_AT], one)), text


def _fit(text: str, delimiter: str) -> tuple[float, int]:
    """How many of the first rows are as wide as the first of all, if that is wider than one cell; and how wide."""
    try:
        rows = [row for row in islice(_records(text, delimiter), ROWS_LOOKED_AT) if any(row)]
    except csv.Error:
        return (0, 0)
    if not rows or len(rows[0]) < 2:
        return (0, 0)
    alike = sum(len(row) == len(rows[0]) for row in rows)
    return (round(alike / len(rows), 1), len(rows[0]))


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _table(records: Iterator[list[str]]) -> Table:
    header: list[str] | None = None
    rows: list[tuple[int, list[str]]] = []
    blank = 0
    for number, record in enumerate(records, start=1):
        if not any(cell.strip() for cell in record):
            blank += header is not None
        elif header is None:
            header = record
        else:
            rows.append((number, record))
        if len(rows) > MOST_ROWS:
            raise _fault(f"This file has more than {MOST_ROWS:,} rows. Split it, and import the parts one by one")
    if header is None:
        raise _fault("This file is empty. Choose one with headings in the first row and people below")
    if not rows:
        raise _fault("This file has headings and nobody below them. Choose one with people in it")
    width = _width(header, [row for _, row in rows])
    if width > MOST_COLUMNS:
        raise _fault(f"This file has more than {MOST_COLUMNS} columns. Take away those that are not needed")
    return Table(_headings(header[:width], width), tuple(_line(number, row, width) for number, row in rows), blank)


def _width(header: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Without columns at the end that have neither a heading nor anything in them."""
    filled = (at for row in (header, *rows) for at, cell in enumerate(row[: len(header)], start=1) if cell.strip())
    return max(filled)


def _headings(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """Each of them once, and none empty: people choose by them."""
    found: list[str] = []
    for at in range(width):
        name = " ".join(_shown(cells[at]).split())[:100] or f"Column {at + 1}"
        same = sum(
            one.casefold() == name.casefold() or one.casefold().startswith(f"{name} (".casefold()) for one in found
        )
        found.append(f"{name} ({same + 1})" if same else name)
    return tuple(found)


def _line(number: int, row: Sequence[str], width: int) -> Line:
    cells = tuple(_shown(cell)[:LONGEST_CELL] for cell in row[:width])
    padded = cells + ("",) * (width - len(cells))
    return Line(number, padded, _fault_in(row, width), _remark_on(row, width))


def _fault_in(row: Sequence[str], width: int) -> str:
    if any(cell.strip() for cell in row[width:]):
        filled = max(at for at, cell in enumerate(row, start=1) if cell.strip())
        return (
            f"There are {filled} cells and {width} headings: put a cell that has a comma in it between quotation marks"
        )
    for at, cell in enumerate(row, start=1):
        if "\0" in cell:
            return f"Column {at} has a hidden character that cannot be saved: type this cell again"
        if len(cell) > LONGEST_CELL:
            return f"Column {at} has more than {LONGEST_CELL:,} characters: shorten it"
    return ""


def _remark_on(row: Sequence[str], width: int) -> str:
    return f"{len(row)} cells for {width} headings: the last ones count as empty" if len(row) < width else ""


def _shown(cell: str) -> str:
    return cell.replace("\0", NUL_SHOWN)


def _fault(sentence: str) -> FileFault:
    return FileFault(f"{sentence}.", field="file")
