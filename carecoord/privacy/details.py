"""What a reviewer is shown of an access: through an owner function, which writes the reading down (IG-30)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class Details:
    """Whose record it was, why it was opened, and until when; `ground` is empty for a claim."""

    title: str
    given_name: str
    family_name: str
    birth_date: date | None
    nhs_number: str | None
    reason: str
    ground: str
    until: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class Deed:
    """One thing that the person looked at, or changed, in that record until a day after the access."""

    at: datetime
    kind: str
    verb: str


def details_of(review_id: UUID) -> Details | None:
    """None where it is not the reader's to see, or is about the reader."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.review_details(%s)", [review_id])
        row = cursor.fetchone()
    return Details(*row) if row else None


def deeds_of(review_id: UUID) -> Sequence[Deed]:
    """Oldest first, at most 200."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.review_deeds(%s)", [review_id])
        return [Deed(*row) for row in cursor.fetchall()]
