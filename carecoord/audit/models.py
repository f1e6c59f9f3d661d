"""One row for every change and every look: who, as what, whom, when, why; their seals; and what a change replaced."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from carecoord import clock
from carecoord.audit.purposes import Purpose
from carecoord.ids import new_id


class AuditEntry(models.Model):
    """Actors, organisations and residents are plain ids without foreign keys: everything above may write here.

    The database adds `turn`, the order in which entries are sealed. It is no field: nobody else gives it.
    """

    class Kind(models.TextChoices):
        CHANGE = "change", "Change"
        LOOK = "look", "Look"
        SYSTEM = "system", "System"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    verb = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField()
    membership_id = models.UUIDField(null=True)
    role = models.CharField(max_length=30, blank=True)
    organisation_id = models.UUIDField(null=True)
    resident_id = models.UUIDField(null=True)
    about_type = models.CharField(max_length=40, blank=True)
    about_id = models.UUIDField(null=True)
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict, blank=True)
    request_id = models.UUIDField(null=True)
    address = models.GenericIPAddressField(null=True)
    purpose = models.CharField(max_length=40, default=Purpose.CARE)

    class Meta:
        indexes = [
            # The newest first; what changes are narrowed by is answered without reading the rows.
            models.Index(
                fields=["resident_id", "-at", "about_type", "organisation_id", "membership_id"],
                condition=models.Q(kind="change"),
                name="audit_changes_of_resident",
            ),
            models.Index(
                fields=["resident_id", "-at"], condition=models.Q(kind="look"), name="audit_looks_of_resident"
            ),
            models.Index(fields=["organisation_id", "-at"], name="audit_of_organisation"),
            models.Index(fields=["about_id", "-at"], name="audit_of_item"),
            BrinIndex(fields=["at"], name="audit_in_time"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} at {self.at:%Y-%m-%d %H:%M}"


class PastRow(models.Model):
    """A row about a resident as it was until `replaced_at`, written by a trigger of its table (`app.keep_past`).

    `row` holds its columns by name. Who replaced it is empty where no principal acted: a migration, a sweep.
    """

    table_name = models.CharField(max_length=63)
    row_id = models.UUIDField()
    resident_id = models.UUIDField()
    replaced_at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    row = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["resident_id", "table_name", "row_id", "replaced_at"], name="past_of_resident")]

    def __str__(self) -> str:
        return f"{self.table_name} until {self.replaced_at:%Y-%m-%d %H:%M}"


class SealedBatch(models.Model):
    """A closed stretch of the audit: what each entry was, in order, and a MAC over that and the seal before.

    `rows` holds 32 bytes for each entry: its id, and the first half of its digest as `form` takes it. `key_name` names
    the key and does not tell it. Only ever added to.
    """

    number = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    form = models.PositiveSmallIntegerField()
    key_name = models.CharField(max_length=16)
    until_turn = models.BigIntegerField()
    until_id = models.UUIDField()
    count = models.PositiveIntegerField()
    rows = models.BinaryField()
    previous = models.BinaryField()
    mac = models.BinaryField()

    class Meta:
        verbose_name_plural = "sealed batches"

    def __str__(self) -> str:
        return f"Seal {self.number}, {self.count} entries"
