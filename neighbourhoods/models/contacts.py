"""People around a resident."""

from django.db import models
from django.db.models import Q

from neighbourhoods.models.organisations import Organisation
from neighbourhoods.models.visibility import ResidentRecord, VisibleQuerySet
from neighbourhoods.principal import Principal


class ContactQuerySet(VisibleQuerySet["Contact"]):
    def seen(self, principal: Principal) -> Q:
        """Family and carers of a restricted resident lead to where they live: they are shown nowhere (IG-20)."""
        is_shown = Q(kind=Contact.Kind.PROFESSIONAL) | Q(resident__is_restricted=False)
        return super().seen(principal) & is_shown


class Contact(ResidentRecord):
    """Family, carers and professionals, with how to reach them (domain.md 2.3 and 2.4)."""

    class Kind(models.TextChoices):
        PERSONAL = "personal", "Family, friend or carer"
        PROFESSIONAL = "professional", "Professional"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=200)
    relationship = models.CharField(
        max_length=100, blank=True, help_text="Daughter, neighbour; for professionals: role."
    )
    organisation_name = models.CharField(max_length=150, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
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
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    recorded_by_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name"]
        indexes = [models.Index(fields=["resident"], name="contact_of_resident")]

    def __str__(self) -> str:
        return self.name
