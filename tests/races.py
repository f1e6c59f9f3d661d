"""Two people at once, on connections of their own, in transactions that really commit."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from carecoord.errors import RuleError
from tests.running.system import eventually


def second_is_told(first, second):
    """`first` acts and has not committed yet when `second` tries; gives what the second got, or how it was refused."""
    with transaction.atomic():
        first()
        trying = beside(second)
        eventually(somebody_waits_for_us, what="the second waiting for the first")
    return trying.result(timeout=20)


def beside(act):
    """Run `act` on a connection of its own; gives what it returned, or how it was refused."""

    def run():
        try:
            return act()
        except RuleError as problem:
            return problem
        finally:
            connection.close()

    return ThreadPoolExecutor(max_workers=1).submit(run)


def somebody_waits_for_us():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))")
        return cursor.fetchone()[0] > 0
