"""What two people changed, side by side, with what each of them added and removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from careplans.merging import Piece, pieces

TAGS: Mapping[str, str] = {"added": "ins", "removed": "del"}


@dataclass(frozen=True)
class Side:
    """One wording, marked where it differs from the one before; `by` is who and when."""

    words: SafeString
    by: str

    @property
    def is_empty(self) -> bool:
        return not self.words


@dataclass(frozen=True)
class ClashField:
    """One field that both changed. `both` is a first draft of the two together, None where there can be only one."""

    name: str
    label: str
    before: Side | None
    theirs: Side
    mine: Side
    both: str | None = None


def marked(before: str | None, after: str) -> SafeString:
    """`after`, with what was added to and removed from `before`; plain where nobody knows what stood before."""
    found: Sequence[Piece] = pieces(before, after) if before is not None else (Piece(after, "same"),)
    return format_html_join("", "{}{}{}", ((_tag(one, ""), one.text, _tag(one, "/")) for one in found))


def replaced(before: str, after: str) -> SafeString:
    """A day, a name, a state: one in place of the other, and never a part of it."""
    found = [Piece(before, "removed"), Piece(" " if before and after else "", "same"), Piece(after, "added")]
    return format_html_join("", "{}{}{}", ((_tag(one, ""), one.text, _tag(one, "/")) for one in found if one.text))


def _tag(piece: Piece, slash: str) -> SafeString:
    return mark_safe(f"<{slash}{TAGS[piece.kind]}>" if piece.kind in TAGS else "")
