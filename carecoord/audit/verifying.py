"""Reading the whole audit beside its seals, and saying which entry or seal is not as it was.

One pass in order, however large. What is not sealed yet cannot be judged; it is counted.
"""

import hmac
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction

from carecoord.audit.digests import BYTES, FORMS, digested
from carecoord.audit.heads import Exported
from carecoord.audit.keys import Key, known_keys
from carecoord.audit.models import SealedBatch
from carecoord.audit.sealing import NOTHING, Head, head, mac_of

READ_AT_ONCE = 5_000
_ID_BYTES = 16


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was; `sentence` says which."""

    sentence: str
    seal: int
    entry_id: UUID | None = None


@dataclass(frozen=True)
class Report:
    """`sealed` and `unsealed` count entries."""

    head: Head
    sealed: int
    unsealed: int
    faults: Sequence[Fault]


@dataclass(frozen=True)
class _Row:
    turn: int
    id: UUID
    digests: Mapping[int, bytes]

    @property
    def place(self) -> tuple[int, UUID]:
        return self.turn, self.id


@dataclass
class _Strays:
    """Entries that are not where their seal says, until it is known whether they stand somewhere else."""

    gone: dict[UUID, int] = field(default_factory=dict)
    come: dict[UUID, int] = field(default_factory=dict)

    def faults(self, beyond: set[UUID]) -> Iterator[Fault]:
        """`beyond` are those of them that stand after the last seal."""
        elsewhere = (self.gone.keys() & self.come.keys()) | (self.gone.keys() & beyond)
        for entry_id, seal in self.gone.items():
            says = "stands elsewhere in the order" if entry_id in elsewhere else "has been removed"
            yield Fault(f"Entry {entry_id} of seal {seal} {says}.", seal, entry_id)
        for entry_id, seal in self.come.items():
            if entry_id not in elsewhere:
                yield Fault(f"Entry {entry_id} was put among those of seal {seal} afterwards.", seal, entry_id)


class _Rows:
    """The audit in order, read only as far as asked; belongs to a transaction."""

    def __init__(self) -> None:
        self.cursor = connection.chunked_cursor()
        digests = ", ".join(digested(form) for form in FORMS)
        self.cursor.execute(f"SELECT a.turn, a.id, {digests} FROM audit_auditentry a ORDER BY a.turn, a.id")
        self.rows = self._read()
        self.next = next(self.rows, None)

    def close(self) -> None:
        self.cursor.close()

    def until(self, place: tuple[int, UUID]) -> Iterator[_Row]:
        while self.next and self.next.place <= place:
            yield self.next
            self.next = next(self.rows, None)

    def rest(self) -> Iterator[_Row]:
        while self.next:
            yield self.next
            self.next = next(self.rows, None)

    def _read(self) -> Iterator[_Row]:
        while found := self.cursor.fetchmany(READ_AT_ONCE):
            for turn, entry_id, *digests in found:
                yield _Row(turn, entry_id, dict(zip(FORMS, map(bytes, digests), strict=True)))


def verify(exported: Sequence[Exported] = ()) -> Report:
    """Compare everything that is sealed with its seals, and the seals with heads that were exported."""
    faults: list[Fault] = []
    strays, macs, before, sealed = _Strays(), {0: NOTHING}, 0, 0
    with transaction.atomic():
        # First the end, then the entries: what is sealed meanwhile is not looked at.
        last, keys = head(), known_keys()
        rows = _Rows()
        for batch in SealedBatch.objects.filter(number__lte=last.number).order_by("number").iterator(chunk_size=20):
            macs[batch.number] = bytes(batch.mac)
            faults += _of_seal(batch, before, macs[before], keys)
            there = list(rows.until((batch.until_turn, batch.until_id)))
            faults += _of_rows(batch, there, strays, follows=batch.number == before + 1)
            before, sealed = batch.number, sealed + len(there)
        beyond, unsealed = set[UUID](), 0
        for row in rows.rest():
            beyond |= {row.id} & strays.gone.keys()
            unsealed += 1
        rows.close()
    faults += [*strays.faults(beyond), *_of_heads(exported, macs, last)]
    return Report(last, sealed, unsealed - len(beyond), faults)


def _of_seal(batch: SealedBatch, before: int, its_mac: bytes, keys: Mapping[str, Key]) -> Iterator[Fault]:
    number, key = batch.number, keys.get(batch.key_name)
    for missing in range(before + 1, number):
        yield Fault(f"Seal {missing} is missing.", missing)
    if key is None:
        yield Fault(f"Seal {number} was made with the key {batch.key_name}, which is not given here.", number)
    elif batch.form not in FORMS or not hmac.compare_digest(mac_of(key, batch), bytes(batch.mac)):
        yield Fault(f"Seal {number} has been altered.", number)
    elif number == before + 1 and bytes(batch.previous) != its_mac:
        yield Fault(f"Seal {number} does not follow seal {before} as that is now.", number)


def _of_rows(batch: SealedBatch, there: Sequence[_Row], strays: _Strays, *, follows: bool) -> Iterator[Fault]:
    """What was altered or put into another order within the batch; whoever is gone or has come joins the strays.

    Where the seal before is missing, its entries stand here too, and nothing can be said of them.
    """
    form, sealed = batch.form, bytes(batch.rows)
    if form not in FORMS or b"".join(row.digests[form] for row in there) == sealed:
        return
    was = {UUID(bytes=sealed[at : at + _ID_BYTES]): sealed[at : at + BYTES] for at in range(0, len(sealed), BYTES)}
    places = {entry_id: place for place, entry_id in enumerate(was)}
    known = [row for row in there if row.id in was]
    for row in known:
        if row.digests[form] != was[row.id]:
            yield Fault(f"Entry {row.id} of seal {batch.number} has been altered.", batch.number, row.id)
    for moved in _displaced([places[row.id] for row in known]):
        entry_id = known[moved].id
        yield Fault(f"Entry {entry_id} of seal {batch.number} stands elsewhere in the order.", batch.number, entry_id)
    is_there = {row.id for row in there}
    strays.gone |= {entry_id: batch.number for entry_id in was if entry_id not in is_there}
    if follows:
        strays.come |= {row.id: batch.number for row in there if row.id not in was}


def _displaced(places: Sequence[int]) -> Iterator[int]:
    """Which must be taken out for the rest to rise: as few as possible."""
    ends: list[int] = []
    at: list[int] = []
    before: list[int | None] = []
    for number, place in enumerate(places):
        length = bisect_left(ends, place)
        before.append(at[length - 1] if length else None)
        ends[length : length + 1], at[length : length + 1] = [place], [number]
    kept: set[int] = set()
    last = at[-1] if at else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return (number for number in range(len(places)) if number not in kept)


def _of_heads(exported: Sequence[Exported], macs: Mapping[int, bytes], last: Head) -> Iterator[Fault]:
    for one in exported:
        if one.number > last.number:
            says = f"is gone: everything after seal {last.number} has been cut off"
            yield Fault(f"Seal {one.number}, exported at {one.at}, {says}.", one.number)
        elif one.number in macs and macs[one.number] != one.mac:
            yield Fault(f"Seal {one.number} is not the one exported at {one.at}.", one.number)
