"""Rows of the whole record that no other page has."""

from dataclasses import dataclass
from typing import ClassVar

from carecoord.ui.components import Provenance


@dataclass(frozen=True, slots=True)
class WordsRow:
    """Words under a heading of their own. `is_voice`: in plum, as the resident said it; `is_struck`: it was an error;
    `facts` are pairs."""

    template: ClassVar[str] = "record/words_row.jinja"
    title: str
    words: str = ""
    second: str = ""
    is_voice: bool = False
    is_struck: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    provenance: Provenance | None = None
