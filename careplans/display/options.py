"""Options as rows: what was offered, whether it was chosen, why, by whom and when."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from carecoord.ui import dates
from carecoord.ui.components import Link, Status
from careplans.display.people import written
from careplans.models import Option
from careplans.states import OPTION
from neighbourhoods.models import Resident


@dataclass(frozen=True)
class OptionRow:
    """`chosen` is who decided and when; `by` who offered it."""

    title: str
    need: str
    status: Status
    why: str
    chosen: str
    by: str
    is_error: bool
    change: Link


def option_rows(resident: Resident, options: Iterable[Option]) -> tuple[OptionRow, ...]:
    return tuple(option_row(resident, option) for option in options)


def option_row(resident: Resident, option: Option) -> OptionRow:
    is_decided = option.status in ("chosen", "declined") and option.decided_on
    return OptionRow(
        title=option.title,
        need=option.need,
        status=Status(OPTION[option.status].label),
        why=option.why,
        chosen=f"{option.said_by or resident.called}, {dates.day(option.decided_on)}" if is_decided else "",  # type: ignore[arg-type]
        by=written(option.written_by, option.created_at),
        is_error=option.status == "entered_in_error",
        change=Link(
            "Change" if option.decided_on else "Say what was chosen",
            reverse("option_detail", args=[option.id]),
            f"of the option {option.title}",
        ),
    )
