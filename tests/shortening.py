"""What a short run leaves to a thorough one (`./dev test --thorough`)."""

from collections import defaultdict

import pytest
from hypothesis import is_hypothesis_test


def thoroughly(*examples):
    """Examples of a test that only a thorough run asks."""
    return [pytest.param(example, marks=pytest.mark.thorough) for example in examples]


def leave_most_examples(items) -> None:
    """Of many examples that ask the database a short run takes the first, the middle and the last.

    The mark `every` keeps them all, where each stands for another page or endpoint.
    """
    of_a_test = defaultdict(list)
    for item in items:
        asks_the_database = "db" in item.fixturenames or item.get_closest_marker("django_db")
        is_open = hasattr(item, "callspec") and not any(map(item.get_closest_marker, ("every", "thorough")))
        if is_open and asks_the_database:
            of_a_test[item.parent, item.originalname].append(item)
    for examples in of_a_test.values():
        last = len(examples) - 1
        for number, item in enumerate(examples):
            if number not in {0, last // 2, last}:
                item.add_marker(pytest.mark.thorough)


def go_deeper_where_examples_are_found(items) -> None:
    """Hypothesis looks for more examples in a thorough run (`pytest_configure`)."""
    for item in items:
        if is_hypothesis_test(getattr(item, "obj", None)) and not item.get_closest_marker("thorough"):
            item.add_marker(pytest.mark.deeper)
