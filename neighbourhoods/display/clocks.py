"""A clock of a group of residents, as a component."""

from datetime import datetime, timedelta
from typing import Final

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.components import Clock

SOON: Final = timedelta(days=2)


def clock_until(due: datetime | None, *, soon: timedelta = SOON) -> Clock | None:
    """None where no clock runs."""
    if due is None:
        return None
    now = clock.now()
    state = "overdue" if due <= now else "due_soon" if due - now <= soon else "on_time"
    return Clock(state, dates.moment(due, now=now))  # type: ignore[arg-type]
