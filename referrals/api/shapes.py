"""Shapes of referrals."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from carecoord.api.shapes import (
    Body,
    ChoiceField,
    DayField,
    IdField,
    LineField,
    Query,
    Shape,
    Stored,
    StrictBooleanField,
    StrictCharField,
)
from carecoord.api.words import action_name
from neighbourhoods.api.shapes import PersonShape
from referrals.api.two_sided import hides_person
from referrals.cards import hidden_card
from referrals.models import ReferralEvent, Urgency
from referrals.reasons import CancelReason, DeclineReason, FailReason, HoldReason
from referrals.services.referrals import allowed_steps
from referrals.states import REFERRAL

WORDS = 2000


class ReferralShape(Stored):
    """A request to a service. Open as long as a team is accountable for it."""

    reference = serializers.CharField()
    journey = serializers.UUIDField(source="journey_id", help_text="The same for all that came of one request.")
    replaces = serializers.UUIDField(
        source="replaces_id", allow_null=True, help_text="The referral it was sent on from."
    )
    resident = serializers.UUIDField(source="resident_id")
    person = PersonShape(allow_null=True, help_text="Who it is about. Null where that is no longer yours to read.")
    from_team = serializers.UUIDField(source="from_team_id")
    to_team = serializers.UUIDField(source="to_team_id", allow_null=True)
    service = serializers.UUIDField(source="service_id")
    status = ChoiceField(REFERRAL.choices())
    accountable_team = serializers.UUIDField(source="accountable_team_id", allow_null=True)
    waiting_on = serializers.UUIDField(source="waiting_on_id", allow_null=True)
    urgency = ChoiceField(Urgency.choices)
    urgency_reason = serializers.CharField()
    reason = serializers.CharField()
    risks = serializers.ListField(child=serializers.CharField())
    no_known_risks = serializers.BooleanField()
    persons_choice = serializers.CharField()
    told_resident = serializers.CharField()
    written_by_name = serializers.SerializerMethodField()
    assigned_to_name = serializers.SerializerMethodField(help_text="Who in the receiving team deals with it.")
    sent_at = serializers.DateTimeField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    respond_by = serializers.DateTimeField(allow_null=True, help_text="Null also while the clock stands still.")
    start_by = serializers.DateTimeField(allow_null=True)
    complete_by = serializers.DateTimeField(
        allow_null=True, help_text="What the receiver promised when it accepted; null where it promised nothing."
    )
    hold_until = serializers.DateField(allow_null=True)
    status_reason_code = serializers.CharField()
    status_reason = serializers.CharField()
    suggestion = serializers.CharField()
    outcome = serializers.CharField()
    outcome_acknowledged_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    allowed_actions = serializers.SerializerMethodField()

    def get_written_by_name(self, referral: Any) -> str:
        return _name(referral, "written_by", "writer")

    def get_assigned_to_name(self, referral: Any) -> str:
        return _name(referral, "assigned_to", "assignee")

    def get_allowed_actions(self, referral: Any) -> list[str]:
        return [action_name(verb) for verb in allowed_steps(referral, self.context["view"].by)]


def _name(referral: Any, field: str, listed: str) -> str:
    """Of a member here, beside a row of a list as `listed`; else the partner's system that is written down."""
    if listed in vars(referral):
        name = getattr(referral, listed)
    else:
        member = getattr(referral, field)
        name = member.user.name if member else ""
    return str(name or getattr(referral, f"{field}_name"))


class ReferralEventShape(Shape):
    """One thing that happened, with the words that went with it: question, answer, reason, outcome."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField(source="created_at")
    action = serializers.CharField()
    from_status = serializers.CharField()
    to_status = ChoiceField(REFERRAL.choices())
    words = serializers.CharField()
    reason_code = serializers.CharField()
    team = serializers.UUIDField(source="by_team_id", allow_null=True)
    by_name = serializers.CharField()


class ReferralDetail(ReferralShape):
    """With the card, frozen when it was sent, and all that has happened."""

    card = serializers.SerializerMethodField(help_text="What the receiver reads before accepting; empty in a draft.")
    history = serializers.SerializerMethodField()

    def get_card(self, referral: Any) -> dict[str, Any]:
        return hidden_card(referral.card) if hides_person(referral) else dict(referral.card)

    @extend_schema_field(ReferralEventShape(many=True))
    def get_history(self, referral: Any) -> list[dict[str, Any]]:
        return [_told(event) for event in referral.history]


def _told(event: ReferralEvent) -> dict[str, Any]:
    at: datetime = event.created_at
    return {
        "id": event.id,
        "at": at,
        "action": action_name("claim" if event.verb == "assign" else event.verb),
        "from_status": event.from_status,
        "to_status": event.to_status,
        "words": event.words,
        "reason_code": event.reason_code,
        "team": event.by_team_id,
        "by_name": event.written_by.user.name if event.written_by else event.written_by_name,
    }


class ReferralQuery(Query):
    status = ChoiceField(REFERRAL.choices(), required=False)
    resident = serializers.UUIDField(required=False)
    to_team = serializers.UUIDField(required=False)
    from_team = serializers.UUIDField(required=False)


class AskFacts(Body):
    """What is asked. A name left out of a change stays as it is."""

    reason = StrictCharField(required=False, allow_blank=True, max_length=WORDS)
    urgency = ChoiceField(Urgency.choices, required=False)
    urgency_reason = LineField(required=False, allow_blank=True, max_length=300)
    risks = serializers.ListField(child=LineField(max_length=200), required=False, max_length=20)
    no_known_risks = StrictBooleanField(required=False)
    persons_choice = StrictCharField(required=False, allow_blank=True, max_length=WORDS)
    told_resident = LineField(required=False, allow_blank=True, max_length=200)


class NewReferral(AskFacts):
    resident = IdField()
    service = IdField()
    from_team = IdField(required=False, help_text="One of the client's teams; without it, its usual team.")
    send = StrictBooleanField(required=False, help_text="Send it at once: then it never is a draft.")


class Amendment(AskFacts):
    words = StrictCharField(max_length=WORDS, help_text="What you change, and why.")


class Question(Body):
    question = StrictCharField(max_length=WORDS)


class Answer(Body):
    words = StrictCharField(max_length=WORDS)


class Promise(Body):
    complete_by = DayField(
        required=False,
        help_text="The day by whose end (17:00, or when the team closes) the work is to be complete: not over yet, and "
        "not before `start_by`.",
    )


class Undoing(Body):
    words = StrictCharField(required=False, allow_blank=True, max_length=WORDS)


class Outcome(Body):
    outcome = StrictCharField(max_length=WORDS)


class OtherService(Body):
    service = IdField(help_text="The service that it goes to.")
    words = StrictCharField(max_length=WORDS)


class Elsewhere(Body):
    service = IdField(help_text="The service that it goes to.")
    words = StrictCharField(required=False, allow_blank=True, max_length=WORDS)


class Refusal(Body):
    reason_code = ChoiceField(DeclineReason.choices)
    words = StrictCharField(required=False, allow_blank=True, max_length=WORDS, help_text="With `other` it is needed.")
    suggestion = StrictCharField(required=False, allow_blank=True, max_length=WORDS)


class Hold(Body):
    reason_code = ChoiceField(HoldReason.choices)
    until = DayField(help_text="A day after today; from then on it counts as overdue.")
    words = StrictCharField(required=False, allow_blank=True, max_length=WORDS, help_text="With `other` it is needed.")


class Failure(Body):
    reason_code = ChoiceField(FailReason.choices)
    words = StrictCharField(required=False, allow_blank=True, max_length=WORDS, help_text="With `other` it is needed.")


class Cancellation(Body):
    reason_code = ChoiceField(CancelReason.choices)
    words = StrictCharField(required=False, allow_blank=True, max_length=WORDS, help_text="With `other` it is needed.")
