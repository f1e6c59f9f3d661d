"""Sealing what was written: closed batches in one order, each with a MAC over itself and the one before.

A row can be sealed when no transaction that began to write before it is still at work: then none can come before it any
more. Sealing twice at once, or from two beats, makes one chain.
"""

import hmac
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from carecoord import clock
from carecoord.audit.digests import FORM, digested
from carecoord.audit.keys import Key, current_key
from carecoord.audit.models import SealedBatch

log = logging.getLogger(__name__)

MOST_IN_BATCH = 5_000
AT_ONCE = 10
"""Batches of one transaction: what waits is put into order once for so many."""
LONGEST_RUN_SECONDS = 40
NOTHING = bytes(32)
"""What stands before the first seal."""
NO_ENTRY = UUID(int=0)

# Transactions with lower numbers have all ended, in whatever database of the server they were.
HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_WAITING = f"""
    SELECT a.turn, a.id, {digested(FORM)} FROM (
      SELECT * FROM audit_auditentry
      WHERE turn >= %(turn)s AND (turn, id) > (%(turn)s, %(id)s)
        AND turn < {{horizon}} + app.audit_offset()
      ORDER BY turn, id LIMIT %(most)s) a
    ORDER BY a.turn, a.id
"""
# The number of the next transaction, as entries will have it.
_NEXT = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint + app.audit_offset()"


@dataclass(frozen=True)
class Head:
    """The last seal: where the next begins. Before the first, number 0."""

    number: int = 0
    mac: bytes = NOTHING
    turn: int = 0
    entry_id: UUID = NO_ENTRY


def seal() -> int:
    """Seal what waits; returns how many entries were sealed. Without a key it says so in the log and seals nothing."""
    key = current_key()
    if key is None:
        log.error("the audit is not sealed: AUDIT_KEY is not set here")
        return 0
    sealed, ends_at = 0, time.monotonic() + LONGEST_RUN_SECONDS
    while time.monotonic() < ends_at:
        done = _seal_some(key)
        sealed += done
        if done < MOST_IN_BATCH * AT_ONCE:
            break
    return sealed


def head() -> Head:
    last = SealedBatch.objects.order_by("-number").values_list("number", "mac", "until_turn", "until_id").first()
    return Head(last[0], bytes(last[1]), last[2], last[3]) if last else Head()


def mac_of(key: Key, batch: SealedBatch) -> bytes:
    """Over the seal before, everything that this one says, and its rows."""
    said = (
        batch.form, batch.number, batch.key_name, batch.sealed_at.astimezone(UTC).isoformat(), batch.until_turn,
        batch.until_id, batch.count,
    )  # fmt: skip
    header = "\n".join(["carecoord audit", *map(str, said), ""]).encode()
    return hmac.digest(key.secret, bytes(batch.previous) + header + bytes(batch.rows), "sha256")


def _seal_some(key: Key) -> int:
    """One transaction, unless another is at it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('audit.seal', 0))")
        if not cursor.fetchone()[0]:
            return 0
        last = head()
        cursor.execute(_NEXT)
        if last.turn >= cursor.fetchone()[0]:
            log.error("the audit is not sealed: this server counts from before the last seal; run ./dev manage migrate")
            return 0
        rows = _waiting(cursor, last)
        SealedBatch.objects.bulk_create(_batches(key, last, rows))
    return len(rows)


def _waiting(cursor: CursorWrapper, last: Head) -> Sequence[tuple[int, UUID, bytes]]:
    """In order. What the planner knows of a table that only grows is always late, so it is told to use the index."""
    cursor.execute("SET LOCAL enable_seqscan = off")
    values: dict[str, int | UUID] = {"turn": last.turn, "id": last.entry_id, "most": MOST_IN_BATCH * AT_ONCE}
    cursor.execute(_WAITING.format(horizon=HORIZON), values)
    found: Sequence[tuple[int, UUID, bytes]] = cursor.fetchall()
    cursor.execute("SET LOCAL enable_seqscan = on")
    return found


def _batches(key: Key, last: Head, rows: Sequence[tuple[int, UUID, bytes]]) -> Iterator[SealedBatch]:
    number, previous = last.number, last.mac
    for begin in range(0, len(rows), MOST_IN_BATCH):
        some = rows[begin : begin + MOST_IN_BATCH]
        number += 1
        until_turn, until_id, _ = some[-1]
        batch = SealedBatch(
            number=number,
            sealed_at=clock.now(),
            form=FORM,
            key_name=key.name,
            until_turn=until_turn,
            until_id=until_id,
            count=len(some),
            rows=b"".join(bytes(digest) for _, _, digest in some),
            previous=previous,
        )
        batch.mac = previous = mac_of(key, batch)
        yield batch
