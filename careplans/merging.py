"""Two people changed the same thing: what goes together by itself, and what somebody has to choose. Pure functions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal

Kind = Literal["same", "added", "removed"]
WORDS: Final = re.compile(r"\w+|\s+|[^\w\s]")
# Beyond that comparing word by word takes too long, and lines say enough.
MOST_COMPARED: Final = 1_000_000


@dataclass(frozen=True)
class Merged:
    """`values` holds theirs in every field of `clashes`; `joined` are fields that the others changed and I did not."""

    values: dict[str, Any]
    clashes: tuple[str, ...]
    joined: tuple[str, ...]


def merge(base: Mapping[str, Any] | None, theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> Merged:
    """Field by field: what one side alone changed since `base` stands; what both changed to something else clashes.

    Where nobody knows the base, whatever differs clashes: nothing is guessed.
    """
    values, clashes, joined = {}, [], []
    for name, other in theirs.items():
        own = mine[name]
        values[name] = other
        if own == other:
            continue
        if base is None or (base[name] != own and base[name] != other):
            clashes.append(name)
        elif base[name] == other:
            values[name] = own
        else:
            joined.append(name)
    return Merged(values, tuple(clashes), tuple(joined))


@dataclass(frozen=True)
class Piece:
    text: str
    kind: Kind


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """What stayed, what was added and what was removed, in the order of reading."""
    return tuple(Piece(text, kind) for kind, text in _pieces(before, after) if text)


def together(base: str, theirs: str, mine: str) -> str:
    """A first draft of both: every addition of either side, theirs first where they are in the same place.

    A person reads and mends it before it is saved.
    """
    parts = _parts(base, theirs, mine)
    if parts is None:
        return f"{theirs}\n\n{mine}"
    old, edits_of_theirs, edits_of_mine = parts
    written, at = [], 0
    for start, end in _regions([*edits_of_theirs, *edits_of_mine]):
        written += old[at:start]
        other, own = _rewritten(old, edits_of_theirs, start, end), _rewritten(old, edits_of_mine, start, end)
        unchanged = "".join(old[start:end])
        sides = [text for text in (other, own) if text != unchanged] or [unchanged]
        written.append(sides[0] if sides[0] == sides[-1] else _beside(*sides))
        at = end
    return "".join([*written, *old[at:]])


Edit = tuple[int, int, str]


def _pieces(before: str, after: str) -> Iterator[tuple[Kind, str]]:
    split = _split(before, after)
    if split is None:
        yield from (("removed", before), ("added", after))
        return
    old, new = split
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            yield "same", "".join(old[i1:i2])
        else:
            yield "removed", "".join(old[i1:i2])
            yield "added", "".join(new[j1:j2])


def _split(*texts: str) -> list[list[str]] | None:
    """Into words; into lines, where there are too many of them; None where there are too many lines too."""
    for tokens in ([WORDS.findall(text) for text in texts], [text.splitlines(keepends=True) for text in texts]):
        counts = sorted(len(found) for found in tokens)
        if counts[-1] * counts[-2] <= MOST_COMPARED:
            return tokens
    return None


def _parts(base: str, theirs: str, mine: str) -> tuple[list[str], list[Edit], list[Edit]] | None:
    split = _split(base, theirs, mine)
    if split is None:
        return None
    old, other, own = split
    return old, _edits(old, other), _edits(old, own)


def _edits(old: Sequence[str], new: Sequence[str]) -> list[Edit]:
    codes = SequenceMatcher(None, old, new).get_opcodes()
    return [(i1, i2, "".join(new[j1:j2])) for tag, i1, i2, j1, j2 in codes if tag != "equal"]


def _regions(edits: Sequence[Edit]) -> list[tuple[int, int]]:
    """Stretches of the base that somebody changed; those that touch are one."""
    regions: list[tuple[int, int]] = []
    for start, end, _ in sorted(edits):
        if regions and start <= regions[-1][1]:
            regions[-1] = (regions[-1][0], max(end, regions[-1][1]))
        else:
            regions.append((start, end))
    return regions


def _beside(first: str, second: str) -> str:
    """One after the other, with a space where two words would become one."""
    return f"{first} {second}" if first[-1:].isalnum() and second[:1].isalnum() else first + second


def _rewritten(old: Sequence[str], edits: Sequence[Edit], start: int, end: int) -> str:
    """This stretch of the base as one side has it."""
    written, at = [], start
    for first, last, text in edits:
        if first >= start and last <= end:
            written += [*old[at:first], text]
            at = last
    return "".join([*written, *old[at:end]])
