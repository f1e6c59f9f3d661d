"""From whom an entry, a visit, a call or a note is kept when the record is given out, and why (IG-21, IG-25).

Staff read it as before: a mark is about what is printed for the resident, and for whoever acts for them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

MAX_MARK: Final = 20
SHOWN: Final = ""
NOT_ASKED: Final = "not-asked"
"""Written down before anybody was asked; so it is given to nobody."""
RESIDENT, PROXY = "resident", "proxy"


@dataclass(frozen=True)
class Mark:
    """`hidden_from` the resident and whoever acts for them, or whoever acts for them alone."""

    hidden_from: str
    why: str

    @property
    def words(self) -> str:
        who = "the resident, and whoever acts for them" if self.hidden_from == RESIDENT else "whoever acts for them"
        return f"{who}: {self.why}"


MARKS: Final[Mapping[str, Mark]] = {
    "young-person": Mark(PROXY, "young person confidential"),
    "not-shared": Mark(PROXY, "they do not want it shared with them"),
    "third-party": Mark(RESIDENT, "it is about somebody else, or told by somebody else"),
    "safeguarding": Mark(RESIDENT, "safeguarding"),
    "harm": Mark(RESIDENT, "it could do serious harm"),
}
NOT_ASKED_WORDS: Final = "everybody: nobody was asked yet"
SHOWN_TO_RESIDENT: Final = (SHOWN, *(code for code, mark in MARKS.items() if mark.hidden_from == PROXY))
SHOWN_TO_PROXY: Final = (SHOWN,)
"""What is not in these is given to nobody, whatever it says."""


def kept_words(hidden: str) -> str:
    """`Whoever acts for them: young person confidential`; empty where it may be given to both."""
    if hidden == SHOWN:
        return ""
    words = MARKS[hidden].words if hidden in MARKS else NOT_ASKED_WORDS
    return words[:1].upper() + words[1:]


def offered(before: str = SHOWN) -> Iterable[tuple[str, str]]:
    """What a form asks; that nobody was asked stays possible where it stands."""
    yield SHOWN, "Nobody: it may be given to them"
    yield from ((code, kept_words(code)) for code in MARKS)
    if before == NOT_ASKED:
        yield NOT_ASKED, kept_words(NOT_ASKED)
