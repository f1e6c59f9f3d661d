"""Characters for which no font has a picture, and words that are longer than a line."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from carecoord.turning import kept_inside

NOT_SHOWN: Final = "could not be displayed"
"""What typst says of a character that no font has."""
CanShow = Callable[[Sequence[str]], bool]
LONGEST: Final = 40
LONG_WORD: Final = re.compile(rf"\S{{{LONGEST}}}(?=\S)")
BREAK_HERE: Final = "\u200b"
JOINS: Final = "\u200d"
MOST_TRIES: Final = 60
LAST_LATIN: Final = "\u024f"


def with_long_words_broken(content: Any) -> Any:
    """A word that is longer than a line may end anywhere in it, as on the screen."""
    return _in_each_text(lambda text: LONG_WORD.sub(lambda word: word[0] + BREAK_HERE, text), content)


def with_turns_kept_inside(content: Any) -> Any:
    """A text that turns the direction of reading turns nothing but itself."""
    return _in_each_text(kept_inside, content)


def with_shown_characters(content: Any, can_show: CanShow) -> Any:
    """What no font has is told in words: a character with the marks upon it stands or falls as one."""
    found = sorted({one for text in _texts_in(content) for one in _marked(text)})
    told = {one: told_in_words(one) for one in _Tried(can_show).not_shown(found)}
    return _in_each_text(lambda text: "".join(told.get(one, one) for one in _marked(text)), content)


def with_latin_letters_only(content: Any) -> Any:
    """When all else has failed: every font of ours has these."""
    return _in_each_text(
        lambda text: "".join(one if " " <= one <= LAST_LATIN or one == "\n" else told_in_words(one) for one in text),
        content,
    )


def told_in_words(characters: str) -> str:
    """`[runic letter fehu feoh fe f]`; a flourished letter as the plain one, and a control character by its number."""
    plain = unicodedata.normalize("NFKC", characters)
    return plain if plain.isascii() and plain.isprintable() else "".join(_name(one) for one in characters)


def _name(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    return f"[{unicodedata.name(character, f'U+{ord(character):04X}').lower()}]"


class _Tried:
    """Finds by halves what cannot be shown, because most texts have one or two; what is not tried in time is told."""

    def __init__(self, can_show: CanShow) -> None:
        self.can_show, self.tries = can_show, 0

    def not_shown(self, ones: Sequence[str]) -> Iterator[str]:
        self.tries += 1
        if not ones or (self.tries <= MOST_TRIES and self.can_show(ones)):
            return
        if len(ones) == 1 or self.tries > MOST_TRIES:
            yield from ones
            return
        middle = len(ones) // 2
        yield from self.not_shown(ones[:middle])
        yield from self.not_shown(ones[middle:])


def _marked(text: str) -> Iterable[str]:
    """Each character with the marks upon it, and with what is joined to it."""
    one = ""
    for character in text:
        belongs = character == JOINS or one.endswith(JOINS) or unicodedata.category(character).startswith("M")
        if one and not belongs:
            yield one
            one = ""
        one += character
    if one:
        yield one


def _texts_in(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list | tuple):
        for value in content.values() if isinstance(content, dict) else content:
            yield from _texts_in(value)


def _in_each_text(change: Callable[[str], str], content: Any) -> Any:
    match content:
        case str():
            return change(content)
        case dict():
            return {key: _in_each_text(change, value) for key, value in content.items()}
        case list() | tuple():
            return [_in_each_text(change, value) for value in content]
    return content
