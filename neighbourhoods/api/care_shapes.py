"""Shapes of stays and of care packages."""

from rest_framework import serializers

from carecoord.api.shapes import (
    Body,
    ChoiceField,
    DayField,
    IdField,
    MomentField,
    Query,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
)
from carecoord.api.words import action_name
from carecoord.moves import Side
from neighbourhoods.api.authored import Authored
from neighbourhoods.models import CarePackage, Stay
from neighbourhoods.models.stays import MAX_REASON
from neighbourhoods.services import allowed_on_package
from neighbourhoods.services.package_moves import sides_of
from neighbourhoods.services.packages import MOST_MINUTES, MOST_VISITS
from neighbourhoods.states import PACKAGE

WHERE = "An organisation of the directory; without it `organisation_name` says where."


class StayShape(Authored):
    """Where somebody stays when it is not their own home."""

    resident = serializers.UUIDField(source="resident_id")
    kind = ChoiceField(Stay.Kind.choices)
    organisation = serializers.UUIDField(source="organisation_id", allow_null=True)
    organisation_name = serializers.CharField(source="where")
    room = serializers.CharField()
    is_readmission = serializers.BooleanField()
    admitted_at = serializers.DateTimeField()
    expected_discharge_on = serializers.DateField(allow_null=True)
    discharged_at = serializers.DateTimeField(allow_null=True)
    destination = ChoiceField(Stay.Destination.choices, allow_blank=True)
    plan_due_at = serializers.DateTimeField(
        allow_null=True, help_text="In a care home: until when assessment and plan are to be there."
    )
    assessment_met_at = serializers.DateTimeField(allow_null=True)
    plan_met_at = serializers.DateTimeField(allow_null=True)
    recorded_by_team = serializers.UUIDField(source="recorded_by_team_id", allow_null=True)
    error_at = serializers.DateTimeField(allow_null=True)
    error_reason = serializers.CharField()
    allowed_actions = serializers.SerializerMethodField()

    def get_allowed_actions(self, stay: Stay) -> list[str]:
        found = []
        if stay.is_open:
            found += ["change", "discharge"]
            if stay.kind == Stay.Kind.CARE_HOME:
                steps = {"meet-assessment": stay.assessment_met_at, "meet-plan": stay.plan_met_at}
                found += [verb for verb, met in steps.items() if met is None]
        is_own = stay.recorded_by_organisation_id in (None, self.context["view"].by.organisation_id)
        return [*found, "enter-in-error"] if is_own and stay.error_at is None else found


class StayFacts(Body):
    room = StrictCharField(required=False, allow_blank=True, max_length=60, help_text="Room, or ward and bed.")
    expected_discharge_on = DayField(required=False, allow_null=True)


class NewStay(StayFacts):
    resident = IdField()
    kind = ChoiceField(Stay.Kind.choices)
    organisation = IdField(required=False, allow_null=True, help_text=WHERE)
    organisation_name = StrictCharField(required=False, allow_blank=True, max_length=150)
    admitted_at = MomentField(required=False, help_text="Without it, now.")
    team = IdField(required=False, help_text="One of the client's teams; without it, its usual team.")


class Discharge(Body):
    destination = ChoiceField(Stay.Destination.choices)
    discharged_at = MomentField(required=False, help_text="Without it, now.")


class StayInError(Body):
    reason = StrictCharField(max_length=MAX_REASON)


class StayQuery(Query):
    resident = serializers.UUIDField(required=False)


# --- care packages ---


class CarePackageShape(Authored):
    """Care that is arranged at somebody's home, by the week."""

    resident = serializers.UUIDField(source="resident_id")
    name = serializers.CharField()
    kind = ChoiceField(CarePackage.Kind.choices)
    status = ChoiceField(PACKAGE.choices())
    team = serializers.UUIDField(source="team_id", help_text="Arranges it, and is told when it stands still.")
    provider = serializers.UUIDField(source="provider_id", allow_null=True)
    provider_name = serializers.CharField(source="provided_by", help_text="Empty while nobody is found.")
    minutes_per_week = serializers.IntegerField(allow_null=True)
    visits_per_week = serializers.IntegerField(allow_null=True)
    is_double_handed = serializers.BooleanField()
    local_authority = serializers.CharField()
    funding = ChoiceField(CarePackage.Funding.choices, allow_blank=True)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    ended_reason = serializers.CharField()
    suspended_at = serializers.DateTimeField(allow_null=True)
    suspended_by = serializers.UUIDField(
        source="suspended_by_id", allow_null=True, help_text="The stay that suspended it."
    )
    suspend_reason = serializers.CharField()
    restart_contact = serializers.CharField(help_text="Whom to ring to start it again.")
    restart_asked_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="When somebody is told that it still stands so.")
    allowed_actions = serializers.SerializerMethodField()

    def get_allowed_actions(self, package: CarePackage) -> list[str]:
        by = self.context["view"].by
        moves = [action_name(verb) for verb in allowed_on_package(by, package)]
        is_own = Side.GIVER in sides_of(by, package) and package.status != "ended"
        return ["change", *moves] if is_own else moves


class CarePackageFacts(Body):
    """What is arranged. A name left out of a change stays as it is."""

    name = StrictCharField(max_length=150)
    kind = ChoiceField(CarePackage.Kind.choices)
    provider = IdField(
        required=False, allow_null=True, help_text="An organisation of the directory; else `provider_name`, if any."
    )
    provider_name = StrictCharField(required=False, allow_blank=True, max_length=150)
    minutes_per_week = StrictIntegerField(required=False, allow_null=True, min_value=1, max_value=MOST_MINUTES)
    visits_per_week = StrictIntegerField(required=False, allow_null=True, min_value=1, max_value=MOST_VISITS)
    is_double_handed = StrictBooleanField(required=False)
    local_authority = StrictCharField(required=False, allow_blank=True, max_length=150)
    funding = ChoiceField(CarePackage.Funding.choices, required=False, allow_blank=True)
    starts_on = DayField(required=False, allow_null=True)
    restart_contact = StrictCharField(required=False, allow_blank=True, max_length=200)


class NewCarePackage(CarePackageFacts):
    resident = IdField()
    team = IdField(required=False, help_text="One of the client's teams; without it, its usual team.")
    is_running = StrictBooleanField(required=False, help_text="True: it runs already, and `provider` says who does it.")


class PackageMove(Body):
    on = DayField(required=False, help_text="From which day it is so: today or before; without it, today.")
    reason = StrictCharField(required=False, allow_blank=True, max_length=MAX_REASON)


class PackageReason(Body):
    on = DayField(required=False, help_text="From which day it is so: today or before; without it, today.")
    reason = StrictCharField(max_length=MAX_REASON)


class CarePackageQuery(Query):
    resident = serializers.UUIDField(required=False)
    team = serializers.UUIDField(required=False)
    status = ChoiceField(PACKAGE.choices(), required=False)
