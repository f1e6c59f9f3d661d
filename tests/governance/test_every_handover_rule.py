"""Each rule of a handover (domain.md 3.4) has a test that names it: `test_handover_rule_NN_...`."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
RULES = frozenset(range(1, 19))
# Rules whose features are not here yet: whoever makes one takes its number out.
OWED: frozenset[int] = frozenset()


def named():
    name = re.compile(r"^def test_handover_rule_(\d\d)_", re.MULTILINE)
    found = (name.findall(file.read_text()) for file in TESTS.rglob("test_*.py"))
    return {int(number) for numbers in found for number in numbers}


def test_every_rule_of_a_handover_has_a_test_that_names_it():
    assert RULES - named() == OWED
