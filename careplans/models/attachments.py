"""Photos, recordings and papers that stand in About Me: what they are in words, and under which name they are kept."""

from django.db import models
from django.db.models import Q

from careplans.models.plans import WRITTEN_BY_NAME, CarePlan, WrittenQuerySet
from neighbourhoods.models import Membership, ResidentRecord


class AttachmentQuerySet(WrittenQuerySet["Attachment"]):
    pass


class Attachment(ResidentRecord):
    """A file that somebody brought. Only ever added; a newer one is put in its place, and an error says so, once.

    `stored_as` is its name in the store (`carecoord.media.store`), and `sha256` tells whether it is still what it was.
    """

    care_plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="attachments")
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=32, unique=True)
    description = models.CharField(max_length=500, help_text="What is to be seen, heard or read, in words.")
    brought_by = models.CharField(max_length=150, help_text="Whose it is: the resident's, or who brought it for them.")
    taken_on = models.DateField(null=True, blank=True, help_text="When it was taken, recorded or written.")
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by", help_text="In whose place it stands."
    )
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    written_by_name = models.CharField(max_length=300, blank=True, help_text=WRITTEN_BY_NAME)
    error_at = models.DateTimeField(null=True)
    error_reason = models.CharField(max_length=200, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(description=""), name="an_attachment_is_described"),
            models.CheckConstraint(
                condition=Q(error_at=None, error_reason="") | (Q(error_at__isnull=False) & ~Q(error_reason="")),
                name="an_attachment_in_error_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.description
