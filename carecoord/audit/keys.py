"""The key of the seals: in the environment of those who seal and verify, never in the database nor in a backup."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Key:
    """`name` is told in seals, so that it can be said which key a seal needs; nothing of the key follows from it."""

    name: str
    secret: bytes


def current_key() -> Key | None:
    """The key to seal with; None where this process has been given none."""
    return _key(settings.AUDIT_KEY) if settings.AUDIT_KEY else None


def known_keys() -> Mapping[str, Key]:
    """The present key and those that were in use before, by name."""
    words = [word for word in (settings.AUDIT_KEY, *settings.AUDIT_FORMER_KEYS) if word]
    return {key.name: key for key in map(_key, words)}


def _key(word: str) -> Key:
    return Key(hashlib.sha256(b"carecoord, the name of the key " + word.encode()).hexdigest()[:16], word.encode())
