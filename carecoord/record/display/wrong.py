"""What to do if things go wrong, in the first three seconds: if this happens, do that, and ring them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

from carecoord.record.display.whole import CLINICAL
from carecoord.record.reading.standing import IF_WRONG, Open
from carecoord.ui import dates
from carecoord.ui.addresses import reverse
from carecoord.ui.components import Link
from neighbourhoods.display.entries import short
from neighbourhoods.models import Entry, Resident
from neighbourhoods.models.clinical import reads_kind
from neighbourhoods.principal import Principal

MOST: Final = 3
MOST_STEPS: Final = 4
ALL_STEPS: Final = 1_000
KIND: Final = "contingency_plan"


@dataclass(frozen=True, slots=True)
class IfRow:
    """One plan: `when` it holds, the `steps`, whom to `ring`, what is kept `at_hand`; `more` leads to all of it."""

    template: ClassVar[str] = "record/if_row.jinja"
    when: str
    steps: tuple[str, ...]
    ring: tuple[str, ...]
    more: Link
    second: str
    at_hand: str = ""


@dataclass(frozen=True)
class Wrong:
    """Without rows `says` why, and `link` leads to where it is written down."""

    rows: tuple[IfRow, ...]
    says: str
    link: Link | None
    everything: Link | None
    printed: Link


def if_wrong(principal: Principal, resident: Resident, found: Open) -> Wrong:
    plans, is_hidden = found.if_wrong, not reads_kind(principal, KIND)
    all_plans = f"{reverse('whole_record', args=[resident.id])}#{IF_WRONG}"
    says = CLINICAL if is_hidden else f"Nobody has written down what to do if {resident.called} gets worse."
    write = reverse("entry_new", args=[resident.id, KIND])
    return Wrong(
        rows=tuple(if_rows(plans[:MOST])),
        says="" if plans else says,
        link=None if is_hidden else Link("Add a plan" if plans else "Write it down", write),
        printed=Link("Print one page", reverse("emergency_plan", args=[resident.id])),
        everything=Link(f"All {len(plans)} plans", all_plans) if len(plans) > MOST else None,
    )


def if_rows(plans: Iterable[Entry], most_steps: int = MOST_STEPS) -> Iterable[IfRow]:
    for one in plans:
        day = dates.day(one.created_at)
        yield IfRow(
            when=one.says,
            steps=_steps(one.text, most_steps),
            ring=tuple(one.data.get("ring") or ()),
            more=Link(one.definition.title, reverse("entry", args=[one.resident_id, one.id]), hidden=one.says),
            second=f"{day}, {one.recorded_by_name}" if one.recorded_by_name else day,
            at_hand=one.data.get("kept_ready") or "",
        )


def _steps(text: str, most: int) -> tuple[str, ...]:
    """One a line; what does not fit is said to be there, never left out in silence."""
    steps = [short(line) for line in text.splitlines() if line.strip()]
    left = len(steps) - most
    return (*steps[:most], f"And {left} more: open the plan.") if left > 0 else tuple(steps)
