"""Partner systems that act through the API."""

from allauth.idp.oidc.models import Client
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from carecoord.models import Record
from neighbourhoods.models.organisations import Organisation, Team


class ApiClient(Record):
    """What a client of the identity provider acts as: one organisation's teams, under a sharing agreement (IG-39).

    The provider's own row holds its id, its secret and its scopes. It sees what its teams have a relationship with.
    """

    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="api_clients")
    teams = models.ManyToManyField(Team, related_name="+")
    default_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    agreement = models.CharField(max_length=200, help_text="The sharing agreement, by its title or number.")
    purposes = ArrayField(models.CharField(max_length=100), help_text="What the agreement is for.")
    agreement_ends_on = models.DateField(help_text="The last day on which the client may act.")
    deactivated_at = models.DateTimeField(null=True, blank=True)
    secret_set_at = models.DateTimeField()
    old_secret_until = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    errors = models.PositiveIntegerField(default=0)
    last_error_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=60, blank=True, help_text="Status and code, never a resident's words.")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="one_client_per_name",
                violation_error_message="This organisation has a client of this name.",
            ),
            models.CheckConstraint(
                condition=Q(purposes__len__gt=0),
                name="a_client_has_purposes",
                violation_error_message="Name at least one purpose of the sharing agreement.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
