"""What each verb of the audit is called, as the timeline calls it: handed down by `carecoord.wiring`."""

import re
from collections.abc import Mapping

_sentences: dict[str, str] = {}
NAMES = re.compile(r"\{\w+\}")


def call_verbs(sentences: Mapping[str, str]) -> None:
    """Places for names, which only a timeline fills, are left out."""
    _sentences.update({verb: NAMES.sub("", words).strip(", ") for verb, words in sentences.items()})


def sentence_of(verb: str) -> str:
    return _sentences.get(verb) or verb.replace(".", " ").replace("_", " ").capitalize()
