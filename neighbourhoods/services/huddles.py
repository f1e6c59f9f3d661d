"""Being on the list of a huddle: the teams that meet about somebody have their record for a while."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError
from carecoord.ids import new_id
from neighbourhoods.models import Level, Relationship, Source, Team, TeamKind
from neighbourhoods.principal import Principal
from neighbourhoods.services.locks import held_resident
from neighbourhoods.services.relationships import end_relationships, open_relationships

LISTED_FOR: Final = timedelta(days=28)
"""How long a listing opens the record, if nobody takes it off before (IG-14)."""


@transaction.atomic
def list_for_huddle(*, by: Principal, resident_id: UUID, team_ids: Sequence[UUID], reason: str = "") -> UUID:
    """Put somebody on the list of a huddle of these teams; returns the listing. Listed again it is another one.

    Raises Resident.DoesNotExist where not seen, RuleError for a team that has no residents, and where an objection
    keeps its organisation out.
    """
    resident, made, wanted = held_resident(by, resident_id), new_id(), list(dict.fromkeys(team_ids))
    without = (TeamKind.PRIVACY, TeamKind.ADMINISTRATION)
    known = Team.objects.filter(id__in=wanted, ended_at=None, organisation__place=by.place_id)
    if not wanted or known.exclude(kind__in=without).count() != len(wanted):
        raise RuleError("Choose teams that have residents.", field="teams")
    until = clock.now() + LISTED_FOR
    open_relationships(
        [
            Relationship(
                resident=resident,
                team_id=team_id,
                level=Level.RECORD,
                source_kind=Source.HUDDLE,
                source_id=made,
                reason=reason[:200],
                started_at=clock.now(),
                expires_at=until,
            )
            for team_id in wanted
        ]
    )
    _tell("huddle.listed", by, resident_id, made, reason)
    return made


@transaction.atomic
def unlist(*, by: Principal, resident_id: UUID, listing_id: UUID, reason: str = "") -> None:
    """Take them off the list: what the listing opened ends at once. Taken off already, nothing changes.

    Raises Resident.DoesNotExist where not seen.
    """
    resident = held_resident(by, resident_id)
    listed = Relationship.objects.visible_to(by).open_at(clock.now())
    if not listed.filter(source_kind=Source.HUDDLE, source_id=listing_id, resident=resident).exists():
        return
    _tell("huddle.unlisted", by, resident_id, listing_id, reason)
    end_relationships(source_id=listing_id)


def _tell(verb: str, by: Principal, resident_id: UUID, listing_id: UUID, reason: str) -> None:
    about = ("huddle_listing", listing_id)
    audit.record(verb, by=by, resident_id=resident_id, about=about, reason=reason)
    outbox.publish(verb, about=about, resident_id=resident_id)
