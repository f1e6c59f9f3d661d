"""What was sent to a resident, or to whoever acts for them, outside this product."""

from django.db import models
from django.db.models import Q

from neighbourhoods.models.entries import MAX_NAME, MAX_REASON
from neighbourhoods.models.memberships import Membership
from neighbourhoods.models.organisations import Organisation, Team
from neighbourhoods.models.proxies import Proxy
from neighbourhoods.models.visibility import ResidentRecord, VisibleQuerySet


class MessageQuerySet(VisibleQuerySet["ResidentMessage"]):
    pass


class ResidentMessage(ResidentRecord):
    """One message as it was written. Nothing in it says who somebody is or what they have (IG-32).

    What became of it stands with its delivery; where it goes is read when it is sent, from the record as it is then.
    """

    class Channel(models.TextChoices):
        SMS = "sms", "Text message"
        EMAIL = "email", "Email"

    channel = models.CharField(max_length=10, choices=Channel.choices)
    proxy = models.ForeignKey(Proxy, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    wording = models.CharField(max_length=20)
    words = models.CharField(max_length=160)
    in_spite = models.CharField(
        max_length=MAX_REASON, blank=True, help_text="Why it is sent although they are said to be unsafe to contact."
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", help_text="Whom they are asked to ring.")
    sent_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    sent_by_name = models.CharField(max_length=MAX_NAME)
    sent_by_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="a_message_says_something")]
        indexes = [models.Index(fields=["resident"], name="message_of_resident")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.wording}"
