"""Text messages, by GOV.UK Notify's API: https://docs.notifications.service.gov.uk/rest-api.html"""

import json
import time
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import jwt
import urllib3
from django.conf import settings

from carecoord.delivery.channels import Message, NotTaken, Refused

UUID_LENGTH = 36
# With this, and the time to read the answer, a batch is sent long before its lease has run out.
TIMEOUT = urllib3.Timeout(connect=5, read=10)
MOST_READ = 20_000


def texts_are_set_up() -> bool:
    return bool(settings.NOTIFY_API_KEY)


class Notify:
    """The template has one placeholder, `((message))`, and nothing else; the reference is the id of the message."""

    def __enter__(self) -> Self:
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.clear()

    def send(self, message: Message) -> None:
        body = {
            "phone_number": message.address,
            "template_id": settings.NOTIFY_SMS_TEMPLATE,
            "personalisation": {"message": message.text},
            "reference": str(message.id),
        }
        try:
            answer = self._pool.request(
                "POST",
                f"{settings.NOTIFY_URL.rstrip('/')}/v2/notifications/sms",
                json=body,
                headers={"Authorization": f"Bearer {_token()}"},
                redirect=False,
                preload_content=False,
            )
            said = answer.read(MOST_READ)
            answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as problem:
            raise NotTaken(f"GOV.UK Notify cannot be reached: {type(problem).__name__}") from problem
        if answer.status != HTTPStatus.CREATED:
            raise _refusal(answer.status, said)


def _token() -> str:
    """Signed by the key's last part for the service that its part before names; good for half a minute."""
    key = settings.NOTIFY_API_KEY
    service, secret = key[-2 * UUID_LENGTH - 1 : -UUID_LENGTH - 1], key[-UUID_LENGTH:]
    # The clock on the wall, also where a test moves ours: the other side compares it with its own.
    return jwt.encode({"iss": service, "iat": int(time.time())}, secret, algorithm="HS256")


def _refusal(status: int, said: bytes) -> NotTaken:
    """400 is about this message, and stays; all else is about the service, its limits or its key, and may pass.

    Its own words may repeat a number: of them only the name of the error is kept.
    """
    names = ", ".join(_names(said)) or "no reason given"
    sentence = f"GOV.UK Notify answered {status}: {names}"
    return Refused(sentence) if status == HTTPStatus.BAD_REQUEST else NotTaken(sentence)


def _names(said: bytes) -> list[str]:
    try:
        found: Any = json.loads(said)
        return [str(one["error"])[:40] for one in found["errors"] if str(one["error"]).isalnum()]
    except (ValueError, KeyError, TypeError):
        return []
