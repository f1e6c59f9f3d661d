"""What is on its way to the outside, and what became of it."""

from django.conf import settings
from django.db import models

from carecoord import clock
from carecoord.ids import new_id


class Mobile(models.Model):
    """The mobile number at which somebody is texted, once they have typed the code that went to it.

    The code stands nowhere: it follows from this row (`carecoord/delivery/mobiles.py`).
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="mobile"
    )
    number = models.CharField(max_length=16, blank=True, help_text="As +447700900123; empty: taken away.")
    code_sent_at = models.DateTimeField(default=clock.now)
    codes_sent = models.PositiveSmallIntegerField(default=0, help_text="Since a number was last confirmed.")
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"mobile of {self.user_id}"


class Delivery(models.Model):
    """One message to one person by one channel. Holds no resident's details: count, kind, urgency and a link (IG-35).

    At least once, always with the same id: `id` is the message id that the next hop sees every time. Without a
    `recipient` it goes to whom its item names (`carecoord/delivery/addresses.py`).
    """

    class Channel(models.TextChoices):
        EMAIL = "email", "Email"
        SMS = "sms", "Text message"
        WEBHOOK = "webhook", "Your organisation's system"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        DELIVERED = "delivered", "Delivered"
        LOGGED = "logged", "Logged, not sent"
        FAILED = "failed", "Not delivered"
        BOUNCED = "bounced", "Came back"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="deliveries"
    )
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
            models.UniqueConstraint(
                fields=["channel", "cause"],
                condition=models.Q(recipient=None),
                name="one_message_per_cause_without_account",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"], condition=models.Q(state="waiting"), name="delivery_waiting"
            ),
            models.Index(fields=["about_id"], name="delivery_of_item"),
            models.Index(fields=["recipient", "-id"], name="delivery_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.id} {self.state}"
