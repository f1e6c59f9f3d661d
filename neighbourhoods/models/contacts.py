"""People around a resident."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from neighbourhoods.models.organisations import Organisation
from neighbourhoods.models.visibility import ResidentRecord, VisibleQuerySet
from neighbourhoods.principal import Principal

NO_ROLES = models.Value([], ArrayField(models.CharField(max_length=30)))
EMPTY = models.Value({}, models.JSONField())
MAX_SIGNIFICANCE = 200
# What a contact with a record of their own here does not repeat: it is read there, by whoever may (IG-26).
READ_THERE = ("organisation_name", "phone", "email", "note", "significance", "nhs_number")


class is_restricted(models.Func):  # noqa: N801  read as a function
    """Also of somebody whom the reader does not see."""

    function = "app.is_restricted"
    output_field = models.BooleanField()


class ContactQuerySet(VisibleQuerySet["Contact"]):
    def seen(self, principal: Principal) -> Q:
        """Family and carers of a restricted resident lead to where they live: they are shown nowhere, and nor is
        somebody restricted among the family of another (IG-20)."""
        is_shown = Q(kind=Contact.Kind.PROFESSIONAL) | Q(resident__is_restricted=False)
        return super().seen(principal) & is_shown & (Q(resident_link=None) | ~Q(is_restricted(F("resident_link"))))


class Contact(ResidentRecord):
    """Family, carers and professionals, with how to reach them (domain.md 2.3 and 2.4)."""

    class Kind(models.TextChoices):
        PERSONAL = "personal", "Family, friend or carer"
        PROFESSIONAL = "professional", "Professional"

    class Responsibility(models.TextChoices):
        """That nobody knows is an answer; empty is that nobody has asked."""

        YES = "yes", "Yes"
        NO = "no", "No"
        UNKNOWN = "unknown", "Not known"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=200)
    relationship = models.CharField(
        max_length=100, blank=True, help_text="Daughter, neighbour; for professionals: role."
    )
    organisation_name = models.CharField(max_length=150, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    nhs_number = models.CharField(max_length=10, blank=True, default="", db_default="")
    is_carer = models.BooleanField(default=False)
    is_emergency_contact = models.BooleanField(default=False)
    is_key_worker = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    resident_link = models.ForeignKey(
        "neighbourhoods.Resident",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Where the contact has a record of their own here.",
    )
    roles = ArrayField(
        models.CharField(max_length=30),
        default=list,
        db_default=NO_ROLES,
        blank=True,
        help_text="Codes of the list contact-role.",
    )
    parental_responsibility = models.CharField(
        max_length=10, choices=Responsibility.choices, blank=True, default="", db_default=""
    )
    household_member = models.BooleanField(null=True, blank=True, help_text="Empty: nobody has asked.")
    rank = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 to 5: 1 is rung first.")
    copy_correspondence = models.BooleanField(default=False, db_default=False, help_text="Gets copies of letters.")
    significance = models.CharField(max_length=MAX_SIGNIFICANCE, blank=True, default="", db_default="")
    carer = models.JSONField(
        default=dict, blank=True, db_default=EMPTY, help_text="What is known of the caring, where they do."
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    recorded_by_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(rank=None) | Q(rank__range=(1, 5)), name="contact_rank_is_1_to_5"),
            models.CheckConstraint(
                condition=Q(resident_link=None) | ~Q(resident_link=F("resident")), name="contact_is_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(resident_link=None) | Q(**dict.fromkeys(READ_THERE, "")),
                name="who_is_on_record_is_linked_not_copied",
            ),
        ]
        indexes = [models.Index(fields=["resident"], name="contact_of_resident")]

    def __str__(self) -> str:
        return self.name
