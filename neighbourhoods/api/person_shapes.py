"""Shapes of the people around a resident, and of those who act for one."""

from datetime import date
from typing import Any

from rest_framework import serializers

from carecoord import clock
from carecoord.api.shapes import (
    Body,
    ChoiceField,
    DayField,
    IdField,
    Query,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
)
from carecoord.api.words import allowed_actions
from carecoord.moves import Side
from neighbourhoods.api.authored import AuthoredByAudit
from neighbourhoods.api.fields import NHSNumberField
from neighbourhoods.models import Contact, LegalBasis
from neighbourhoods.models.contacts import MAX_SIGNIFICANCE
from neighbourhoods.models.proxies import MAX_EVIDENCE, MAX_REASON
from neighbourhoods.proxies import acts_now, review_due_on
from neighbourhoods.services.contact_facts import HOURS_OF_A_WEEK
from neighbourhoods.services.proxies import OTHER, REASONS
from neighbourhoods.states import PROXY

ROLE = r"^[A-Za-z][A-Za-z0-9-]{0,29}$"
NOT_ASKED = "Null: nobody has asked."
ROLES = "Codes of UKCore-AdditionalPersonRelationshipRole and of HL7 table 0131."
RESPONSIBILITY = "Of somebody under 18. unknown: nobody knows; empty: nobody has asked."


class PersonAroundShape(AuthoredByAudit):
    """Somebody around a resident: family, friends, carers, and professionals who take no part here."""

    resident = serializers.UUIDField(source="resident_id")
    kind = ChoiceField(Contact.Kind.choices)
    name = serializers.CharField()
    relationship = serializers.CharField()
    organisation_name = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    nhs_number = serializers.CharField(help_text="Empty where none is known, and of whoever has a record here.")
    has_record = serializers.SerializerMethodField(
        help_text="They have a record of their own here, and all but the name is read there."
    )
    is_carer = serializers.BooleanField()
    is_emergency_contact = serializers.BooleanField()
    is_key_worker = serializers.BooleanField()
    note = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField(), help_text=ROLES)
    parental_responsibility = ChoiceField(Contact.Responsibility.choices, allow_blank=True, help_text=RESPONSIBILITY)
    household_member = serializers.BooleanField(allow_null=True, help_text=NOT_ASKED)
    rank = serializers.IntegerField(allow_null=True, help_text="The order to ring: 1 is first, 5 last.")
    copy_correspondence = serializers.BooleanField()
    significance = serializers.CharField()
    carer_hours_a_week = serializers.IntegerField(source="caring.hours_a_week", allow_null=True)
    carer_is_willing = serializers.BooleanField(source="caring.is_willing", allow_null=True, help_text=NOT_ASKED)
    carer_is_able = serializers.BooleanField(source="caring.is_able", allow_null=True, help_text=NOT_ASKED)
    carer_assessment_offered_on = serializers.DateField(source="caring.assessment_offered_on", allow_null=True)
    carer_has_emergency_plan = serializers.BooleanField(
        source="caring.has_emergency_plan", allow_null=True, help_text=NOT_ASKED
    )
    carer_is_young_carer = serializers.BooleanField(
        source="caring.is_young_carer", allow_null=True, help_text=NOT_ASKED
    )
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True, help_text="From this day on no longer somebody to ring.")
    allowed_actions = serializers.SerializerMethodField()

    def get_has_record(self, contact: Contact) -> bool:
        return contact.resident_link_id is not None

    def get_allowed_actions(self, contact: Contact) -> list[str]:
        is_current = contact.ends_on is None or contact.ends_on > clock.today()
        return ["change", "end"] if is_current else []


class PersonAroundFacts(Body):
    """What they are to the resident, and how to reach them. A name left out of a change stays as it is."""

    relationship = StrictCharField(required=False, allow_blank=True, max_length=100)
    organisation_name = StrictCharField(required=False, allow_blank=True, max_length=150)
    phone = StrictCharField(required=False, allow_blank=True, max_length=30)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    nhs_number = NHSNumberField(required=False, allow_blank=True, help_text="Not of professionals.")
    is_carer = StrictBooleanField(required=False)
    is_emergency_contact = StrictBooleanField(required=False)
    is_key_worker = StrictBooleanField(required=False)
    note = StrictCharField(required=False, allow_blank=True, max_length=200)
    roles = serializers.ListField(
        child=serializers.RegexField(ROLE, max_length=30), required=False, max_length=20, help_text=ROLES
    )
    parental_responsibility = ChoiceField(
        Contact.Responsibility.choices, required=False, allow_blank=True, help_text=RESPONSIBILITY
    )
    household_member = StrictBooleanField(required=False, allow_null=True)
    rank = StrictIntegerField(required=False, allow_null=True, min_value=1, max_value=5)
    copy_correspondence = StrictBooleanField(required=False)
    significance = StrictCharField(required=False, allow_blank=True, max_length=MAX_SIGNIFICANCE)
    carer_hours_a_week = StrictIntegerField(
        required=False, allow_null=True, min_value=0, max_value=HOURS_OF_A_WEEK, help_text="Only of a carer."
    )
    carer_is_willing = StrictBooleanField(required=False, allow_null=True)
    carer_is_able = StrictBooleanField(required=False, allow_null=True)
    carer_assessment_offered_on = DayField(required=False, allow_null=True)
    carer_has_emergency_plan = StrictBooleanField(required=False, allow_null=True)
    carer_is_young_carer = StrictBooleanField(required=False, allow_null=True)


class NewPersonAround(PersonAroundFacts):
    resident = IdField()
    kind = ChoiceField(Contact.Kind.choices)
    name = StrictCharField(max_length=200)


class PersonAroundEnd(Body):
    reason = StrictCharField(max_length=200, help_text="Why they are no longer somebody to ring.")
    ends_on = DayField(required=False, help_text="Without it, today.")


class PersonAroundQuery(Query):
    resident = serializers.UUIDField(required=False)


# --- who acts for somebody ---


class ProxyShape(AuthoredByAudit):
    """A trusted person among those around a resident, and whether they act for them."""

    resident = serializers.UUIDField(source="resident_id")
    person = serializers.UUIDField(source="contact_id", help_text="One of `/people/`.")
    person_name = serializers.CharField(source="contact.name")
    legal_basis = ChoiceField(LegalBasis.choices)
    status = ChoiceField(PROXY.choices())
    reason_code = serializers.CharField(source="status_reason_code", help_text="Why it stands as it does.")
    reason = serializers.CharField(source="status_reason")
    evidence = serializers.CharField(help_text="What was seen, and where it is.")
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True, help_text="The last day.")
    reviewed_on = serializers.DateField(allow_null=True)
    review_due_on = serializers.SerializerMethodField()
    acts_now = serializers.SerializerMethodField(
        help_text="Today, whatever `status` says: a parent's acting ends by itself at the age of the place."
    )
    granted_by_organisation = serializers.UUIDField(source="granted_by_organisation_id", allow_null=True)
    allowed_actions = serializers.SerializerMethodField()

    def get_acts_now(self, proxy: Any) -> bool:
        return acts_now(proxy, proxy.resident, self.context["view"].ages)

    def get_review_due_on(self, proxy: Any) -> date | None:
        return review_due_on(proxy, proxy.resident, self.context["view"].ages)

    def get_allowed_actions(self, proxy: Any) -> list[str]:
        found = allowed_actions(PROXY, proxy.status, (Side.EITHER,))
        return [*found, "review"] if proxy.status == "active" else found


class NewProxy(Body):
    resident = IdField()
    person = IdField(help_text="One of `/people/`, of family, friends and carers.")
    legal_basis = ChoiceField(LegalBasis.choices)
    evidence = StrictCharField(required=False, allow_blank=True, max_length=MAX_EVIDENCE)
    starts_on = DayField(required=False, allow_null=True)
    ends_on = DayField(required=False, allow_null=True)


class ProxyMove(Body):
    reason = StrictCharField(
        required=False, allow_blank=True, max_length=MAX_REASON, help_text="In words; needed with the code other."
    )


def _reasons(verb: str) -> ChoiceField:
    return ChoiceField([*REASONS[verb].items(), (OTHER, "Another reason")])


class ProxyActivation(ProxyMove):
    reason_code = _reasons("activate")
    evidence = StrictCharField(
        required=False, allow_blank=True, max_length=MAX_EVIDENCE, help_text="What was seen, if nobody has said so."
    )


class ProxyRejection(ProxyMove):
    reason_code = _reasons("reject")


class ProxyEnd(ProxyMove):
    reason_code = _reasons("end")


class ProxyInError(ProxyMove):
    reason_code = _reasons("enter_in_error")


class ProxyReview(Body):
    reason = StrictCharField(max_length=MAX_REASON, help_text="What was found: they go on acting.")


class ProxyQuery(Query):
    resident = serializers.UUIDField(required=False)
    status = ChoiceField(PROXY.choices(), required=False)
