"""Settings from the environment. A missing or wrong one names itself, says what is wrong, gives an example: exit 2."""

import os
import sys
from typing import NoReturn
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


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
