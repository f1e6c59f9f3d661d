"""A real SMTP server that is slow, refuses, or hangs up: amid a message, or before it says that it has it."""

import asyncio
import hashlib
import logging
import random
import re
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd's own: a line for every command, and every hang-up

MESSAGE_ID = re.compile(rb"^Message-ID: <([0-9a-f-]{36})@", re.MULTILINE | re.IGNORECASE)
# So often one message meets with trouble: the product gives up after twelve times, and this is not what is asked here.
MOST_TROUBLE = 5


class Mood(StrEnum):
    TAKES = "takes"
    SLOW = "slow"
    REFUSES = "refuses"
    DROPS = "drops"


@dataclass(frozen=True)
class Handed:
    """A whole message as it arrived; `is_taken` if we said so, or hung up when we had it."""

    message_id: str
    address: str
    digest: str
    is_taken: bool


@dataclass
class MailServer:
    rng: random.Random
    mood: Mood = Mood.TAKES
    handed: list[Handed] = field(default_factory=list)
    trouble: Counter[str] = field(default_factory=Counter)
    cut_short: int = 0
    slowed: int = 0

    def start(self) -> None:
        self._controller = _OnThisMachine(self)
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    @property
    def met(self) -> int:
        """How often somebody has met with trouble here."""
        return self.slowed + self.cut_short + self.trouble.total()

    def hangs_up_early(self) -> bool:
        is_cut = self.mood is Mood.DROPS and self.rng.random() < 0.5
        self.cut_short += is_cut
        return is_cut

    async def handle_DATA(self, server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        found = MESSAGE_ID.search(content)
        name = found[1].decode() if found else ""
        mood = self.mood if self.trouble[name] < MOST_TROUBLE else Mood.TAKES
        self.trouble[name] += mood in (Mood.REFUSES, Mood.DROPS)
        digest = hashlib.sha256(_without_what_differs(content)).hexdigest()
        self.handed += [
            Handed(name, address, digest, is_taken=mood is not Mood.REFUSES) for address in envelope.rcpt_tos
        ]
        if mood is Mood.SLOW:
            self.slowed += 1
            await asyncio.sleep(self.rng.uniform(0.2, 1.5))
        if mood is Mood.DROPS:
            server.transport.abort()
        return "451 come again" if mood is Mood.REFUSES else "250 OK"


class _HangsUp(SMTP):
    """Ends the connection when the client was told to go on, so while it sends."""

    is_to_hang_up: Callable[[], bool]

    async def push(self, status: Any) -> None:
        await super().push(status)
        if str(status).startswith("354") and isinstance(self.transport, asyncio.Transport) and self.is_to_hang_up():
            self.transport.abort()


class _OnThisMachine(Controller):
    def __init__(self, mail: MailServer) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._mail = mail
        super().__init__(mail, hostname="127.0.0.1", port=port)

    def factory(self) -> SMTP:
        server = _HangsUp(self.handler, **self.SMTP_kwargs)
        server.is_to_hang_up = self._mail.hangs_up_early
        return server


def _without_what_differs(content: bytes) -> bytes:
    """Less the moment of sending and the mark between parts, which each time are others."""
    parted = re.search(rb'boundary="([^"]+)"', content)
    same = re.sub(rb"(?m)^Date: .*$", b"", content)
    return same.replace(parted[1], b"") if parted else same
