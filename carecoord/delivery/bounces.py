"""What a mail server says of an email that did not arrive: as RFC 3464 has it, or in words, as older servers do.

Of the notice only its code is kept: its words hold addresses.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import Any, Final
from uuid import UUID

# Of the Message-ID that channels.py gives, or of the header beside it where a server has written an id of its own.
OUR_ID: Final = re.compile(r"<([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})@", re.IGNORECASE)
CODE: Final = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
A_SERVER: Final = re.compile(r"mailer-daemon|postmaster|mail delivery s(ubs)?ystem|microsoftexchange", re.IGNORECASE)
NOT_YET: Final = re.compile(r"\bdelayed\b|\bwarning\b|still being retried|will (keep|continue)\b", re.IGNORECASE)
GIVEN_UP: Final = re.compile(
    r"undeliver|delivery (status notification \(failure|has failed|failed|failure)|failure notice|returned mail"
    r"|(could not|couldn't|cannot|can't) be delivered|permanent (fatal )?(error|failure)|given up",
    re.IGNORECASE,
)
WHY: Final[Mapping[str, str]] = {
    "1.1": "There is no such mailbox",
    "1.2": "There is no such mail domain",
    "1.10": "There is no such mailbox",
    "2.1": "The mailbox is closed",
    "2.2": "The mailbox is full",
    "4.": "Its mail server was not reached",
    "7.": "Its mail server refused the message",
}
DID_NOT_ARRIVE: Final = "Its mail server did not deliver it"


class NotABounce(Exception):
    """`str(error)` is a sentence for whoever looks after the mail server, and repeats nothing of the message."""


@dataclass(frozen=True)
class Bounce:
    """`why` says why it never arrived; empty where the server has not given up."""

    delivery_id: UUID
    why: str


def read_bounce(raw: bytes) -> Bounce:
    """Raises NotABounce for what is none, and for one that names none of our messages or several."""
    try:
        notice = message_from_bytes(raw)
        headers, text = "\n".join(_headers(notice)), "\n".join(_texts(notice))
        reports = [part for part in notice.walk() if part.get_content_type() == "message/delivery-status"]
        recipients = [one for report in reports for one in report.walk() if one.get("Action")]
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError) as problem:
        raise NotABounce("This is no email that can be read.") from problem
    why = _why_by_report(recipients) if recipients else _why_in_words(notice, text)
    named = {UUID(found) for found in OUR_ID.findall(f"{headers}\n{text}")}
    if len(named) != 1:
        raise NotABounce("This names several messages." if named else "This bounce names none of our messages.")
    return Bounce(named.pop(), why)


def _headers(notice: Message) -> Iterator[str]:
    """Of the notice, and of the message that is returned in it."""
    for part in notice.walk():
        yield from (f"{name}: {value}" for name, value in part.items())


def _texts(notice: Message) -> Iterator[str]:
    """Where only headers are returned, or an older server copies the message below its words, they stand here."""
    for part in notice.walk():
        if not part.is_multipart():
            content: Any = part.get_payload(decode=True)
            yield (content or b"").decode("ascii", "replace")


def _why_by_report(recipients: list[Message]) -> str:
    """`Action` is failed, delayed, delivered, relayed or expanded (RFC 3464): only the first is the end of it."""
    failed = next((one for one in recipients if str(one["Action"]).strip().lower().startswith("failed")), None)
    return _sentence(str(failed.get("Status", ""))) if failed else ""


def _why_in_words(notice: Message, text: str) -> str:
    """Raises NotABounce for what no mail server has written, such as an answer while somebody is away."""
    sender = f"{notice.get('From', '')} {notice.get('Sender', '')}"
    subject = str(notice.get("Subject", ""))
    is_given_up = "X-Failed-Recipients" in notice or GIVEN_UP.search(f"{subject}\n{text}")
    if not A_SERVER.search(sender) or not (is_given_up or NOT_YET.search(subject)):
        raise NotABounce("This is no notice of an email that did not arrive.")
    return "" if NOT_YET.search(subject) else _sentence(text)


def _sentence(said: str) -> str:
    """Words of ours, with the code of RFC 3463 where one is said."""
    found = CODE.search(said)
    if found is None:
        return DID_NOT_ARRIVE
    detail = found[1].partition(".")[2]
    why = WHY.get(detail) or next((words for begins, words in WHY.items() if _is_kind_of(detail, begins)), "")
    return f"{why or DID_NOT_ARRIVE} ({found[1]})"


def _is_kind_of(detail: str, begins: str) -> bool:
    return begins.endswith(".") and detail.startswith(begins)
