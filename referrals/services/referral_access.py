"""What a referral lets each of its two teams see, and for how long (architecture.md, The gate).

The sender keeps the record while the referral is open; the receiver gets the card with the referral, and the record by
accepting it. Ending comes last in every service: whoever loses sight of the resident is blind from then on.
"""

from contextlib import AbstractContextManager

from django.db.models import Q

from carecoord import clock
from careplans.models import Action
from neighbourhoods import gate
from neighbourhoods.models import CaseloadEntry, Level, Relationship, Source, Team
from neighbourhoods.principal import Principal
from neighbourhoods.services import (
    end_caseload_entry,
    end_relationships,
    ensure_lead,
    open_caseload_entry,
    open_relationship,
    open_relationships,
    relationships_together,
)
from referrals.allowances import RECORD_STAYS_OPEN_FOR
from referrals.models import Handover, Referral


def as_team(by: Principal, team: Team) -> AbstractContextManager[Principal]:
    """Act for this team: as the person where it is theirs, else as the team itself.

    One side's move may open or end what the other side holds; the policies let each team change only its own.
    """
    return gate.acting_as(by if by.acts_for(team.id) else gate.team(team))


def keep_senders_record(referral: Referral, *, by: Principal) -> None:
    """The sender is accountable, so it sees the record, whatever first opened it; and somebody leads."""
    with relationships_together():
        ensure_lead(by=by, resident_id=referral.resident_id, team_id=referral.from_team_id)
        _open(referral, referral.from_team, Level.RECORD, "Referred to")


def show_card(referral: Referral) -> None:
    if referral.to_team:
        _open(referral, referral.to_team, Level.CARD, "Referral to")


def keep_record_and_show_card(referral: Referral, *, by: Principal, entries: list[CaseloadEntry]) -> None:
    """Both at once, for a referral that is sent as it is written. `entries`: see `ensure_lead`."""
    with relationships_together():
        ensure_lead(by=by, resident_id=referral.resident_id, team_id=referral.from_team_id, known=entries)
        _open(referral, referral.from_team, Level.RECORD, "Referred to")
        show_card(referral)


def open_record(referral: Referral, *, by: Principal) -> None:
    """The receiver has accepted: the record for the card, and a place on the caseload that says why.

    Volunteers get what they need to visit, and never lead: the sender does (IG-11).
    """
    if referral.to_team is None:
        return
    if referral.to_team.is_of_volunteers:
        _open(referral, referral.to_team, Level.VISIT, "Accepted referral to")
        end_relationships(source_id=referral.id, team_id=referral.to_team.id, level=Level.CARD)
        return
    _open(referral, referral.to_team, Level.RECORD, "Accepted referral to")
    open_caseload_entry(
        by=by, resident_id=referral.resident_id, team_id=referral.to_team.id, reason=referral.service.name
    )
    ensure_lead(by=by, resident_id=referral.resident_id, team_id=referral.to_team.id)
    end_relationships(source_id=referral.id, team_id=referral.to_team.id, level=Level.CARD)


def back_to_card(referral: Referral, *, by: Principal, entry: CaseloadEntry | None) -> None:
    """The acceptance is undone: the card for the record, and off the caseload again."""
    if referral.to_team is None:
        return
    show_card(referral)
    if entry:
        end_caseload_entry(by=by, entry=entry, reason="The acceptance was undone")
    accepted = Level.VISIT if referral.to_team.is_of_volunteers else Level.RECORD
    end_relationships(source_id=referral.id, team_id=referral.to_team.id, level=accepted)


def end_access(referral: Referral, *, by: Principal, reason: str) -> None:
    """The referral is over: both teams lose what it gave them, at once."""
    end_receivers_access(referral, by=by, reason=reason)
    with as_team(by, referral.from_team):
        end_relationships(source_id=referral.id, team_id=referral.from_team_id)


def end_receivers_access(referral: Referral, *, by: Principal, reason: str) -> None:
    if referral.to_team is None:
        return
    with as_team(by, referral.to_team) as acting:
        entry = entry_of_acceptance(referral)
        if entry:
            end_caseload_entry(by=acting, entry=entry, reason=reason)
        end_relationships(source_id=referral.id, team_id=referral.to_team.id)


def keep_for_a_while(referral: Referral, *, by: Principal) -> None:
    """The sender has read the outcome: the receiver's record closes by itself after 30 days (domain.md 3.6); what
    volunteers had to know closes at once.

    For the sender, who still sees the resident: only so may the new row replace the old one.
    """
    end_receivers_access(referral, by=by, reason="The referral is closed")
    if referral.to_team and not referral.to_team.is_of_volunteers:
        until = clock.now() + RECORD_STAYS_OPEN_FOR
        open_relationship(
            resident_id=referral.resident_id,
            team_id=referral.to_team.id,
            level=Level.RECORD,
            source=Source.REFERRAL,
            source_id=referral.id,
            reason="The referral is closed",
            expires_at=until,
        )
    end_relationships(source_id=referral.id, team_id=referral.from_team_id)


def entry_of_acceptance(referral: Referral) -> CaseloadEntry | None:
    """The receiver's caseload entry, if this acceptance opened it and nothing else holds it now."""
    if referral.accepted_at is None or referral.to_team is None:
        return None
    entries = CaseloadEntry.objects.select_for_update().filter(
        resident_id=referral.resident_id,
        team=referral.to_team,
        ended_at=None,
        is_lead=False,
        reason=referral.service.name,
        opened_at__gte=referral.accepted_at,
    )
    entry = entries.first()
    return None if entry is None or _has_more_to_do(referral) else entry


def _has_more_to_do(referral: Referral) -> bool:
    mine = Q(resident_id=referral.resident_id, accountable_team=referral.to_team)
    return (
        Referral.objects.filter(mine).exclude(id=referral.id).exists()
        or Action.objects.filter(mine).exists()
        or Handover.objects.filter(mine).exists()
    )


def _open(referral: Referral, team: Team, level: Level, why: str) -> None:
    opened = Relationship(
        resident_id=referral.resident_id,
        team_id=team.id,
        level=level,
        source_kind=Source.REFERRAL,
        source_id=referral.id,
        reason=f"{why} {referral.service.name}",
    )
    open_relationships([opened])
