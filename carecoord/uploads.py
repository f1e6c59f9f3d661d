"""How large a file may be that somebody sends. What is larger is passed over while it comes, and stored nowhere."""

from typing import Any, Final

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

MOST_BYTES: Final = 10_000_000


class SizeLimit(FileUploadHandler):
    """Before the handlers that keep a file."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > MOST_BYTES:
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> Any:  # noqa: ARG002  the name is Django's
        return None


def was_too_large(request: HttpRequest) -> bool:
    """Whether a file may be missing because it was passed over."""
    length = str(request.META.get("CONTENT_LENGTH") or "")
    return length.isascii() and length.isdigit() and int(length) > MOST_BYTES
