"""What a service calls a field, as pages do, and what it is called here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from carecoord.errors import RuleError


@contextmanager
def fields_named(names: Mapping[str, str]) -> Iterator[None]:
    try:
        yield
    except RuleError as problem:
        problem.field = names.get(problem.field or "", problem.field)
        raise
