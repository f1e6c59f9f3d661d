"""That somebody needs an interpreter, said among their adjustments, and once."""

from collections.abc import Sequence
from typing import Final

from neighbourhoods.codes import words_of
from neighbourhoods.models import Resident

LANGUAGES: Final = "human-language"
ADJUSTMENT: Final = "adjustment"


def interpreter_of(resident: Resident) -> str:
    """As `needs_interpreter`; one statement, and none for whoever needs none."""
    if not resident.interpreter_required:
        return ""
    return needs_interpreter(resident, *words_of({LANGUAGES: resident.language}).get(LANGUAGES, {}).values())


def needs_interpreter(resident: Resident, *spoken: str) -> str:
    """The language of somebody who needs an interpreter, in the words of its code where there are any."""
    if not resident.interpreter_required:
        return ""
    return next(iter(spoken), resident.language) or "language not recorded"


def with_interpreter(adjustments: Sequence[str], interpreter: str) -> tuple[str, ...]:
    """An adjustment that asks for one in the same language says it already."""
    if not interpreter or any(_asks_for(interpreter, one.casefold()) for one in adjustments):
        return tuple(adjustments)
    return (f"Interpreter needed: {interpreter}", *adjustments)


def _asks_for(interpreter: str, said: str) -> bool:
    """A code may have two spellings: `Panjabi; Punjabi`."""
    return "interpreter" in said and any(one.strip().casefold() in said for one in interpreter.split(";"))
