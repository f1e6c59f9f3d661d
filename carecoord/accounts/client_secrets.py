"""Secrets of API clients: made here, kept as salted SHA-256; two are good while one replaces the other.

A slow hash protects words that people choose. These have 256 bits of chance, so a fast one is as good, and giving out a
token costs a millisecond instead of a third of a second.
"""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from allauth.idp.oidc.models import Client
from django.contrib.auth.hashers import BasePasswordHasher
from django.utils.crypto import constant_time_compare

from carecoord import clock


class ClientSecretHasher(BasePasswordHasher):
    """`client_secret$salt$digest`, and during a rotation also `$until$digest of the one before`."""

    algorithm = "client_secret"

    def encode(self, password: str, salt: str) -> str:
        return f"{self.algorithm}${salt}${_digest(password, salt)}"

    def verify(self, password: str, encoded: str) -> bool:
        kept = self.decode(encoded)
        digest = _digest(password, kept["salt"])
        is_new = constant_time_compare(digest, kept["digest"])
        is_old = constant_time_compare(digest, kept["before"]) and clock.now().timestamp() < kept["until"]
        return is_new or is_old

    def decode(self, encoded: str) -> dict[str, Any]:
        _, salt, digest, *before = encoded.split("$")
        until, old = before if before else ("0", "")
        return {"algorithm": self.algorithm, "salt": salt, "digest": digest, "until": int(until), "before": old}

    def safe_summary(self, _encoded: str) -> dict[Any, Any]:
        return {"algorithm": self.algorithm}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing to make up for."""


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def set_secret(client: Client, secret: str, *, old_good_until: datetime | None = None) -> None:
    """Give the client this secret; the one before stays good until then, or ends now. Saves nothing."""
    hasher = ClientSecretHasher()
    is_ours = client.secret.startswith(f"{hasher.algorithm}$")
    salt = hasher.decode(client.secret)["salt"] if is_ours else hasher.salt()
    made = hasher.encode(secret, salt)
    if old_good_until and is_ours:
        made += f"${int(old_good_until.timestamp())}${hasher.decode(client.secret)['digest']}"
    client.secret = made


def end_old_secret(client: Client) -> None:
    """The secret before the present one is good no longer. Saves nothing."""
    client.secret = "$".join(client.secret.split("$")[:3])


def _digest(secret: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}{secret}".encode()).hexdigest()
