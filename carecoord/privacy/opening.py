"""From the news of an access that somebody made for themselves to its review, and to who is told of it (IG-04, IG-06).

Handlers are repeatable: an access has one review, a message one alert for each team.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from carecoord import clock
from carecoord.accounts.models import User
from carecoord.alerts.facts import AlertFacts, notice_of
from carecoord.alerts.privacy import guardians_team, officers_of
from carecoord.alerts.rungs import REVIEWS, Audience, moment_of
from carecoord.audit import ActorKind
from carecoord.outbox import Event
from carecoord.privacy.models import WITHIN_WORKING_DAYS, PrivacyReview
from neighbourhoods.models import ApiClient, Membership, Team

GUARDIANS_RUNG: Final = next(rung for rung in REVIEWS if rung.audience is Audience.GUARDIAN)
KINDS: Final = {
    "emergency.opened": PrivacyReview.Kind.EMERGENCY,
    "relationship.claimed": PrivacyReview.Kind.CLAIM,
    "seal.opened": PrivacyReview.Kind.SEAL,
}

ALERTS: Final = {
    PrivacyReview.Kind.EMERGENCY: "review.emergency",
    PrivacyReview.Kind.CLAIM: "review.claim",
    PrivacyReview.Kind.SEAL: "review.seal",
}


@dataclass(frozen=True)
class Access:
    """What somebody opened for themselves, as the news tells it."""

    kind: PrivacyReview.Kind
    person_id: UUID
    organisation_id: UUID
    resident_id: UUID
    event: Event

    @classmethod
    def told_by(cls, event: Event) -> "Access | None":
        """None where the news does not say whose it is, or it is an import."""
        person_id = event.id_of("opened_by_id") or event.id_of("claimed_by_id")
        organisation_id, resident_id = event.id_of("organisation_id"), event.id_of("resident_id")
        if person_id is None or organisation_id is None or resident_id is None or _is_import(event):
            return None
        return cls(KINDS[event.topic], person_id, organisation_id, resident_id, event)

    @property
    def membership(self) -> Membership | None:
        membership_id = self.event.id_of("membership_id")
        found = Membership.objects.select_related("user")
        return found.filter(id=membership_id).first() if membership_id else None


def open_review(event: Event) -> PrivacyReview | None:
    """The review of this access, made now if there is none; None where nobody could review it."""
    access = Access.told_by(event)
    if access is None:
        return None
    known = PrivacyReview.objects.filter(about_id=event.about_id, kind=access.kind).first()
    team_id = None if known else officers_of(access.organisation_id, access.person_id)
    if team_id is None:
        return known
    team = Team.objects.select_related("organisation").get(id=team_id)
    made, _ = PrivacyReview.objects.get_or_create(
        about_id=event.about_id, kind=access.kind, defaults=_facts(access, team) | _clocks(event, team)
    )
    return made


def _facts(access: Access, team: Team) -> dict[str, Any]:
    membership = access.membership
    return {
        "about_type": access.event.about_type,
        "subject_user_id": access.person_id,
        "subject_membership": membership,
        "subject_name": membership.user.name if membership else _name_of(access.person_id),
        "organisation_id": access.organisation_id,
        "team": team,
        "guardian_team": guardian_of(team),
        "resident_id": access.resident_id,
    }


def _clocks(event: Event, team: Team) -> dict[str, Any]:
    """At once for the Guardian's team where an earlier one still waits."""
    is_another = bool(event.ids.get("is_another"))
    found = clocks_of(team, noticed_at=event.at)
    at_once = {"escalates_at": event.at} if is_another else {}
    return {"is_another": is_another, "opened_at": event.at} | found | at_once


def clocks_of(team: Team, *, noticed_at: datetime) -> dict[str, datetime]:
    """When it is to be reviewed. Once it was not answered in time the Guardian's team sees it too."""
    due_at = clock.add_working_days(team.calendar, noticed_at, WITHIN_WORKING_DAYS)
    late = moment_of(GUARDIANS_RUNG, started_at=noticed_at, due_at=due_at, calendar=team.calendar)
    return {"due_at": due_at, "escalates_at": late}


def guardian_of(team: Team) -> Team | None:
    return guardians_team(team.organisation.place_id)


def _name_of(actor_id: UUID) -> str:
    """A partner's system has no membership, and news that was told before November 2026 names none."""
    system = ApiClient.objects.filter(id=actor_id).first()
    person = User.objects.filter(id=actor_id).first()
    return system.name if system else person.name if person else "The system"


def _is_import(event: Event) -> bool:
    """What a file has opened, somebody has decided for all of it: the officers are told, and nothing has a clock."""
    return event.ids.get("by_kind") == ActorKind.SERVICE


def imported_claim_facts(event: Event) -> AlertFacts | None:
    person_id = event.id_of("claimed_by_id")
    if person_id is None or not _is_import(event):
        return None
    team_id = officers_of(event.id_of("organisation_id"), person_id)
    return notice_of(event, kind=event.topic, team_id=team_id) if team_id else None


def review_alert_facts(event: Event) -> AlertFacts | None:
    """For the privacy officers, with a clock: by reference, about nobody."""
    review = open_review(event)
    if review is None:
        return None
    return AlertFacts(
        kind=ALERTS[PrivacyReview.Kind(review.kind)],
        about=("privacy_review", review.id),
        resident_id=None,
        team_id=review.team_id,
        sending_team_id=None,
        is_urgent=False,
        started_at=event.at,
        due_at=review.due_at,
        by_the_clock=False,
    )


def another_alert_facts(event: Event) -> AlertFacts | None:
    """For the Guardian's team, at once: somebody broke the glass again before the last time was reviewed."""
    review = open_review(event)
    if review is None or not review.is_another or review.guardian_team_id is None:
        return None
    return AlertFacts(
        kind="review.another",
        about=("privacy_review", review.id),
        resident_id=None,
        team_id=review.guardian_team_id,
        sending_team_id=review.team_id,
        is_urgent=False,
        started_at=event.at,
        due_at=None,
        by_the_clock=True,
    )
