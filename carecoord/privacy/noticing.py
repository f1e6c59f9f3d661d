"""From what the rules notice to a review of a privacy officer (IG-06: told by reference). Doing it twice is once."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from carecoord import audit, clock, outbox
from carecoord.alerts.facts import AlertFacts
from carecoord.alerts.privacy import NOBODY, officers_of
from carecoord.audit import ActorKind
from carecoord.audit.models import AuditEntry
from carecoord.outbox import Event
from carecoord.privacy.looks import Day
from carecoord.privacy.models import PrivacyReview
from carecoord.privacy.opening import clocks_of, guardian_of
from carecoord.privacy.rules import Finding, findings_of, guesses_of
from neighbourhoods.models import Membership, Team

EXAMINED: Final = "misuse.examined"
DAYS_BACK: Final = 7
"""So long a place may have stood still, and every day of it is examined all the same."""
QUIET: Final = timedelta(days=28)
"""What was found justified is not asked about again for so long."""


@dataclass(frozen=True)
class _Rules:
    """Who has noticed it: a program of ours."""

    kind: ActorKind = ActorKind.SERVICE
    actor_id: UUID = NOBODY
    membership_id: UUID | None = None
    role: str = ""
    organisation_id: UUID | None = None


def examine_what_is_over() -> int:
    """Every day of the last week that nobody has examined, and what partner systems have guessed until now.

    Returns how many reviews were opened. What is examined is written down, so that two beats examine it once.
    """
    today = clock.today()
    opened = sum(examine(today - timedelta(days=ago)) for ago in range(DAYS_BACK, 0, -1))
    with transaction.atomic():
        return opened + _look_into(guesses_of(Day(today)))


@transaction.atomic
def examine(day: date) -> int:
    """Nothing where it has been examined, or another worker is at it."""
    about = ("day", uuid.uuid5(uuid.NAMESPACE_OID, day.isoformat()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('privacy.examine', 0))")
        (is_mine,) = cursor.fetchone() or (False,)
    if not is_mine or AuditEntry.objects.filter(about_id=about[1], verb=EXAMINED).exists():
        return 0
    opened = _look_into(findings_of(Day(day)))
    audit.happened(EXAMINED, by=_Rules(), about=about, day=day, reviews=opened)
    return opened


def _look_into(findings: Iterable[Finding]) -> int:
    return sum(open_for(finding) is not None for finding in list(findings))


def open_for(finding: Finding) -> PrivacyReview | None:
    """A review of what was noticed, told to the officers; None where there is one, or nobody could look into it."""
    team_id = officers_of(finding.who.organisation_id, finding.who.actor_id)
    if team_id is None or _is_looked_into(finding):
        return None
    team = Team.objects.select_related("organisation").get(id=team_id)
    review, is_new = PrivacyReview.objects.get_or_create(
        about_id=finding.about[1],
        kind=finding.kind,
        defaults={
            "about_type": finding.about[0],
            "subject_user_id": finding.who.actor_id,
            "subject_membership_id": finding.who.membership_id,
            "subject_name": _name_of(finding),
            "organisation_id": finding.who.organisation_id,
            "team": team,
            "guardian_team": guardian_of(team),
            "resident_id": finding.resident_id,
            "facts": dict(finding.facts),
            "opened_at": finding.who.at,
            **clocks_of(team, noticed_at=clock.now()),
        },
    )
    if not is_new:
        return None
    outbox.publish("misuse.noticed", about=("privacy_review", review.id), team_id=review.team_id)
    return review


def _is_looked_into(finding: Finding) -> bool:
    """The same of the same person about the same resident waits to be reviewed, or was found justified of late."""
    same = PrivacyReview.objects.filter(
        kind=finding.kind, subject_user_id=finding.who.actor_id, resident_id=finding.resident_id
    )
    lately: datetime = clock.now() - QUIET
    justified = Q(outcome=PrivacyReview.Outcome.JUSTIFIED, closed_at__gt=lately)
    return same.filter(Q(state=PrivacyReview.State.OPEN) | justified).exists()


def _name_of(finding: Finding) -> str:
    if finding.who.membership_id is None:
        return finding.client_name
    return Membership.objects.select_related("user").get(id=finding.who.membership_id).user.name


def noticed_alert_facts(event: Event) -> AlertFacts | None:
    """For the privacy officers, with a clock: by reference, about nobody."""
    review = PrivacyReview.objects.filter(id=event.about_id).first()
    if review is None:
        return None
    return AlertFacts(
        kind="review.noticed",
        about=("privacy_review", review.id),
        resident_id=None,
        team_id=review.team_id,
        sending_team_id=None,
        is_urgent=False,
        started_at=event.at,
        due_at=review.due_at,
        by_the_clock=False,
    )
