"""Counting SQL statements as budgets do: without BEGIN, COMMIT and SAVEPOINT, with set_config."""

from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

# Also what is prepared once a connection (carecoord.prepared): what is run of it counts.
TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PREPARE")


@contextmanager
def at_most(number):
    """Fails, with the statements, where the block runs more than `number`."""
    with CaptureQueriesContext(connection) as captured:
        yield
    ran = _counted(captured)
    assert len(ran) <= number, f"{len(ran)} statements, {number} allowed:\n" + "\n".join(sql[:200] for sql in ran)


def statements_of(act):
    """The statements that `act()` runs, each cut to its beginning."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return [sql[:200] for sql in _counted(captured)]


def _counted(captured):
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(TRANSACTION)]
