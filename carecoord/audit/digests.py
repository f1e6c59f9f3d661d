"""What an entry was, as 32 bytes: its id, and the first half of a SHA-256 over everything it says.

Taken by the database, in one pass over many. Its text must be the same whoever asks, in whatever time zone and however
the entry was restored: hence moments as numbers, addresses as words. A column that is added later makes a new form;
seals name theirs, and are verified by it.
"""

from typing import Final

FORM: Final = 1
"""Of what is sealed from now on."""
_COLUMNS: Final = {
    1: (
        "a.id", "extract(epoch FROM a.at)", "a.kind", "a.verb", "a.actor_kind", "a.actor_id", "a.membership_id",
        "a.role", "a.organisation_id", "a.resident_id", "a.about_type", "a.about_id", "a.reason", "a.detail",
        "a.request_id", "host(a.address)", "a.purpose",
    ),
}  # fmt: skip
FORMS: Final = tuple(_COLUMNS)
BYTES: Final = 32
"""Of one entry."""


def digested(form: int) -> str:
    """SQL for the bytes of the entry `a`."""
    text = f"jsonb_build_array({', '.join(_COLUMNS[form])})::text"
    return f"uuid_send(a.id) || substr(sha256(convert_to({text}, 'UTF8')), 1, 16)"
