"""Files of About Me, with what is in them as base64: read, added, and opened."""

import base64
import binascii
from typing import ClassVar, Final
from uuid import UUID

from django.urls import reverse
from rest_framework.response import Response

from carecoord import audit
from carecoord.api.operations import operation
from carecoord.api.paging import page_of
from carecoord.api.parsing import StrictJSONParser, read_json
from carecoord.api.problems import not_found, refused
from carecoord.media import MOST_BYTES, read_media
from careplans.api.attachment_shapes import AttachmentContent, AttachmentShape, NewAttachment
from careplans.models import Attachment, CarePlan
from careplans.reading import AUTHOR
from careplans.services import add_attachment
from careplans.services.attachments import content_of, may_mark
from neighbourhoods.api.endpoint import Endpoint

# Four characters of base64 for three bytes, and the words beside them.
LARGEST: Final = MOST_BYTES // 3 * 4 + 1_000_000


class LargeJSONParser(StrictJSONParser):
    def parse(self, stream: object, *_: object, **__: object) -> dict[str, object]:
        return read_json(stream.read(LARGEST + 1), LARGEST)  # type: ignore[attr-defined]


class Attachments(Endpoint):
    shape = AttachmentShape
    parser_classes = (LargeJSONParser,)
    largest_body: ClassVar[int] = LARGEST

    @operation("List the photos, recordings and papers of About Me", page=AttachmentShape)
    def get(self, _request: object, plan_id: UUID) -> Response:
        """In the order in which they were added; what was replaced, and what was an error, too."""
        plan = CarePlan.objects.visible_to(self.by).filter(id=plan_id).first()
        if plan is None:
            raise not_found()
        audit.looked("plan.viewed", by=self.by, resident_id=plan.resident_id, about=("resident", plan.resident_id))
        rows = Attachment.objects.visible_to(self.by).filter(care_plan_id=plan_id)
        return self.page_with(page_of(rows, self.request, order=("id",)), AttachmentShape)

    @operation(
        "Add a photo, a recording or a paper to About Me",
        answer=AttachmentShape,
        status=201,
        body=NewAttachment,
        problems=(404, 422, 507),
        examples={
            "usual": {
                "media_type": "audio/mpeg",
                "content": base64.b64encode(b"\xff\xfb\x90\x00".ljust(417, b"\0") * 4).decode(),
                "description": "She says how she likes her tea",
                "brought_by": "Her daughter, who recorded it",
            }
        },
    )
    def post(self, _request: object, plan_id: UUID) -> Response:
        """A JPEG or PNG picture, a PDF, an MP3 or M4A recording, or an MP4 video, up to 10 MB. Never changed."""
        given = dict(self.given)
        content, claimed = _bytes(given.pop("content")), given.pop("media_type")
        media = read_media(content, claimed=claimed)
        made = add_attachment(
            by=self.by, plan_id=plan_id, media=media, replaces_id=given.pop("replaces", None), **given
        )
        return self.one(made, at=reverse("api:attachment", args=[made.id]))


class OneAttachment(Endpoint):
    shape = AttachmentShape

    @operation("Read what a photo, a recording or a paper is", answer=AttachmentShape)
    def get(self, _request: object, attachment_id: UUID) -> Response:
        found = _found(self, attachment_id)
        about = ("resident", found.resident_id)
        audit.looked("plan.viewed", by=self.by, resident_id=found.resident_id, about=about)
        return self.one(found)


class OneContent(Endpoint):
    @operation("Open a photo, a recording or a paper", answer=AttachmentContent, problems=(410,))
    def get(self, _request: object, attachment_id: UUID) -> Response:
        """410 `file_missing` where what was kept is gone or damaged; 404 where it was an error."""
        found = _found(self, attachment_id)
        if found.error_at and not may_mark(self.by, found):
            raise not_found()
        about = ("attachment", found.id)
        audit.looked("attachment.opened", by=self.by, resident_id=found.resident_id, about=about)
        content = content_of(found)
        if content is None:
            raise refused(410, "file_missing", "What was kept is missing, or is damaged. Tell whoever runs CareCoord.")
        told = {"id": found.id, "media_type": found.media_type, "content": base64.b64encode(content).decode()}
        return Response(told)


def _found(endpoint: Endpoint, attachment_id: UUID) -> Attachment:
    found = Attachment.objects.visible_to(endpoint.by).filter(id=attachment_id).select_related(*AUTHOR).first()
    if found is None:
        raise not_found()
    return found


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        sentence = "Send what is in the file as base64."
        raise refused(422, "file_refused", sentence, errors={"content": [sentence]}) from None
