"""Who acts for a resident: a trusted person among those around them, on a legal basis (domain.md 2.3)."""

from django.db import models
from django.db.models import Q

from neighbourhoods.models.contacts import Contact
from neighbourhoods.models.organisations import Organisation
from neighbourhoods.models.visibility import ResidentRecord, VisibleQuerySet
from neighbourhoods.principal import Principal
from neighbourhoods.states import PROXY

MAX_EVIDENCE, MAX_REASON = 300, 200
OPEN = ("proposed", "active")


class LegalBasis(models.TextChoices):
    """Codes of the validated relationships service; `UNK` may be proposed and never acts."""

    CONSENT = "consent", "Their consent"
    PARENTAL = "parental-responsibility", "Parental responsibility"
    ATTORNEY = "health-and-welfare-lasting-power-of-attorney", "Lasting power of attorney, health and welfare"
    DEPUTY = "court-appointed-personal-welfare-deputy", "Deputy appointed by the court, personal welfare"
    BEST_INTEREST = "best-interest", "A decision in their best interests"
    UNKNOWN = "UNK", "Not known yet"


class ProxyQuerySet(VisibleQuerySet["Proxy"]):
    def seen(self, principal: Principal) -> Q:
        """Family and carers of a restricted resident are shown nowhere (IG-20)."""
        return super().seen(principal) & Q(resident__is_restricted=False)


class Proxy(ResidentRecord):
    """One person's right to act for a resident. On parental responsibility it ends by itself at the age of the place
    (`neighbourhoods.proxies.acts_now`), whatever stands in `status`."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="proxies")
    legal_basis = models.CharField(max_length=50, choices=LegalBasis.choices)
    status = models.CharField(max_length=20, choices=PROXY.choices())
    status_reason_code = models.CharField(max_length=30, blank=True)
    status_reason = models.CharField(max_length=MAX_REASON, blank=True)
    evidence = models.CharField(max_length=MAX_EVIDENCE, blank=True, help_text="What was seen, and where it is.")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="The last day.")
    reviewed_on = models.DateField(null=True, blank=True)
    review_told_on = models.DateField(null=True, blank=True, help_text="When the lead team was told to review it.")
    granted_by_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_by_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ProxyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "proxies"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(status__in=OPEN),
                name="one_open_proxy_of_a_contact",
                violation_error_message="This is written down already.",
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | (Q(granted_by_organisation__isnull=False) & ~Q(legal_basis="UNK")),
                name="who_acts_was_granted_it_on_a_basis",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="proxy_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["resident"], name="proxy_of_resident")]

    def __str__(self) -> str:
        return f"{self.get_legal_basis_display()}: {PROXY[self.status].label.lower()}"
