"""Shapes of contacts: visits, calls and notes."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from carecoord.api.shapes import Body, ChoiceField, IdField, LineField, MomentField, Query, Stored, StrictCharField
from carecoord.api.words import action_name
from neighbourhoods.encounters import same_day_elsewhere
from neighbourhoods.marks import MARKS, NOT_ASKED, kept_words
from neighbourhoods.models import Encounter
from neighbourhoods.models.encounters import MAX_NOTE, MAX_OUTCOME, MAX_PURPOSE, MAX_REASON
from neighbourhoods.services.encounter_facts import MAX_NAME
from neighbourhoods.services.encounters import allowed_moves
from neighbourhoods.states import ENCOUNTER

KEPT_FROM = [(code, kept_words(code)) for code in (*MARKS, NOT_ASKED)]
HIDDEN = (
    "From whom it is kept when the record is given out; empty: from nobody. young-person and not-shared: from whoever "
    "acts for the resident. third-party, safeguarding and harm: from the resident too. not-asked: from both."
)
BEGINNINGS = ("done", "did_not_attend", "planned")


class SameDayShape(serializers.Serializer[Encounter]):
    """What another organisation plans: ring them to go together, or choose another day."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    kind = ChoiceField(Encounter.Kind.choices)
    team = serializers.UUIDField(source="team_id")
    organisation = serializers.UUIDField(source="team.organisation_id")
    organisation_name = serializers.CharField(source="team.organisation.name")


class ContactShape(Stored):
    """A visit, a call or a note of one team. Only that team changes it."""

    resident = serializers.UUIDField(source="resident_id")
    kind = ChoiceField(Encounter.Kind.choices)
    status = ChoiceField(ENCOUNTER.choices())
    at = serializers.DateTimeField(help_text="When it takes place, or took place.")
    planned_for = serializers.DateTimeField(allow_null=True)
    team = serializers.UUIDField(source="team_id")
    seen_by = serializers.UUIDField(source="seen_by_id", allow_null=True, help_text="A membership.")
    seen_by_name = serializers.SerializerMethodField(help_text="Who it was; the team's name where nobody is named.")
    method = ChoiceField(Encounter.Method.choices, allow_blank=True)
    purpose = serializers.CharField()
    note = serializers.CharField()
    outcome = serializers.CharField()
    hidden = ChoiceField(KEPT_FROM, allow_blank=True, help_text=HIDDEN)
    ended_reason = serializers.CharField()
    is_late = serializers.BooleanField(help_text="Written down more than an hour after it took place.")
    same_day = serializers.SerializerMethodField(
        help_text="While it is planned: what other organisations plan with the resident on that day."
    )
    allowed_actions = serializers.SerializerMethodField()

    @extend_schema_field(SameDayShape(many=True))
    def get_same_day(self, contact: Encounter) -> list[dict[str, Any]]:
        """A list knows it for all of its rows."""
        by, others = self.context["view"].by, vars(contact).get("same_day")
        if others is None:
            others = same_day_elsewhere(by, [contact]).get(contact.id, ())
        return [dict(SameDayShape(other).data) for other in others]

    def get_seen_by_name(self, contact: Encounter) -> str:
        return contact.who

    def get_allowed_actions(self, contact: Encounter) -> list[str]:
        by, left_behind = self.context["view"].by, vars(contact).get("left_behind")
        return [action_name(verb) for verb in allowed_moves(by, contact, left_behind=left_behind)]


class ContactFacts(Body):
    """What is known about it. A name left out of a change stays as it is."""

    at = MomentField(required=False, help_text="Without it, now. What is planned is still to come.")
    method = ChoiceField(Encounter.Method.choices, required=False, allow_blank=True)
    seen_by = IdField(required=False, allow_null=True, help_text="A membership in the team.")
    seen_by_name = LineField(
        required=False, allow_blank=True, max_length=MAX_NAME, help_text="Who it was, where they are no member here."
    )
    purpose = LineField(required=False, allow_blank=True, max_length=MAX_PURPOSE)
    note = StrictCharField(required=False, allow_blank=True, max_length=MAX_NOTE)
    outcome = LineField(required=False, allow_blank=True, max_length=MAX_OUTCOME)
    hidden = ChoiceField(KEPT_FROM, required=False, allow_blank=True, help_text=HIDDEN)


class NewContact(ContactFacts):
    resident = IdField()
    kind = ChoiceField(Encounter.Kind.choices)
    status = ChoiceField(
        [(name, ENCOUNTER[name].label) for name in BEGINNINGS], required=False, help_text="Without it, done."
    )
    team = IdField(required=False, help_text="One of the client's teams; without it, its usual team.")


class ContactChange(ContactFacts):
    status = ChoiceField(ENCOUNTER.choices(), required=False, help_text="Moves it, if `allowed_actions` leads there.")
    reason = LineField(
        required=False, max_length=MAX_REASON, help_text="Why. Needed to correct, to cancel and to take back."
    )


class ContactQuery(Query):
    resident = serializers.UUIDField(required=False)
