"""What a paper is made of. templates/record/paper.typ sets each part by its name; all words in them are data."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Pairs = Sequence[tuple[str, str]]
Style = Literal["bold", "steps", "lines"]


@dataclass(frozen=True)
class Facts:
    """Labels with their values."""

    title: str
    rows: Pairs
    part: str = "facts"


@dataclass(frozen=True)
class Words:
    """What somebody wrote: facts before it, words, facts `after` it; `by` says who and when."""

    title: str
    words: str
    facts: Pairs = ()
    after: Pairs = ()
    by: str = ""
    part: str = "words"


@dataclass(frozen=True)
class Voice:
    """What matters most, larger than all else."""

    title: str
    words: str
    by: str = ""
    part: str = "voice"


@dataclass(frozen=True)
class Listed:
    title: str
    lines: Sequence[str]
    part: str = "listed"


@dataclass(frozen=True)
class Box:
    """Of each row the value is bold; one without a label stands by itself. A loud one has a thick border."""

    title: str
    rows: Pairs
    is_loud: bool = False


@dataclass(frozen=True)
class Pair:
    """Two boxes beside each other."""

    left: Box
    right: Box
    part: str = "pair"


@dataclass(frozen=True)
class Table:
    """Each cell is lines, and each column has the style of its lines. `widths` are shares of the line."""

    title: str
    head: Sequence[str]
    styles: Sequence[Style]
    widths: Sequence[int]
    rows: Sequence[Sequence[Sequence[str]]]
    part: str = "table"


@dataclass(frozen=True)
class Ticks:
    """Lines with an empty box before each, to be ticked with a pen."""

    title: str
    lines: Sequence[str]
    part: str = "ticks"


@dataclass(frozen=True)
class Group:
    """Parts under one heading; `says` stands where there are none."""

    title: str
    parts: Sequence["Part"]
    says: str = ""
    part: str = "group"


Part = Facts | Words | Voice | Listed | Pair | Table | Ticks | Group


@dataclass(frozen=True)
class Paper:
    """`stamp` says when and by whom it was printed, `foot` the same in short on each page; `about` is the box that says
    who it is about, its first line the name. `notices` are what the reader must know before all else."""

    title: str
    about: Pairs
    stamp: str
    foot: str
    parts: Sequence[Part]
    notices: Sequence[str] = ()
    is_large: bool = False
    is_plain: bool = False

    @property
    def content(self) -> Mapping[str, Any]:
        """What the template is handed."""
        return asdict(self)


def without_empty(parts: Sequence[Part | None]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part is not None and not _is_empty(part))


def _is_empty(part: Part) -> bool:
    match part:
        case Facts(rows=rows) | Table(rows=rows):
            return not rows
        case Listed(lines=lines) | Ticks(lines=lines):
            return not lines
        case Group(parts=parts, says=says):
            return not (parts or says)
        case Words():
            return not (part.words or part.facts or part.after)
        case Voice(words=words):
            return not words
    return False
