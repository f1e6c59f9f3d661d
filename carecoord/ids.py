"""Identifiers of rows."""

from hashlib import sha256
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562): made here, never by the database, so that a row has its name before it exists."""
    return uuid7()


def derived_id(earliest: UUID, *names: object) -> UUID:
    """The id of what there is once for each of these names: the same whenever it is asked for.

    A UUID of version 7, as old as `earliest`.
    """
    drawn = sha256(" ".join(str(name) for name in names).encode()).digest()
    bits = bytes([0x70 | drawn[0] & 0x0F, drawn[1], 0x80 | drawn[2] & 0x3F])
    return UUID(bytes=earliest.bytes[:6] + bits + drawn[3:10])
