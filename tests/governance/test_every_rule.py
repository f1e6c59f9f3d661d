"""Each rule of who may know what has a test that names it: `test_ig_NN_...`, with the number of the rule."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
RULES = frozenset([*range(2, 39)])
# Rules whose features are not here yet: whoever makes one takes its number out.
OWED: frozenset[int] = frozenset()


def named():
    found = (re.findall(r"^def test_ig_(\d\d)_", file.read_text(), re.MULTILINE) for file in TESTS.rglob("test_*.py"))
    return {int(number) for numbers in found for number in numbers}


def test_every_rule_has_a_test_that_names_it():
    assert len(RULES) == 37
    assert RULES - named() == OWED
