"""The subject of the record."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from carecoord.models import Record
from carecoord.turning import kept_inside
from neighbourhoods import keys
from neighbourhoods.models.organisations import Organisation
from neighbourhoods.models.places import Neighbourhood
from neighbourhoods.models.visibility import VisibleQuerySet

NO_WAY_THERE: Final[dict[str, Any]] = {
    "address_lines": [],
    "postcode": "",
    "phone": "",
    "email": "",
    "gp_practice": None,
}
"""What the row of a restricted resident says of how to reach them: the database keeps it so (IG-20)."""
RESTRICTED = "Restricted"
"""What stands in the place of an address, a phone, an email or a practice that is not to be shown (IG-20)."""
NO_KEYS = models.Value([], ArrayField(models.TextField()))


class Gender(models.TextChoices):
    FEMALE = "female", "Female"
    MALE = "male", "Male"
    OTHER = "other", "Other"
    UNKNOWN = "unknown", "Not known"


class NHSNumberStatus(models.TextChoices):
    """England's list; only 01 counts as verified (domain.md 2.1)."""

    VERIFIED = "01", "Present and verified"
    NOT_TRACED = "02", "Present, not traced"
    TRACE_REQUIRED = "03", "Trace required"
    NO_MATCH = "04", "Trace attempted, no or several matches"
    TO_RESOLVE = "05", "Trace to be resolved"
    IN_PROGRESS = "06", "Trace in progress"
    NOT_PRESENT = "07", "Not present, trace not required"
    POSTPONED = "08", "Trace postponed"


class NumberMissing(models.TextChoices):
    NOT_KNOWN = "nhs-number-not-known", "Not known"
    OVERSEAS = "overseas-patient", "Lives overseas"
    DEVOLVED = "devolved-nation", "Registered in Scotland, Northern Ireland or Wales"


class BirthDateStatus(models.TextChoices):
    EXACT = "exact", "Exact"
    ESTIMATED = "estimated", "Estimated"
    UNKNOWN = "unknown", "Not known"


def _code(key: str, most: int) -> "models.CharField[str, str]":
    """A code of a list (`data/codes`), which services check: a list changes by loading. Empty where nobody has said."""
    return models.CharField(
        max_length=most, blank=True, default="", db_default="", help_text=f"A code of the list {key}."
    )


class PhoneKey(models.Func):
    """What all ways to write one phone number have in common (neighbourhoods/migrations/0018_own_by_phone.py)."""

    function = "app.phone_key"
    output_field = models.TextField()


class ResidentQuerySet(VisibleQuerySet["Resident"]):
    resident_field = "id"


class Resident(Record):
    """A person whose care is coordinated here. `neighbourhood` empty means: on the front door's unplaced list."""

    nhs_number = models.CharField(max_length=10, null=True, blank=True)
    nhs_number_status = models.CharField(
        max_length=2, choices=NHSNumberStatus.choices, default=NHSNumberStatus.NOT_TRACED
    )
    nhs_number_unavailable_reason = models.CharField(max_length=30, choices=NumberMissing.choices, blank=True)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    preferred_name = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=35, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    birth_date_status = models.CharField(max_length=10, choices=BirthDateStatus.choices, default=BirthDateStatus.EXACT)
    gender = models.CharField(max_length=10, choices=Gender.choices, default=Gender.UNKNOWN)
    address_lines = ArrayField(models.CharField(max_length=100), default=list, blank=True, size=5)
    postcode = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    gp_practice = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="registered_residents"
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood, on_delete=models.PROTECT, null=True, blank=True, related_name="residents"
    )
    is_restricted = models.BooleanField(default=False)
    died_on = models.DateField(null=True, blank=True)
    death_status = _code("death-status", 1)
    suffix = models.CharField(max_length=35, blank=True, default="", db_default="")
    pronouns = models.CharField(max_length=35, blank=True, default="", db_default="")
    stated_gender = _code("stated-gender", 1)
    ethnic_category = _code("ethnic-category", 2)
    marital_status = _code("marital-status", 1)
    residential_status = _code("residential-status", 1)
    language = _code("human-language", 10)
    language_proficiency = _code("language-proficiency", 1)
    interpreter_required = models.BooleanField(null=True, blank=True, help_text="Empty: nobody has asked.")
    preferred_contact_method = _code("preferred-contact-method", 2)
    preferred_written_format = _code("written-format", 2)
    national_opt_out = models.BooleanField(
        default=False, db_default=False, help_text="Of research and planning; it changes nothing for care (IG-17)."
    )
    merged_into = models.ForeignKey(
        "neighbourhoods.Resident",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Whose record this has become a part of; this row is kept closed, and can be opened again.",
    )
    sort_name = models.CharField(max_length=210, editable=False)
    search_keys = ArrayField(
        models.TextField(),
        default=list,
        db_default=NO_KEYS,
        editable=False,
        help_text="What somebody is found by (neighbourhoods/keys.py); owner functions alone read it.",
    )

    # No column: groups are entries, and whoever gives the row out says those that its reader may read (the API).
    cohorts: Sequence[str] = ()

    objects = ResidentQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["nhs_number"],
                name="one_resident_per_nhs_number",
                violation_error_message="This NHS number is already known here: find the resident and ask for access.",
            ),
            models.CheckConstraint(
                condition=Q(nhs_number=None) | Q(nhs_number__regex=r"^[0-9]{10}$"), name="nhs_number_is_ten_digits"
            ),
            models.CheckConstraint(
                condition=Q(birth_date__isnull=False) | Q(birth_date_status="unknown"),
                name="birth_date_or_not_known",
                violation_error_message="Enter the date of birth, or say that it is not known.",
            ),
            models.CheckConstraint(
                condition=Q(died_on=None) | ~Q(death_status="U"),
                name="a_death_taken_back_has_no_day",
                violation_error_message="Take the day of death away, or say how the death is known.",
            ),
            models.CheckConstraint(
                condition=Q(is_restricted=False) | Q(**NO_WAY_THERE), name="restricted_shows_no_way_there"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None)
                | Q(~Q(merged_into=F("id")), nhs_number=None, is_restricted=True, search_keys=[]),
                name="whoever_is_merged_is_found_by_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["sort_name", "id"], name="resident_by_name"),
            models.Index(fields=["birth_date", "sort_name"], name="resident_by_birth"),
            models.Index(fields=["neighbourhood", "sort_name"], name="resident_by_neighbourhood"),
            GinIndex(OpClass(F("sort_name"), name="gin_trgm_ops"), name="resident_name_search"),
            models.Index(PhoneKey(F("phone")), name="resident_by_phone", condition=~Q(phone="")),
            models.Index(fields=["merged_into"], name="resident_merged_into", condition=Q(merged_into__isnull=False)),
            # Without a list of what is still to be sorted in, which each search would read from beginning to end.
            GinIndex(fields=["search_keys"], name="resident_by_keys", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.family_name.upper()}, {self.given_name}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.sort_name = sort_name(self.family_name, self.given_name)
        self.search_keys = self.search_keys or keys.keys_of(self)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def save_changes(self, *fields: str) -> None:
        self.sort_name = sort_name(self.family_name, self.given_name)
        super().save_changes(*fields)

    @property
    def may_be_written_to(self) -> bool:
        """Whatever is sent to residents asks this first: nothing goes out to somebody who has died (UI-08)."""
        return self.died_on is None

    @property
    def called(self) -> str:
        """What one calls the person in a sentence: the preferred name, else the first of the given names."""
        return kept_inside(self.preferred_name or self.given_name.split(" ")[0])


def sort_name(family_name: str, given_name: str) -> str:
    """Names as lists are ordered and searched: family name first, in small letters of the Latin alphabet."""
    return keys.folded(f"{family_name}, {given_name}")[:210]
