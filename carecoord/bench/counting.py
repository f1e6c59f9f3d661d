"""Counting statements as budgets do: with set_config, without what begins and ends a transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

# Also what is prepared once a connection (carecoord.prepared): what is run of it counts.
TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PREPARE")


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that the block has run so far."""
    ran: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if not sql.startswith(TRANSACTION):
            ran.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield ran
