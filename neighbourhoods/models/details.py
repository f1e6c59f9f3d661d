"""What a resident has several of, and had: names, identifiers, addresses, phones, emails, GPs (domain.md 2.1, 2.2)."""

from django.db import models
from django.db.models import F, Q

from neighbourhoods.models.entries import EMPTY, MAX_NAME, MAX_REASON
from neighbourhoods.models.memberships import Membership
from neighbourhoods.models.organisations import Organisation
from neighbourhoods.models.residents import Resident
from neighbourhoods.models.visibility import ResidentRecord, VisibleQuerySet
from neighbourhoods.principal import Principal


class DetailQuerySet(VisibleQuerySet["ResidentDetail"]):
    def seen(self, principal: Principal) -> Q:
        """Of restricted people nothing that leads to them, to nobody (IG-20); the policy says the same."""
        restricted = models.Exists(Resident.objects.filter(id=models.OuterRef("resident_id"), is_restricted=True))
        return super().seen(principal) & (Q(kind__in=ResidentDetail.Kind.of_who()) | ~Q(restricted))


class ResidentDetail(ResidentRecord):
    """One more name, number, address, phone or email of somebody, beside the one that the resident's row holds, or
    the name of their GP.

    What it says is never changed: it ends, and another is written. `value` is what is compared: of a name the folded
    family and given names, of an identifier what stands there without gaps, of an address the postcode, of a phone its
    last ten digits, of a GP the folded name. `use` of an identifier is its system.
    """

    class Kind(models.TextChoices):
        NAME = "name", "Name"
        IDENTIFIER = "identifier", "Number"
        ADDRESS = "address", "Address"
        TELECOM = "telecom", "Phone or email"
        GP = "gp", "GP"

        @classmethod
        def of_who(cls) -> tuple[str, ...]:
            """What says who somebody is, and leads nowhere."""
            return (cls.NAME, cls.IDENTIFIER)

    kind = models.CharField(max_length=20, choices=Kind.choices)
    use = models.CharField(max_length=60)
    value = models.CharField(max_length=255)
    data = models.JSONField(default=dict, blank=True, db_default=EMPTY)
    rank = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 to 5, 1 is best.")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True)
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_by_name = models.CharField(max_length=MAX_NAME, blank=True)
    recorded_by_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_name = models.CharField(max_length=MAX_NAME, blank=True)
    ended_reason = models.CharField(max_length=MAX_REASON, blank=True)

    objects = DetailQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "rank", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["use", "value"],
                condition=Q(kind="identifier", ended_at=None),
                name="one_holder_per_identifier",
                violation_error_message="This number is somebody's already: find them by it.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="detail_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=Q(rank=None) | Q(rank__range=(1, 5)), name="detail_rank_is_1_to_5"),
        ]
        indexes = [models.Index(fields=["resident", "kind"], name="detail_of_resident")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.use})"

    @property
    def is_past(self) -> bool:
        return self.ended_at is not None
