"""Marks that turn the direction of reading, and other characters that nobody sees.

Names of right-to-left scripts turn by themselves and need none of them; joiners and the two plain marks of direction
(U+200C to U+200F) belong to how such names are written. The others turn what stands after them until they are closed.
"""

import re
import unicodedata
from typing import Final

EMBEDDINGS, END_OF_EMBEDDING = "\u202a\u202b\u202d\u202e", "\u202c"
ISOLATES, END_OF_ISOLATE = "\u2066\u2067\u2068", "\u2069"
TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of what follows them, and those that end it."""
ENDS_LINES = "\u2028\u2029"


def closed(text: str) -> str:
    """The same text, with an end for each mark in it that is still open: it turns nothing but itself.

    An end that has no beginning gets one, because it would end what the reader's program has opened around the text.
    """
    return _closed(text) if not text.isascii() and TURNS.search(text) else text


def _closed(text: str) -> str:
    """As the Unicode Bidirectional Algorithm (UAX 9, BD9 and X7) matches them: an isolate's end ends what is in it."""
    open_marks: list[str] = []
    before = 0
    for mark in TURNS.findall(text):
        if mark in EMBEDDINGS:
            open_marks.append(END_OF_EMBEDDING)
        elif mark in ISOLATES:
            open_marks.append(END_OF_ISOLATE)
        elif mark == END_OF_EMBEDDING:
            if open_marks[-1:] == [END_OF_EMBEDDING]:
                open_marks.pop()
        elif END_OF_ISOLATE in open_marks:
            while open_marks.pop() != END_OF_ISOLATE:
                pass
        else:
            before += 1
            open_marks.clear()
    return "\u2068" * before + text + "".join(reversed(open_marks))


def kept_inside(text: str) -> str:
    """For a line of plain text that goes on after it: isolated, if anything in it turns."""
    return f"\u2068{closed(text)}{END_OF_ISOLATE}" if not text.isascii() and TURNS.search(text) else text


def hidden_in_line(text: str) -> str:
    """The first mark that turns, or control, which a text of one line must not hold; empty if it has none."""
    return next((one for one in text if TURNS.match(one) or one in ENDS_LINES or _is_control(one)), "")


def _is_control(letter: str) -> bool:
    # A tab is a space to whoever reads it; whether lines may end is for each field to say.
    return letter not in "\t\n\r" and unicodedata.category(letter) == "Cc"
