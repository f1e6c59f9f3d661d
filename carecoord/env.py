"""Settings from the environment. A missing or wrong one names itself, says what is wrong, gives an example: exit 2."""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UUID_WRITTEN = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def refuse(name: str, wrong: str, example: str) -> NoReturn:
    sys.stderr.write(f"{name} {wrong}. For example: {name}={example}\n")
    raise SystemExit(2)


def text(name: str, *, example: str, default: str | None = None) -> str:
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        refuse(name, "is not set", example)
    return default


MADE_AT_RANDOM = "$(python3 -c 'import secrets; print(secrets.token_urlsafe(48))')"


def secret(name: str, *, least: int) -> str:
    """A word that nobody guesses; the sentence about a short one says how to make another, and never shows it."""
    value = text(name, example=MADE_AT_RANDOM)
    if len(value) < least:
        refuse(name, f"has {len(value)} characters and needs {least} or more, made at random", MADE_AT_RANDOM)
    return value


def optional_secret(name: str, *, least: int) -> str:
    """The same; empty where it is not set."""
    return secret(name, least=least) if os.environ.get(name, "").strip() else ""


def words(name: str) -> tuple[str, ...]:
    """With commas between; none where it is not set."""
    return tuple(word.strip() for word in os.environ.get(name, "").split(",") if word.strip())


def folder(name: str, *, example: str) -> Path | None:
    """A folder that is there; None where the setting is empty."""
    value = os.environ.get(name, "").strip()
    if value and not Path(value).is_dir():
        refuse(name, f"is {value!r}, and there is no such folder", example)
    return Path(value) if value else None


def flag(name: str) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "0", "false", "no", "off"}:
        return False
    if value in {"1", "true", "yes", "on"}:
        return True
    refuse(name, f"is {value!r}, which is neither yes nor no", "1")


def url(name: str, schemes: tuple[str, ...], *, example: str, default: str | None = None) -> str:
    value = text(name, example=example, default=default)
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  a wrong port raises only when it is read
    except ValueError:
        refuse(name, "is not an address", example)
    if parts.scheme not in schemes or not (parts.hostname or parts.scheme in {"log", "null"}):
        refuse(name, f"is not an address that starts with {' or '.join(s + '://' for s in schemes)}", example)
    return value


def issuer(name: str, *, example: str) -> str:
    """Who an identity provider says it is, letter for letter; empty where none is set. Without TLS only on loopback."""
    value = text(name, example=example, default="")
    if not value:
        return ""
    parts = urlsplit(url(name, ("https", "http"), example=example))
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        refuse(name, "does not start with https://", example)
    if parts.query or parts.fragment:
        refuse(name, "has something after its path", example)
    return value


def origins(name: str, *, example: str) -> tuple[str, ...]:
    """Addresses without a path, with commas between; none where it is not set."""
    values = tuple(value.strip() for value in text(name, example=example, default="").split(",") if value.strip())
    for value in values:
        parts = urlsplit(value)
        if parts.scheme != "https" or not parts.hostname or value != f"https://{parts.netloc}":
            refuse(name, f"has {value!r}, which is not https:// and a host", example)
    return values


def claim(name: str, *, example: str) -> tuple[str, frozenset[str]]:
    """The name of a claim and the values that will do, written `amr=mfa,hwk`; empty where it is not set."""
    value = text(name, example=example, default="")
    word, _, values = value.partition("=")
    accepted = frozenset(one.strip() for one in values.split(",") if one.strip())
    if value and not (word.strip() and accepted):
        refuse(name, "does not name a claim and the values that will do", example)
    return word.strip(), accepted


def notify_key(name: str, *, example: str) -> str:
    """A key of GOV.UK Notify: a name, the id of the service and a secret, never shown; empty where none is set."""
    value = text(name, example=example, default="")
    if value and not re.fullmatch(rf".*-?{UUID_WRITTEN}-{UUID_WRITTEN}", value):
        refuse(name, "is not a key of GOV.UK Notify, which ends with two ids", example)
    return value


def all_or_none(examples: Mapping[str, str]) -> None:
    """Variables that mean something only together."""
    given = [name for name in examples if os.environ.get(name, "").strip()]
    for name, example in examples.items():
        if given and name not in given:
            refuse(name, f"is not set, and {given[0]} is", example)


def only_with(needed: str, *names: str, example: str) -> None:
    """Variables that mean nothing without another."""
    if not os.environ.get(needed, "").strip():
        for name in names:
            if os.environ.get(name, "").strip():
                refuse(needed, f"is not set, and {name} is", example)


def time_zone(name: str, default: str) -> str:
    value = text(name, example=default, default=default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        refuse(name, f"is {value!r}, which is not a time zone", default)
    return value


def choice(name: str, choices: tuple[str, ...], default: str) -> str:
    value = text(name, example=default, default=default)
    if value not in choices:
        refuse(name, f"is {value!r}, which is none of {', '.join(choices)}", default)
    return value
