"""Opening and ending the reasons why a team may know a resident. Called in the transaction of the cause."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, models, transaction
from django.db.models import QuerySet

from carecoord import clock, outbox
from carecoord.errors import RuleError
from carecoord.gathering import Gathering
from carecoord.ids import new_id
from carecoord.prepared import add, prepared_update
from neighbourhoods.models import Level, Relationship, Source
from neighbourhoods.principal import Principal

KEPT_OUT = "kept_out"
NOT_FOR_THEM = (
    "This organisation may not have the record: the resident objected, and it was upheld. "
    "In an emergency a person can open it, and that is reviewed."
)
_together: Gathering[Relationship] = Gathering("relationships_together")


class ClaimReason(models.TextChoices):
    """How a person who has no recorded reason is involved (the interruption card)."""

    ASKED = "asked", "I have been asked to see or treat them"
    COVERING = "covering", "I am covering for their usual team"
    OFFERED = "offered", "Their referral or handover is with my team"
    CONTACTED = "contacted", "They, or their carer, have contacted me"
    MEETING = "meeting", "I am taking part in a meeting about them"


@transaction.atomic
def open_relationship(
    *,
    resident_id: UUID,
    team_id: UUID,
    level: Level,
    source: Source,
    source_id: UUID,
    reason: str = "",
    expires_at: datetime | None = None,
) -> None:
    """Give a team this level for this cause; a second call for the same open cause changes nothing."""
    opened = Relationship(
        resident_id=resident_id,
        team_id=team_id,
        level=level,
        source_kind=source,
        source_id=source_id,
        reason=reason,
        started_at=clock.now(),
        expires_at=expires_at,
    )
    open_relationships([opened])


def open_relationships(opened: Sequence[Relationship]) -> None:
    """Several at once, in one statement; what is open already for the same cause stays as it is.

    Raises RuleError where an upheld objection keeps the organisation out of the record (IG-16).
    """
    if not _together.takes(list(opened)):
        with _told_of_objections():
            add(opened, ignore_conflicts=True)


@contextmanager
def _told_of_objections() -> Iterator[None]:
    try:
        yield
    except IntegrityError as problem:
        if "keeps this organisation out" not in str(problem):
            raise
        raise RuleError(NOT_FOR_THEM, code=KEPT_OUT) from problem


def relationships_together() -> AbstractContextManager[None]:
    """Opens what the block opens in one statement, at its end: for whoever sees the resident already."""
    return _together.until_the_end(open_relationships)


def end_relationships(*, source_id: UUID, team_id: UUID | None = None, level: Level | None = None) -> int:
    """End what this cause has opened, for one team or all; returns how many.

    Do this last: whoever loses sight of the resident is blind for the rest of the transaction.
    """
    return _ended(source_id, team_id, level)


@prepared_update
def _ended(source_id: UUID, team_id: UUID | None, level: Level | None) -> tuple[QuerySet[Relationship], dict[str, Any]]:
    mine = Relationship.objects.filter(source_id=source_id, ended_at=None)
    if team_id:
        mine = mine.filter(team_id=team_id)
    if level:
        mine = mine.filter(level=level)
    return mine, {"ended_at": clock.now()}


@transaction.atomic
def claim_relationship(
    *, by: Principal, resident_id: UUID, team_id: UUID, reason: ClaimReason | str, until: datetime
) -> UUID:
    """Open a resident's record for a team of one's own, with a reason and an end (IG-03, IG-04).

    Audited by the database itself, and told to the privacy officers of the person's organisation. Raises RuleError
    for a restricted or unknown resident: both look the same; and where an objection keeps the organisation out.
    """
    made = new_id()
    words = reason.label if isinstance(reason, ClaimReason) else reason
    with _told_of_objections(), connection.cursor() as cursor:
        cursor.execute("SELECT app.claim(%s, %s, %s, %s, %s)", [made, resident_id, team_id, words, until])
        row = cursor.fetchone()
    if not row or not row[0]:
        raise RuleError("This record cannot be opened from here. Ask your privacy officer.")
    outbox.publish(
        "relationship.claimed",
        about=("relationship", made),
        resident_id=resident_id,
        team_id=team_id,
        organisation_id=by.organisation_id,
        claimed_by_id=by.actor_id,
        membership_id=by.membership_id,
        by_kind=by.kind,
    )
    return made


def end_expired_relationships() -> int:
    """Close the rows of relationships that ended by themselves; they have opened nothing since that moment."""
    now = clock.now()
    return Relationship.objects.filter(ended_at=None, expires_at__lte=now).update(ended_at=now)
