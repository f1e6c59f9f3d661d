"""Shapes of handovers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from carecoord.api.shapes import (
    Body,
    ChoiceField,
    IdField,
    LineField,
    MomentField,
    Query,
    Shape,
    Stored,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
)
from carecoord.api.words import action_name
from neighbourhoods.api.shapes import PersonShape
from neighbourhoods.principal import Principal
from referrals.api.two_sided import hides_person
from referrals.models import Handover, HandoverItem
from referrals.models.handovers import HandoverKind
from referrals.services.handovers.drafting import MOST_READ_BACK, MOST_WORDS
from referrals.services.handovers.items import ItemRef
from referrals.snapshots import hidden_snapshot
from referrals.states import HANDOVER

REASON = 2000


class HandoverItemShape(Shape):
    """An open item of the giving team. Its words, team and clock are as they were offered; null in a draft."""

    kind = ChoiceField(HandoverItem.Kind.choices)
    item = serializers.UUIDField(help_text="The action or the referral.")
    goes = serializers.BooleanField(help_text="False: it stays with the giver.")
    title = serializers.CharField(allow_null=True)
    team_name = serializers.CharField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    moved_at = serializers.DateTimeField(allow_null=True)


class HandoverShape(Stored):
    """Responsibility for one resident, from one team to another. Nothing moves before the receiver accepts."""

    resident = serializers.UUIDField(source="resident_id")
    person = PersonShape(allow_null=True, help_text="Who it is about. Null where that is no longer yours to read.")
    kind = ChoiceField(HandoverKind.choices)
    from_team = serializers.UUIDField(source="from_team_id")
    to_team = serializers.UUIDField(source="to_team_id", allow_null=True)
    named = serializers.UUIDField(
        source="named_id", allow_null=True, help_text="Who of the receiving team is told first: a membership."
    )
    status = ChoiceField(HANDOVER.choices())
    accountable_team = serializers.UUIDField(source="accountable_team_id", allow_null=True)
    waiting_on = serializers.UUIDField(source="waiting_on_id", allow_null=True)
    situation = serializers.CharField()
    background = serializers.CharField()
    assessment = serializers.CharField()
    recommendation = serializers.CharField()
    read_back_items = serializers.ListField(child=serializers.CharField())
    read_back = serializers.ListField(child=serializers.BooleanField(), help_text="Which of them were read back.")
    read_back_note = serializers.CharField()
    pathway = serializers.IntegerField(allow_null=True, help_text="Discharge to assess, 0 to 3.")
    needs = serializers.ListField(
        child=serializers.CharField(), help_text="Of a discharge: what must be in place before they arrive."
    )
    takes_place_at = serializers.DateTimeField(allow_null=True)
    place = serializers.CharField()
    others_present = serializers.CharField()
    giver_stays_involved = serializers.BooleanField()
    ends_at = serializers.DateTimeField(allow_null=True)
    return_to_team = serializers.UUIDField(source="return_to_team_id", allow_null=True)
    batch_id = serializers.UUIDField(allow_null=True)
    priority = serializers.IntegerField(
        allow_null=True, help_text="Within a batch: 1 to see first, 2 to see soon, 3 stable."
    )
    items = serializers.SerializerMethodField()
    snapshot = serializers.SerializerMethodField()
    written_by_name = serializers.SerializerMethodField()
    answered_by_name = serializers.SerializerMethodField()
    offered_at = serializers.DateTimeField(allow_null=True)
    accept_by = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    answer_reason = serializers.CharField()
    is_satisfactory = serializers.BooleanField(allow_null=True)
    unsatisfactory_why = serializers.CharField()
    returned_at = serializers.DateTimeField(allow_null=True)
    ended_early_why = serializers.CharField(help_text="Why cover ended before its end.")
    ended_at = serializers.DateTimeField(allow_null=True)
    allowed_actions = serializers.SerializerMethodField()

    @extend_schema_field(HandoverItemShape(many=True))
    def get_items(self, handover: Any) -> list[dict[str, Any]]:
        """While it is a draft, what is ticked to go; from the offer on, every open item the giver had."""
        if handover.offered_at is None:
            return [_ticked(key) for key in handover.snapshot.get("ticked", ())]
        return list(handover.offered_items)

    @extend_schema_field(
        {
            "type": ["object", "null"],
            "description": "The minimum dataset as it was when offered; null before.",
            "additionalProperties": True,
        }
    )
    def get_snapshot(self, handover: Any) -> dict[str, Any] | None:
        if "taken_at" not in handover.snapshot:
            return None
        return hidden_snapshot(handover.snapshot) if hides_person(handover) else dict(handover.snapshot)

    def get_written_by_name(self, handover: Any) -> str:
        return handover.written_by.user.name if handover.written_by else str(handover.written_by_name)

    def get_answered_by_name(self, handover: Any) -> str:
        return handover.answered_by.user.name if handover.answered_by else str(handover.answered_by_name)

    def get_allowed_actions(self, handover: Any) -> list[str]:
        return [action_name(verb) for verb in open_verbs(handover, self.context["view"].by)]


def open_verbs(handover: Handover, by: Principal) -> tuple[str, ...]:
    """Those of the table, and of cover that lasts still its end: either team ends it, and it closes as returned."""
    sides = handover.sides_of(by)
    return (*HANDOVER.allowed(handover.status, sides), *(["end_cover"] if sides and handover.is_cover_now else ()))


def _ticked(key: str) -> dict[str, Any]:
    ref = ItemRef.of(key)
    unknown = dict.fromkeys(("title", "team_name", "due_at", "due_on", "moved_at"))
    return {"kind": ref.kind, "item": ref.item_id, "goes": True, **unknown}


class HandoverQuery(Query):
    status = ChoiceField(HANDOVER.choices(), required=False)
    resident = serializers.UUIDField(required=False)
    to_team = serializers.UUIDField(required=False)
    from_team = serializers.UUIDField(required=False)
    batch_id = serializers.UUIDField(required=False)


class ItemToGo(Body):
    """An open action or referral of the giving team that is to go."""

    kind = ChoiceField(HandoverItem.Kind.choices)
    item = IdField(help_text="The action or the referral.")


class HandoverFacts(Body):
    """What is told. A name left out of a change stays as it is."""

    to_team = IdField()
    named = IdField(
        required=False, allow_null=True, help_text="Who of the receiving team is told first: a membership of it."
    )
    kind = ChoiceField(HandoverKind.choices, required=False, help_text="Without it, team.")
    situation = StrictCharField(required=False, allow_blank=True, max_length=MOST_WORDS)
    background = StrictCharField(required=False, allow_blank=True, max_length=MOST_WORDS)
    assessment = StrictCharField(required=False, allow_blank=True, max_length=MOST_WORDS)
    recommendation = StrictCharField(required=False, allow_blank=True, max_length=MOST_WORDS)
    read_back_items = serializers.ListField(child=LineField(max_length=200), required=False, max_length=MOST_READ_BACK)
    items = serializers.ListField(child=ItemToGo(), required=False, max_length=200)
    pathway = StrictIntegerField(required=False, allow_null=True, min_value=0, max_value=3)
    needs = serializers.ListField(
        child=LineField(max_length=200),
        required=False,
        max_length=MOST_READ_BACK,
        help_text="Of a discharge: what must be in place before they arrive.",
    )
    takes_place_at = MomentField(required=False, allow_null=True)
    place = LineField(required=False, allow_blank=True, max_length=150)
    others_present = LineField(required=False, allow_blank=True, max_length=300)
    giver_stays_involved = StrictBooleanField(required=False)
    ends_at = MomentField(required=False, allow_null=True, help_text="For out of hours and cover for leave.")
    return_to_team = IdField(required=False, allow_null=True, help_text="Without it, the giver.")
    batch_id = IdField(required=False, allow_null=True, help_text="The same for handovers that belong together.")
    priority = StrictIntegerField(required=False, allow_null=True, min_value=1, max_value=3)


class NewHandover(HandoverFacts):
    resident = IdField()
    from_team = IdField(required=False, help_text="One of the client's teams; without it, its usual team.")


class Acceptance(Body):
    read_back = serializers.ListField(
        child=StrictBooleanField(),
        required=False,
        max_length=MOST_READ_BACK,
        help_text="One for each of `read_back_items`; nothing where there are none.",
    )
    note = StrictCharField(
        required=False, allow_blank=True, max_length=REASON, help_text="Why something is not read back."
    )
    is_satisfactory = StrictBooleanField(required=False, allow_null=True)
    why = StrictCharField(required=False, allow_blank=True, max_length=REASON, help_text="Where it was not.")


class Closing(Body):
    read_back = serializers.ListField(child=StrictBooleanField(), required=False, max_length=MOST_READ_BACK)


class Reason(Body):
    reason = StrictCharField(max_length=REASON)
