"""Strong entity tags from id and version, and the condition that a change was meant for what was read."""

from typing import Any, Protocol
from uuid import UUID

from django.utils.http import parse_etags
from rest_framework.request import Request

from carecoord.api.problems import refused


class Versioned(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...


def tag_of(stored: Any) -> str:
    """For a model or a row of `.values()`."""
    of, version = (stored["id"], stored["version"]) if isinstance(stored, dict) else (stored.id, stored.version)
    return f'"{of}-{version}"'


def is_conditional(request: Request) -> bool:
    return bool(request.headers.get("If-Match", "").strip())


def require_condition(request: Request) -> None:
    if not is_conditional(request):
        raise refused(428, "precondition_required", "Send If-Match with the ETag of what you read.")


def matches(request: Request, stored: Any) -> bool:
    """Strong comparison: a weak tag matches nothing (RFC 9110, 13.1.1)."""
    return names(request, tag_of(stored))


def names(request: Request, tag: str) -> bool:
    """Whether If-Match names this tag, or any."""
    given = request.headers.get("If-Match", "").strip()
    return given == "*" or tag in parse_etags(given)
