from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.utils import timezone

from carecoord.clock.moments import in_utc

_override: ContextVar[datetime | None] = ContextVar("clock_override", default=None)
_wrong_by: Callable[[], timedelta] | None = None


def now() -> datetime:
    """The present, aware and in UTC; inside `at`, the moment it was given."""
    return overridden() or timezone.now()


def today() -> date:
    """The date in settings.TIME_ZONE: shortly after midnight in summer, UTC is still on the day before."""
    return timezone.localdate(now(), timezone.get_default_timezone())


def overridden() -> datetime | None:
    """The moment that stands in place of the present, or None while time runs by itself."""
    moment = _override.get()
    if moment is None and _wrong_by is not None:
        return timezone.now() + _wrong_by()
    return moment


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Holds the present at a moment, for tests and the demonstration place; nests.

    It holds for this context only: another thread, worker or process keeps its own time.
    """
    token = _override.set(in_utc(moment))
    try:
        yield
    finally:
        _override.reset(token)


def goes_wrong(by: Callable[[], timedelta]) -> None:
    """From now on the clock of this whole process is wrong, by as much as `by` says whenever it is asked."""
    global _wrong_by
    _wrong_by = by
