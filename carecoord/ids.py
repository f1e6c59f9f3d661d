"""Identifiers of rows."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562): made here, never by the database, so that a row has its name before it exists."""
    return uuid7()
