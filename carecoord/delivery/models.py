"""What is on its way to the outside, and what became of it."""

from django.conf import settings
from django.db import models

from carecoord import clock
from carecoord.ids import new_id


class Delivery(models.Model):
    """One message to one person by one channel. Holds no resident's details: count, kind, urgency and a link (IG-35).

    At least once, always with the same id: `id` is the message id that the next hop sees every time.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", "Email"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        LOGGED = "logged", "Logged, not sent"
        FAILED = "failed", "Not delivered"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deliveries")
    about_type = models.CharField(max_length=40)
    about_id = models.UUIDField()
    cause = models.CharField(max_length=80, help_text="What makes this message one: the same cause is sent once.")
    subject = models.CharField(max_length=120)
    line = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    next_attempt_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "channel", "cause"], name="one_message_per_cause"),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"], condition=models.Q(state="waiting"), name="delivery_waiting"
            ),
            models.Index(fields=["about_id"], name="delivery_of_item"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.id} {self.state}"
