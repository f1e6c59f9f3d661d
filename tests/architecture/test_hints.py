"""Hints under the fields of forms: those that give an example say so, all in the same words."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAID = re.compile(r'(?:help_text=f?|"hint": |SEEN = |setdefault\("help_text", )"([^"]*)"')
OTHERWISE = re.compile(r"for example|For example[^,]|[Ss]uch as:|e\.g\.")


def sources():
    yield from (path for path in ROOT.glob("*/forms*.py"))
    yield from (path for path in ROOT.glob("*/**/forms/*.py") if "node_modules" not in path.parts)
    yield from ROOT.glob("data/definitions/*.json")
    yield ROOT / "carecoord/ui/fields.py"


@pytest.mark.parametrize("path", sorted(set(sources())), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_hint_gives_its_example_after_the_words_for_example(path):
    assert [said for said in SAID.findall(path.read_text()) if OTHERWISE.search(said)] == []
