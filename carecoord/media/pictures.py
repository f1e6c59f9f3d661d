"""JPEG and PNG, put together again from the parts that make the picture.

What else stands in such a file is left out: where and by whom it was taken, comments, thumbnails, and whatever comes
after the picture's end.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

from carecoord.media.refusal import Unfit

MOST_PIXELS: Final = 60_000_000
CUT_SHORT: Final = "is cut short"
BROKEN: Final = "is damaged, or is no picture"
TOO_MANY: Final = "has more points than a screen can show"

JPEG_BEGINS: Final = b"\xff\xd8\xff"
PNG_BEGINS: Final = b"\x89PNG\r\n\x1a\n"

START, END, SCAN, EXIF = 0xD8, 0xD9, 0xDA, 0xE1
FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
TABLES: Final = frozenset({0xC4, 0xCC, 0xDB, 0xDD})
# Segments of programs that say how the colours are meant, by how each begins.
COLOURS: Final = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
MAKE_IT: Final = FRAMES | TABLES | {SCAN}
# In what is scanned a marker is anything but a stuffed zero, a restart, or a filling.
AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)

NEEDED_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"})
KEPT_CHUNKS: Final = NEEDED_CHUNKS | {b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs", b"bKGD"}


def cleaned_jpeg(content: bytes) -> bytes:
    kept = [b"\xff\xd8"]
    seen = set()
    for marker, body, scanned in _segments(content):
        seen.add(marker)
        if marker in FRAMES:
            _check_size(int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big"))
        if marker == EXIF:
            body = _turned(body)
        elif marker not in MAKE_IT and not (marker in COLOURS and body.startswith(COLOURS[marker])):
            continue
        if body:
            kept += [bytes((0xFF, marker)), (len(body) + 2).to_bytes(2, "big"), body, scanned]
    if SCAN not in seen or not seen & FRAMES:
        raise Unfit(BROKEN)
    return b"".join([*kept, b"\xff\xd9"])


def cleaned_png(content: bytes) -> bytes:
    kept, place, names = [PNG_BEGINS], len(PNG_BEGINS), list[bytes]()
    while not names or names[-1] != b"IEND":
        length, name = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8]
        end = place + 12 + length
        if len(name) < 4 or end > len(content):
            raise Unfit(CUT_SHORT)
        if zlib.crc32(content[place + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big"):
            raise Unfit(BROKEN)
        if not names and (name != b"IHDR" or length != 13):
            raise Unfit(BROKEN)
        if name in KEPT_CHUNKS:
            kept.append(content[place:end])
        names.append(name)
        place = end
    _check_size(*(int.from_bytes(content[16 + at : 20 + at], "big") for at in (0, 4)))
    if b"IDAT" not in names:
        raise Unfit(BROKEN)
    return b"".join(kept)


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise Unfit(BROKEN)
    if width * height > MOST_PIXELS:
        raise Unfit(TOO_MANY)


def _segments(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Marker, what it holds, and what is scanned after it, up to the end of the picture."""
    place = 2
    while True:
        while content[place : place + 2] == b"\xff\xff":
            place += 1
        if len(content) < place + 2:
            raise Unfit(CUT_SHORT)
        if content[place] != 0xFF:
            raise Unfit(BROKEN)
        marker = content[place + 1]
        if marker == END:
            return
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        end = place + 2 + length
        if length < 2 or marker in (0x00, START):
            raise Unfit(BROKEN)
        if end > len(content):
            raise Unfit(CUT_SHORT)
        body, scanned, place = content[place + 4 : end], b"", end
        if marker == SCAN:
            found = AFTER_SCAN.search(content, end)
            if found is None:
                raise Unfit(CUT_SHORT)
            place = found.start()
            scanned = content[end:place]
        yield marker, body, scanned


def _turned(exif: bytes) -> bytes:
    """Of everything that a camera says only which side is up; nothing where it says nothing of that."""
    tiff = exif[6:]
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2])
    if not exif.startswith(b"Exif\0\0") or order is None:
        return b""
    first = int.from_bytes(tiff[4:8], order)  # type: ignore[arg-type]
    count = int.from_bytes(tiff[first : first + 2], order)  # type: ignore[arg-type]
    for at in range(first + 2, min(first + 2 + 12 * count, len(tiff) - 11), 12):
        if int.from_bytes(tiff[at : at + 2], order) == 0x0112:  # type: ignore[arg-type]
            up = int.from_bytes(tiff[at + 8 : at + 10], order)  # type: ignore[arg-type]
            entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + bytes((0, up)) + b"\0\0"
            told = b"Exif\0\0MM\x00\x2a\x00\x00\x00\x08\x00\x01" + entry + b"\0\0\0\0"
            return told if 1 <= up <= 8 else b""
    return b""
