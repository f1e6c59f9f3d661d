"""Counting SQL statements as budgets do: without BEGIN, COMMIT and SAVEPOINT, with set_config."""

from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@contextmanager
def at_most(number):
    """Fails, with the statements, where the block runs more than `number`."""
    with CaptureQueriesContext(connection) as captured:
        yield
    ran = [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(TRANSACTION)]
    assert len(ran) <= number, f"{len(ran)} statements, {number} allowed:\n" + "\n".join(sql[:200] for sql in ran)
