"""The last door of a page: whatever was stored before, or came from another system, turns nothing beside it."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from carecoord.turning import closed

# The marks of carecoord/turning.py in UTF-8: nearly every page has none, and is not read any further.
MARK = re.compile(b"\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]")
# What is typed comes back as it was typed, and is what is sent again.
NOT_TEXT = re.compile(r"(<(textarea|script|style)\b.*?</\2\s*>|<[^>]*>)", re.DOTALL | re.IGNORECASE)


class ClosedMarksMiddleware:
    """Ends each mark that turns the direction of reading with the text it stands in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and MARK.search(response.content):
            response.content = with_marks_closed(response.content.decode()).encode()
        return response


def with_marks_closed(page: str) -> str:
    written, end = [], 0
    for between in NOT_TEXT.finditer(page):
        written += [closed(page[end : between.start()]), between[0]]
        end = between.end()
    return "".join([*written, closed(page[end:])])
