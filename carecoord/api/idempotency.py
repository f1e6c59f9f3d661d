"""Idempotency-Key: the same request twice has one effect, and one answer.

A lock on client and key is held to the end of the transaction, and the answer is written in that same transaction. So
of two identical requests in the same millisecond one has the effect; the other is told to come again, or finds the
answer. A process that dies in between leaves neither effect nor answer nor lock.
"""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpResponse
from rest_framework.request import Request

from carecoord import clock
from carecoord.api.models import AnsweredRequest
from carecoord.api.problems import Problem, Refused, refused
from carecoord.prepared import add_or_replace

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 255
KEPT_HEADERS = ("Content-Type", "ETag", "Location", "Allow")
# Not answers to what was asked: who asked, or how often.
NOT_KEPT = frozenset({401, 403, 429})
IN_FLIGHT = Problem(
    409,
    "request_in_flight",
    "A request with this Idempotency-Key is being answered. Send it again in a moment.",
    headers={"Retry-After": "1"},
)


class AnsweredBefore(Exception):
    """The answer is there already: it is sent again."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__("answered before")
        self.response = response


class Keyed:
    """One request with a key: `claim` before it is carried out, `keep` with its answer."""

    def __init__(self, client_id: UUID, key: str, fingerprint: str) -> None:
        self.client_id, self.key, self.fingerprint = client_id, key, fingerprint

    def claim(self) -> None:
        """Raises AnsweredBefore, or refuses: in flight elsewhere, or the key was used for something else."""
        with connection.cursor() as cursor:
            since = clock.now() - KEPT_FOR
            cursor.execute("SELECT * FROM app.claim_key(%s, %s, %s)", [self.client_id, self.key, since])
            row: tuple[Any, ...] = cursor.fetchone() or (False, None, None, None, None)
        is_mine, fingerprint, status, headers, body = row
        if not is_mine:
            raise Refused(IN_FLIGHT)
        if fingerprint is None:
            return
        if fingerprint != self.fingerprint:
            detail = "This Idempotency-Key was used for another request. Take a new one."
            raise refused(422, "idempotency_key_reused", detail)
        raise AnsweredBefore(HttpResponse(bytes(body), status=status, headers=dict(headers)))

    def keep(self, response: HttpResponse) -> None:
        """Write down the rendered answer, in the transaction of the effect."""
        if response.status_code >= 500 or response.status_code in NOT_KEPT:
            return
        row = AnsweredRequest(
            client_id=self.client_id,
            key=self.key,
            fingerprint=self.fingerprint,
            status=response.status_code,
            headers=[[name, response.headers[name]] for name in KEPT_HEADERS if name in response.headers],
            body=response.content,
        )
        add_or_replace(row, unique=("client_id", "key"))


def keyed(request: Request, client_id: UUID) -> Keyed | None:
    """The request's key, if it has one; a key that is no key is refused."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        detail = f"Idempotency-Key is 1 to {LONGEST_KEY} printable ASCII characters."
        raise refused(400, "bad_idempotency_key", detail)
    asked = f"{request.method} {request.get_full_path()}\n".encode() + _body_of(request)
    return Keyed(client_id, key, hashlib.sha256(asked).hexdigest())


def _body_of(request: Request) -> bytes:
    """Its size has been checked: an endpoint may take more than Django would read by itself."""
    raw = request._request
    if not hasattr(raw, "_body"):
        raw._body = raw.read()
    return raw._body


def forget_old_answers() -> int:
    """For beat: answers older than 24 hours."""
    return AnsweredRequest.objects.filter(answered_at__lte=clock.now() - KEPT_FOR).delete()[0]
