"""Messages to an organisation's own system, as Standard Webhooks says: https://www.standardwebhooks.com"""

import base64
import hashlib
import hmac
import ipaddress
import json
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import urllib3
from django.conf import settings

from carecoord.delivery.channels import Message, NotTaken, Refused
from carecoord.delivery.models import Delivery

TIMEOUT = urllib3.Timeout(connect=5, read=10)


@dataclass(frozen=True)
class Endpoint:
    """Where a message goes, what signs it, and what it says: never about whom (IG-35)."""

    url: str
    secret: bytes
    type: str
    at: datetime
    data: Mapping[str, Any]


EndpointOf = Callable[[Delivery], Endpoint]
"""Raises Refused where it is switched off."""
NoteOutcome = Callable[[Delivery, str], None]
"""Of each attempt: empty where it was taken, else why not."""
_known: list[tuple[EndpointOf, NoteOutcome]] = []


def call_endpoints(endpoint_of: EndpointOf, note_outcome: NoteOutcome) -> None:
    """Registered by `carecoord.wiring`."""
    _known[:] = [(endpoint_of, note_outcome)]


def endpoint_of(delivery: Delivery) -> Endpoint:
    return _known[0][0](delivery)


def note_outcome(delivery: Delivery, why: str) -> None:
    _known[0][1](delivery, why)


def why_not_url(url: str) -> str:
    """A sentence for whoever typed it; empty where nothing is wrong with it as it is written."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "Enter a whole address, such as https://alerts.example.nhs.uk/carecoord."
    if parts.scheme not in _schemes() or not host or not url.isascii() or any(sign <= " " for sign in url):
        return "Enter an address that begins with https://, such as https://alerts.example.nhs.uk/carecoord."
    if parts.username is not None or parts.fragment:
        return "Leave out names, passwords and # from the address: messages are signed."
    return ""


class Post:
    """Each message to its own endpoint; nothing is kept open between them, and no redirect is followed."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held."""

    def send(self, message: Message) -> None:
        endpoint = message.endpoint
        if endpoint is None:
            raise Refused("There is no system to send it to")
        if why := why_not_url(endpoint.url):
            raise Refused(why.rstrip("."))
        data = {**endpoint.data, "url": message.url}
        said = {"type": endpoint.type, "timestamp": endpoint.at.isoformat(), "data": data}
        body = json.dumps(said, separators=(",", ":")).encode()
        status = _posted(endpoint, body, headers_of(str(message.id), endpoint.secret, body))
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise NotTaken(f"The system answered {status}")


def headers_of(message_id: str, secret: bytes, body: bytes) -> dict[str, str]:
    """The id is the same however often it is sent; the moment, and with it the signature, is that of this attempt."""
    # The clock on the wall, also where a test moves ours: the other side compares it with its own.
    at = str(int(time.time()))
    signed = hmac.new(secret, b".".join((message_id.encode(), at.encode(), body)), hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "CareCoord",
        "webhook-id": message_id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }


def _posted(endpoint: Endpoint, body: bytes, headers: Mapping[str, str]) -> int:
    """To an address that was looked at: the name is looked up once, and what was looked up is what is connected to."""
    parts = urlsplit(endpoint.url)
    host, is_tls = str(parts.hostname), parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    address = _address(host, port)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    named = f"[{host}]" if ":" in host else host
    try:
        if is_tls:
            pool: urllib3.HTTPConnectionPool = urllib3.HTTPSConnectionPool(
                address, port, server_hostname=host, assert_hostname=host, timeout=TIMEOUT, retries=False
            )
        else:
            pool = urllib3.HTTPConnectionPool(address, port, timeout=TIMEOUT, retries=False)
        with pool:
            answer = pool.urlopen(
                "POST",
                path,
                body=body,
                headers={**headers, "Host": named if parts.port is None else f"{named}:{port}"},
                redirect=False,
                preload_content=False,
            )
            answer.close()
            return int(answer.status)
    except (urllib3.exceptions.HTTPError, OSError) as problem:
        raise NotTaken(f"The system cannot be reached: {type(problem).__name__}") from problem


def _address(host: str, port: int) -> str:
    """The first public address of a name. Raises NotTaken where it has none now, and for one of a private network."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise NotTaken("The system's name is not known") from problem
    addresses = [str(one[4][0]) for one in found]
    if not settings.WEBHOOKS_MAY_BE_PRIVATE and any(not _is_public(one) for one in addresses):
        raise NotTaken("The system's name leads into a private network")
    return addresses[0]


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.split("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_global and not (mapped or found).is_multicast


def _schemes() -> tuple[str, ...]:
    return ("https", "http") if settings.WEBHOOKS_MAY_BE_PRIVATE else ("https",)
