"""PDF: nothing before it, nothing after it, no page for a browser in it, and nothing that acts by itself.

What is compressed is opened where a reader of PDFs would look for objects. Someone who tries hard can still hide a
script from this: that is why a file is never opened in our own page (docs/decisions/0055-files-that-people-bring.md).
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

from carecoord.media.refusal import Unfit

BEGINS: Final = b"%PDF-"
LAST: Final = b"%%EOF"
ZIP_ENDS: Final = b"PK\x05\x06"
# A ZIP's end lies this near to the end of its file.
ZIP_WITHIN: Final = 66_000
MOST_OPENED: Final = 5_000_000
STREAM: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
OF_OBJECTS: Final = re.compile(rb"/Type\s*/ObjStm")
ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
PAGE: Final = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|object|embed|\?php)", re.IGNORECASE)
ACTS: Final = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)(?![A-Za-z0-9])")


def cleaned(content: bytes) -> bytes:
    """As it is: what a PDF says of itself stays, because its parts name each other by their place."""
    if content.rpartition(LAST)[1] != LAST:
        raise Unfit("is cut short")
    if content.rpartition(LAST)[2].strip(b"\0\t\n\f\r ") or ZIP_ENDS in content[-ZIP_WITHIN:]:
        raise Unfit("holds something else behind the PDF")
    for part in _parts(content):
        if PAGE.search(part):
            raise Unfit("is a web page as well as a PDF")
        if ACTS.search(ESCAPED.sub(_plain, part)):
            raise Unfit("holds a program or another file inside the PDF")
    return content


def _parts(content: bytes) -> Iterator[bytes]:
    """Everything outside its streams, then the streams that hold objects."""
    yield STREAM.sub(b"stream endstream", content)
    for found in STREAM.finditer(content):
        before = content[max(0, found.start() - 400) : found.start()].rpartition(b" obj")[2]
        if OF_OBJECTS.search(before):
            yield _opened(found[1])


def _opened(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream, MOST_OPENED)
    except zlib.error:
        return stream


def _plain(found: re.Match[bytes]) -> bytes:
    return bytes((int(found[1], 16),))
