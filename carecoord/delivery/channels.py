"""The ways out of the building, as ports; each adapter is one class and knows nothing of what a message is about."""

import smtplib
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from carecoord.delivery.posting import Endpoint

MOST_IN_A_TEXT = 160


class NotTaken(Exception):
    """The next hop did not take the message; it may later. `str(error)` says why, without any address."""


class Refused(NotTaken):
    """The next hop will never take this message."""


@dataclass(frozen=True)
class Message:
    """`id` is the same however often the message is sent. `endpoint` is a system's, in the place of an address."""

    id: UUID
    address: str
    subject: str
    line: str
    url: str
    endpoint: "Endpoint | None" = None

    @property
    def text(self) -> str:
        """What goes into a text message: 160 characters at most, with the address in full (IG-33).

        Where the page's address would not fit, it is that of the product: what waits is found there.
        """
        if not self.url:
            return self.line[:MOST_IN_A_TEXT]
        parts = urlsplit(self.url)
        for url in (self.url, f"{parts.scheme}://{parts.netloc}/"):
            ending = f". Sign in: {url}"
            if len(self.subject) + len(ending) <= MOST_IN_A_TEXT:
                break
        return f"{self.subject[: MOST_IN_A_TEXT - len(ending)]}{ending}"


class Channel(Protocol):
    """Opened for a batch of messages."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def send(self, message: Message) -> None:
        """Hand one message over. Raises NotTaken, Refused."""


class Email:
    """By SMTP, as plain text and HTML; one connection for the whole batch, opened with the first message."""

    def __enter__(self) -> Self:
        self._connection = get_connection()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def send(self, message: Message) -> None:
        try:
            email = _written(message)
            email.message()
        except ValueError as problem:  # what would begin another header
            raise Refused("This is no address that an email can go to") from problem
        try:
            self._connection.open()
            self._connection.send_messages([email])
        except smtplib.SMTPRecipientsRefused as refusal:
            code = max((code for code, _ in refusal.recipients.values()), default=550)
            raise _not_taken(code) from refusal
        except smtplib.SMTPResponseException as refusal:
            self._connection.close()
            raise NotTaken(f"The mail server answered {refusal.smtp_code}") from refusal
        except (smtplib.SMTPException, OSError) as problem:
            self._connection.close()
            raise NotTaken(f"The mail server cannot be reached: {type(problem).__name__}") from problem


def _not_taken(code: int) -> NotTaken:
    """A code from 500 on is about this address and stays; below it, the server asks to come again (RFC 5321)."""
    said = f"The mail server refused the address with {code}"
    return Refused(said) if code >= 500 else NotTaken(said)


def _written(message: Message) -> EmailMultiAlternatives:
    words = {"line": message.line, "url": message.url}
    host = urlsplit(settings.BASE_URL).hostname or "carecoord.invalid"
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=render_to_string("delivery/email.txt", words),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.address],
        headers={
            "Message-ID": f"<{message.id}@{host}>",
            # By which a bounce is known where a server has written a Message-ID of its own (bounces.py).
            "X-CareCoord-Message": f"<{message.id}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    email.attach_alternative(render_to_string("delivery/email.html", words), "text/html")
    return email
