"""MP4 and M4A: boxes inside boxes. Those that say where and by whom it was taken are blanked, where they stand.

Nothing is moved: a file of this kind names its pictures and sounds by their place in it.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from carecoord.media.refusal import Unfit

BRANDS: Final = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4A ", b"M4V ", b"MSNV", b"dash"}
)
HOLDS_BOXES: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"})
# At the top; whatever else stands there is blanked.
AT_TOP: Final = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"moof", b"mfra", b"sidx", b"styp"})
SAYS_MORE: Final = frozenset({b"udta", b"meta", b"uuid", b"skip", b"free"})
DEEPEST: Final = 8


class Box(NamedTuple):
    """Where its name stands, and where what it holds begins and ends."""

    name: bytes
    named_at: int
    begin: int
    end: int


def begins(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in BRANDS


def has_pictures(content: bytes) -> bool:
    """Whether one of its tracks is of pictures, not of sound."""
    try:
        return any(
            box.name == b"hdlr" and content[box.begin + 8 : box.begin + 12] == b"vide" for box in _boxes(content)
        )
    except Unfit:
        return False


def cleaned(content: bytes) -> bytes:
    boxes, kept = list(_boxes(content)), bytearray(content)
    if not {b"moov", b"mdat"} <= {box.name for box in boxes}:
        raise Unfit("is damaged, or is no recording")
    strange = (box for box in _level(content, 0, len(content)) if box.name not in AT_TOP)
    for box in (*(box for box in boxes if box.name in SAYS_MORE), *strange):
        kept[box.named_at : box.named_at + 4] = b"free"
        kept[box.begin : box.end] = bytes(box.end - box.begin)
    return bytes(kept)


def _boxes(content: bytes) -> Iterator[Box]:
    waiting = [(0, len(content), 0)]
    while waiting:
        begin, end, depth = waiting.pop()
        for box in _level(content, begin, end):
            yield box
            if box.name in HOLDS_BOXES and depth < DEEPEST:
                waiting.append((box.begin, box.end, depth + 1))


def _level(content: bytes, place: int, end: int) -> Iterator[Box]:
    while place < end:
        size, begin = int.from_bytes(content[place : place + 4], "big"), place + 8
        if size == 1:
            size, begin = int.from_bytes(content[place + 8 : place + 16], "big"), place + 16
        elif size == 0:
            size = end - place
        if size < begin - place or place + size > end:
            raise Unfit("is cut short, or holds something else behind the recording")
        yield Box(content[place + 4 : place + 8], place + 4, begin, place + size)
        place += size
