"""Shapes of the files of About Me."""

from rest_framework import serializers

from carecoord.api.shapes import Body, DayField, IdField, LineField, Shape, Stored, StrictCharField
from carecoord.media import MOST_BYTES
from carecoord.media.kinds import BY_TYPE
from careplans.services.attachments import MAX_BROUGHT_BY, MAX_DESCRIPTION

TYPES = ", ".join(BY_TYPE)
MOST_CHARACTERS = MOST_BYTES // 3 * 4 + 4


class AttachmentShape(Stored):
    """A photo, a recording or a paper that somebody brought for About Me, in words."""

    resident = serializers.UUIDField(source="resident_id")
    care_plan = serializers.UUIDField(source="care_plan_id")
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="In bytes.")
    sha256 = serializers.CharField()
    description = serializers.CharField(help_text="What is to be seen, heard or read.")
    brought_by = serializers.CharField()
    taken_on = serializers.DateField(allow_null=True, help_text="When it was taken, recorded or written.")
    replaces = serializers.UUIDField(source="replaces_id", allow_null=True, help_text="In whose place it stands.")
    written_by_name = serializers.CharField()
    error_at = serializers.DateTimeField(allow_null=True)
    error_reason = serializers.CharField()


class AttachmentContent(Shape):
    """What is in the file."""

    id = serializers.UUIDField()
    media_type = serializers.CharField()
    content = serializers.CharField(help_text="In base64.")


class NewAttachment(Body):
    media_type = LineField(max_length=100, help_text=f"What it is: {TYPES}. What is in it must agree.")
    content = StrictCharField(max_length=MOST_CHARACTERS, help_text="What is in the file, in base64.")
    description = StrictCharField(max_length=MAX_DESCRIPTION, help_text="What is to be seen, heard or read.")
    brought_by = LineField(max_length=MAX_BROUGHT_BY, help_text="The resident, or who brought it for them.")
    taken_on = DayField(required=False, help_text="When it was taken, recorded or written.")
    replaces = IdField(required=False, help_text="In whose place it stands from now on.")
