"""Shapes of residents and of the directory."""

from typing import Any

from rest_framework import serializers

from carecoord.api.shapes import (
    Body,
    ChoiceField,
    DayAskedField,
    DayField,
    IdField,
    LineField,
    Query,
    Shape,
    Stored,
    StrictBooleanField,
    StrictCharField,
)
from neighbourhoods.api.fields import NHSNumberField, PhoneField, PostcodeField, WallTimeField
from neighbourhoods.models import Gender, OrganisationKind, Service, TeamKind
from neighbourhoods.models.residents import BirthDateStatus, NHSNumberStatus, NumberMissing
from neighbourhoods.timeline import KINDS, is_of_few

COHORT = r"^[a-z][a-z0-9_]{1,39}$"


HIDDEN: dict[str, Any] = {
    "address_lines": [],
    "postcode": "",
    "phone": "",
    "email": "",
    "neighbourhood": None,
    "gp_practice": None,
}
"""What is said of restricted people instead of how to reach them (IG-20)."""


class ResidentShape(Stored):
    """Of restricted people (`security_label` R) address, phone, email, neighbourhood and practice are left empty."""

    security_label = serializers.ChoiceField(
        ["N", "R"], source="is_restricted", help_text="R: restricted, how to reach them is not said. N: everybody else."
    )
    nhs_number = serializers.RegexField(r"^[0-9]{10}$", allow_null=True)
    nhs_number_status = ChoiceField(NHSNumberStatus.choices)
    nhs_number_unavailable_reason = ChoiceField(NumberMissing.choices, allow_blank=True)
    title = serializers.CharField()
    given_name = serializers.CharField()
    family_name = serializers.CharField()
    preferred_name = serializers.CharField()
    birth_date = serializers.DateField(allow_null=True)
    birth_date_status = ChoiceField(BirthDateStatus.choices)
    gender = ChoiceField(Gender.choices)
    address_lines = serializers.ListField(child=serializers.CharField())
    postcode = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    neighbourhood = serializers.UUIDField(source="neighbourhood_id", allow_null=True)
    gp_practice = serializers.UUIDField(source="gp_practice_id", allow_null=True)
    cohorts = serializers.ListField(child=serializers.CharField())
    died_on = serializers.DateField(allow_null=True)
    death_status = serializers.CharField(help_text="1 told to us, 2 from the registrar, U taken back.")
    suffix = serializers.CharField()
    pronouns = serializers.CharField()
    stated_gender = serializers.CharField(help_text="1 male, 2 female, 9 indeterminate, X not known.")
    ethnic_category = serializers.CharField(help_text="A code of UKCore-EthnicCategoryEngland.")
    marital_status = serializers.CharField(help_text="S, M, D, W, P, N, 8 or 9.")
    residential_status = serializers.CharField(help_text="H in the UK, O overseas.")
    language = serializers.CharField(help_text="A code of UKCore-HumanLanguage.")
    language_proficiency = serializers.CharField(help_text="How well English is spoken: E, G, F or P.")
    interpreter_required = serializers.BooleanField(allow_null=True, help_text="Null: nobody has asked.")
    preferred_contact_method = serializers.CharField(help_text="A code of UKCore-PreferredContactMethod.")
    preferred_written_format = serializers.CharField(help_text="11 large print, 12 braille, 13 audio tape.")
    national_opt_out = serializers.BooleanField(help_text="Of research and planning; it changes nothing for care.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        is_restricted = shown["security_label"]
        return shown | {"security_label": "R" if is_restricted else "N"} | (HIDDEN if is_restricted else {})


class PersonShape(Shape):
    """Who somebody is, as it stands on lists and cards."""

    nhs_number = serializers.RegexField(r"^[0-9]{10}$", allow_null=True)
    given_name = serializers.CharField()
    family_name = serializers.CharField()
    birth_date = serializers.DateField(allow_null=True)


def _code(most: int) -> StrictCharField:
    """A code of the list that `ResidentShape` names; one that it does not have is 422 `unknown_code`."""
    return StrictCharField(required=False, allow_blank=True, max_length=most)


class ResidentFacts(Body):
    """What is known about somebody. A name left out of a change stays as it is."""

    nhs_number = NHSNumberField(required=False, allow_null=True)
    nhs_number_unavailable_reason = ChoiceField(NumberMissing.choices, required=False, allow_blank=True)
    title = LineField(required=False, allow_blank=True, max_length=35)
    given_name = LineField(max_length=100)
    family_name = LineField(max_length=100)
    preferred_name = LineField(required=False, allow_blank=True, max_length=100)
    birth_date = DayField(required=False, allow_null=True)
    birth_date_status = ChoiceField(BirthDateStatus.choices, required=False)
    gender = ChoiceField(Gender.choices, required=False)
    address_lines = serializers.ListField(child=LineField(max_length=100), required=False, max_length=5)
    postcode = PostcodeField(required=False, allow_blank=True)
    phone = LineField(required=False, allow_blank=True, max_length=30)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    gp_practice = IdField(required=False, allow_null=True)
    cohorts = serializers.ListField(
        child=serializers.RegexField(COHORT, help_text="Small letters, digits and `_`."), required=False, max_length=20
    )
    died_on = DayField(required=False, allow_null=True)
    death_status = _code(1)
    suffix = LineField(required=False, allow_blank=True, max_length=35)
    pronouns = LineField(required=False, allow_blank=True, max_length=35)
    stated_gender = _code(1)
    ethnic_category = _code(2)
    marital_status = _code(1)
    residential_status = _code(1)
    language = _code(10)
    language_proficiency = _code(1)
    interpreter_required = StrictBooleanField(required=False, allow_null=True)
    preferred_contact_method = _code(2)
    preferred_written_format = _code(2)
    national_opt_out = StrictBooleanField(required=False)


class NewResident(ResidentFacts):
    team = IdField(required=False, help_text="One of the client's teams; without it, its usual team.")
    confirm_new = StrictBooleanField(required=False, help_text="True: the likely duplicates are somebody else.")


class Claim(Body):
    nhs_number = NHSNumberField()
    birth_date = DayField()
    reason = LineField(max_length=140, help_text="How your organisation is involved.")
    purpose = StrictCharField(max_length=50, help_text="A purpose of the sharing agreement, for example direct care.")
    team = IdField(required=False, help_text="One of the client's teams; without it, its usual team.")


class ResidentQuery(Query):
    nhs_number = NHSNumberField(required=False)
    phone = PhoneField(required=False)
    q = serializers.CharField(
        required=False, min_length=2, max_length=100, help_text="Words of the name, as far as you know them."
    )
    birth_date = DayAskedField(required=False)
    neighbourhood = serializers.UUIDField(required=False)


class TimelineQuery(Query):
    kind = ChoiceField(list(KINDS), required=False, help_text="What was changed.")
    organisation = serializers.UUIDField(required=False, help_text="Changes made for this organisation.")
    team = serializers.UUIDField(required=False, help_text="Changes made by people of this team.")
    since = DayAskedField(required=False, help_text="The first day.")
    until = DayAskedField(required=False, help_text="The last day.")


class TimelineEntry(Shape):
    """One change. Ids, states and names of fields only: words are in the objects themselves."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    verb = serializers.CharField()
    actor_kind = ChoiceField(["person", "client", "team", "service"])
    actor_name = serializers.CharField(allow_null=True)
    role = serializers.CharField()
    organisation = serializers.UUIDField(source="organisation_id", allow_null=True)
    organisation_name = serializers.CharField(allow_null=True)
    about_type = serializers.CharField()
    about_id = serializers.UUIDField(allow_null=True)
    reason = serializers.CharField()
    detail = serializers.DictField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if is_of_few(shown["about_type"], shown["detail"]):
            return shown | {"reason": "", "detail": {"sealed": True}}
        return shown


class OrganisationShape(Stored):
    name = serializers.CharField()
    kind = ChoiceField(OrganisationKind.choices)
    ods_code = serializers.CharField()
    neighbourhood = serializers.UUIDField(source="neighbourhood_id", allow_null=True)
    phone = serializers.CharField()
    address = serializers.CharField()
    email = serializers.CharField()
    site_codes = serializers.ListField(child=serializers.CharField(), help_text="ODS codes of its sites.")
    part_of = serializers.UUIDField(source="parent_id", allow_null=True, help_text="The organisation it is part of.")


class NeighbourhoodShape(Stored):
    name = serializers.CharField()
    slug = serializers.CharField()


# A word more would break programs that know these: volunteers are told as a care team (docs/decisions/0033).
TEAM_KINDS = [kind for kind in TeamKind.choices if kind[0] != TeamKind.VOLUNTEERS]


class TeamShape(Stored):
    name = serializers.CharField()
    organisation = serializers.UUIDField(source="organisation_id")
    neighbourhood = serializers.UUIDField(source="neighbourhood_id", allow_null=True)
    kind = ChoiceField(TEAM_KINDS, source="kind_told")
    phone = serializers.CharField()
    out_of_hours = serializers.CharField()
    working_days = serializers.ListField(child=serializers.IntegerField(min_value=0, max_value=6))
    opens_at = WallTimeField()
    closes_at = WallTimeField()


class ServiceShape(Stored):
    name = serializers.CharField()
    organisation = serializers.UUIDField(source="organisation_id")
    team = serializers.UUIDField(source="team_id", allow_null=True)
    description = serializers.CharField()
    needs = serializers.ListField(child=serializers.CharField())
    status = ChoiceField(Service.Status.choices)
    accepts_referrals = serializers.BooleanField()
    eligibility = serializers.CharField()
    minimum_age = serializers.IntegerField(allow_null=True)
    maximum_age = serializers.IntegerField(allow_null=True)
    phone = serializers.CharField()
    email = serializers.CharField()
    url = serializers.CharField()
    opening = serializers.CharField()
    how_to_refer = serializers.CharField()


class CaseloadShape(Stored):
    team = serializers.UUIDField(source="team_id")
    resident = serializers.UUIDField(source="resident_id")
    person = serializers.SerializerMethodField()
    is_lead = serializers.BooleanField()
    key_worker_name = serializers.CharField(source="key_worker.user.name", allow_null=True)
    reason = serializers.CharField()
    opened_at = serializers.DateTimeField()

    def get_person(self, row: dict[str, object]) -> PersonShape:
        return {name: row[f"resident__{name}"] for name in PersonShape._declared_fields}  # type: ignore[return-value]


class OrganisationQuery(Query):
    kind = ChoiceField(OrganisationKind.choices, required=False)


class TeamQuery(Query):
    organisation = serializers.UUIDField(required=False)


class ServiceQuery(Query):
    q = serializers.CharField(required=False, min_length=2, max_length=100, help_text="Words of the name or the needs.")
    organisation = serializers.UUIDField(required=False)
    accepts_referrals = serializers.BooleanField(required=False)
