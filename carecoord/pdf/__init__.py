"""Documents to give away: tagged PDF/UA-1, set by typst from a template of ours and JSON. Decision 0027.

What people have typed is data and never markup. Nothing is fetched, and the fonts come with the packages.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import manimgx_fonts
import manimgx_fonts_cjk
import typst
from django.conf import settings

from carecoord import clock
from carecoord.pdf.characters import (
    NOT_SHOWN,
    with_latin_letters_only,
    with_long_words_broken,
    with_shown_characters,
    with_turns_kept_inside,
)

TEMPLATES: Final = Path(settings.BASE_DIR) / "templates"
CHARACTERS: Final = "pdf/characters.typ"


def pdf_of(template: str, content: Mapping[str, Any]) -> bytes:
    """`templates/<template>` with this content, which is whatever JSON can say.

    A character that no font has is told in words: PDF/UA-1 allows no empty boxes.
    """
    if made := _shown(template, content):
        return made
    if made := _shown(template, with_shown_characters(content, _can_show)):
        return made
    return _set(template, with_latin_letters_only(content))


def _can_show(characters: Sequence[str]) -> bool:
    return _shown(CHARACTERS, {"characters": characters}) is not None


def _shown(template: str, content: Mapping[str, Any]) -> bytes | None:
    """None where a character of it is in no font."""
    try:
        return _set(template, content)
    except typst.TypstError as problem:
        if NOT_SHOWN not in problem.message:
            raise
        return None


def _set(template: str, content: Mapping[str, Any]) -> bytes:
    return typst.compile(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        sys_inputs={"content": json.dumps(_laid_out(content), ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(clock.now().timestamp()),
    )


def _laid_out(content: Mapping[str, Any]) -> Any:
    return with_long_words_broken(with_turns_kept_inside(content))


@cache
def _fonts() -> typst.Fonts:
    """Ours alone, so that a document looks the same wherever it is made."""
    folders = [str(folder) for module in (manimgx_fonts, manimgx_fonts_cjk) for folder in module.__path__]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
