"""Which address a request came from: one answer for the audit and for the throttle of signing in."""

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest

# As proxies write it: bare, `192.0.2.1:443`, `[2001:db8::1]` or `[2001:db8::1]:443`.
WRITTEN = re.compile(r"\[(?P<six>[0-9a-fA-F:.]+)\](:\d+)?|(?P<four>\d+\.\d+\.\d+\.\d+):\d+|(?P<bare>\S+)")


def address_of(request: HttpRequest) -> str | None:
    """What the outermost of our own proxies saw; without any, or where they said nothing of use, the other end.

    Everything further left in X-Forwarded-For is the sender's own word, and counts for nothing.
    """
    return _forwarded(request) or _cleaned(request.META.get("REMOTE_ADDR", ""))


def _forwarded(request: HttpRequest) -> str | None:
    count: int = settings.TRUSTED_PROXY_COUNT
    said = request.headers.get("X-Forwarded-For", "").split(",")
    return _cleaned(said[-count]) if 0 < count <= len(said) else None


def _cleaned(text: str) -> str | None:
    written = WRITTEN.fullmatch(text.strip())
    if not written:
        return None
    try:
        return str(ipaddress.ip_address(written["six"] or written["four"] or written["bare"]))
    except ValueError:
        return None
