"""After a run the database is as large as before: what was written while measuring is taken away again."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from carecoord.bench.inserting import run

# Those loaded in bulk have references of eight digits; services give four to begin with.
SENT = "SELECT id FROM referrals_referral WHERE reference NOT LIKE 'MEA-________'"


@contextmanager
def take_away_what_was_sent() -> Iterator[None]:
    _take_away()
    try:
        yield
    finally:
        _take_away()


@transaction.atomic
def _take_away() -> None:
    run(f"DELETE FROM neighbourhoods_relationship WHERE source_kind = 'referral' AND source_id IN ({SENT})")
    run(f"DELETE FROM referrals_referralevent WHERE referral_id IN ({SENT}) OR verb = 'floor'")
    run(f"DELETE FROM outbox_outboxmessage WHERE about_id IN ({SENT}) OR topic = 'floor.measured'")
    run("DELETE FROM referrals_referral WHERE reference NOT LIKE 'MEA-________'")
