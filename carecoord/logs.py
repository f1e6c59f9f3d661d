"""How a line of the log is written: as words or as JSON, with the request's id, and with nothing personal in it.

The message of an exception can hold a resident's own words (PostgreSQL quotes the row that failed), so a traceback is
written as its places and the kinds of its exceptions, never their messages. Sentences of others that quote what was
asked (an address, a host, a header) are replaced; the line of the request itself names its route.
"""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

# Which request or task speaks at present: {"request_id": ...} or {"task_id": ...}.
speaking_for: ContextVar[Mapping[str, str]] = ContextVar("speaking_for", default={})  # noqa: B039  never changed in place


def places_of(exception: BaseException) -> list[str]:
    """One line for each exception of the chain, the first cause first, and one for each place it passed through."""
    cause = exception.__cause__ or (None if exception.__suppress_context__ else exception.__context__)
    lines = places_of(cause) if cause else []
    kind = f"{type(exception).__module__}.{type(exception).__qualname__}"
    frames = traceback.extract_tb(exception.__traceback__)
    return [*lines, kind, *(f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)]


def _quotes_the_request(record: logging.LogRecord) -> bool:
    if record.name == "gunicorn.error":
        return bool(record.exc_info) or "Invalid request" in str(record.msg)
    return record.name.startswith(("django.request", "django.security"))


class WithoutWords(logging.Filter):
    """Celery puts the message of a task's exception into its own sentence; only its kind stays."""

    def filter(self, record: logging.LogRecord) -> bool:
        if _quotes_the_request(record):
            record.msg, record.args = "a request was refused, or failed", ()
        if isinstance(record.args, Mapping) and "exc" in record.args:
            caught = record.exc_info[1] if record.exc_info else None
            kind = type(caught).__name__ if caught else "an error"
            record.args = {**record.args, "exc": kind, "traceback": ""}
        return True


class Line(logging.Formatter):
    """For people: time, level, logger, message, and the request's id where there is one."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return " ".join([super().format(record), *(f"{name}={id_}" for name, id_ in speaking_for.get().items())])

    def formatException(self, ei: Caught) -> str:  # noqa: N802  logging's own name
        return "\n".join(places_of(ei[1])) if ei[1] else ""


class JsonLine(logging.Formatter):
    """For collectors: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **speaking_for.get(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1]:
            told["exception"] = places_of(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False)


def configuration(form: str) -> dict[str, Any]:
    """For Django's LOGGING; `form` is `line` or `json`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": Line}, "json": {"()": JsonLine}},
        "filters": {"without words": {"()": WithoutWords}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "stream": sys.stderr,
                "formatter": form,
                "filters": ["without words"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
        # Django tells of every page that was not found; carecoord.requests has a line for it already.
        "loggers": {"django.request": {"level": "ERROR"}},
    }
