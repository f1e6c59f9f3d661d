"""Where an account has signed in lately. There, guesses made elsewhere keep nobody out."""

from datetime import timedelta
from hashlib import sha256

from django.core.cache import cache

REMEMBERED = timedelta(days=60)


def remember(account: str, address: str) -> None:
    """Somebody has passed every factor of this account there, or has set its password by email."""
    cache.set(_key(account, address), True, REMEMBERED.total_seconds())


def is_usual(account: str, address: str) -> bool:
    return bool(cache.get(_key(account, address)))


def _key(account: str, address: str) -> str:
    """Says neither to whoever reads the cache."""
    return f"accounts:usual:{sha256(f'{account.strip().lower()}|{address}'.encode()).hexdigest()}"
