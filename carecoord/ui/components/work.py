"""Whose job it is and by when: clock, team, urgency, status, alerts, open items, counters, load."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from carecoord.ui.components.basics import Button, IconName, Link
from carecoord.ui.components.identity import ResidentLine

ClockState = Literal["on_time", "due_soon", "overdue", "paused", "no_clock"]
CLOCK_WORDS: dict[ClockState, tuple[str, IconName | None]] = {
    "on_time": ("On time", "clock"),
    "due_soon": ("Due soon", "clock"),
    "overdue": ("Overdue", "overdue"),
    "paused": ("Paused", "paused"),
    "no_clock": ("No clock", None),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """A word with a shape, then ``at`` in grey (``Today 12:15``; for paused the reason and until when).

    ``told`` adds who was told of an overdue item. ``layout`` inline puts all on one line.
    """

    template: ClassVar[str] = "components/clock.jinja"
    state: ClockState
    at: str = ""
    told: str = ""
    layout: Literal["stacked", "inline", "right"] = "stacked"

    @property
    def word(self) -> str:
        return CLOCK_WORDS[self.state][0]

    @property
    def icon(self) -> IconName | None:
        return CLOCK_WORDS[self.state][1]


@dataclass(frozen=True, slots=True)
class TeamChip:
    """The accountable team, and the person or state below. ``mine`` adds the blue label."""

    template: ClassVar[str] = "components/team_chip.jinja"
    team: str
    second: str = ""
    mine: Literal["", "you", "your_team"] = ""

    def __post_init__(self) -> None:
        if not self.team:
            raise ValueError("An item without an accountable team is a fault, not a state to show")


@dataclass(frozen=True, slots=True)
class Urgency:
    template: ClassVar[str] = "components/urgency.jinja"
    level: Literal["routine", "soon", "urgent", "two_hour"]

    @property
    def word(self) -> str:
        return self.level.replace("_", "-").capitalize()


StatusTone = Literal["white", "blue", "yellow", "green", "grey", "orange", "red"]
STATUS_WORDS: dict[StatusTone, tuple[str, ...]] = {
    "blue": ("New", "In progress", "Offered", "Key worker"),
    "yellow": ("Reply in", "Asked you", "Outcome to read", "Choose one"),
    "green": ("Accepted", "Active", "Agreed", "Achieved", "Completed", "Met", "Covered", "Reached"),
    "orange": ("Not met",),
    "grey": (
        "Draft", "Closed", "Cancelled", "Declined", "Not possible", "Withdrawn", "Ended", "Superseded",
        "Entered in error", "Too few to judge",
    ),
}  # fmt: skip
STATUS_TONES = {word: tone for tone, words in STATUS_WORDS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Status:
    """A status in the same colour everywhere (UI-24); a word without a colour of its own is white."""

    template: ClassVar[str] = "components/status.jinja"
    word: str
    tone: StatusTone | None = None

    @property
    def colour(self) -> StatusTone:
        return self.tone or STATUS_TONES.get(self.word, "white")


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a service last said about its space; ``said`` is the grey line, ``Said 22-Nov-2026``."""

    template: ClassVar[str] = "components/capacity.jinja"
    state: Literal["open", "full", "unknown"]
    text: str
    said: str


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert. ``what`` is bold, ``sentence`` says when it was sent and who is told next.

    ``url`` opens what it is about when the resident has no link. The acknowledge form posts to
    ``acknowledge_url`` with ``next``; the page comes back to ``#alert-<key>``. ``sent_url`` says what was sent of it.
    """

    template: ClassVar[str] = "components/alert_row.jinja"
    key: str
    what: str
    sentence: str
    state: Literal["new", "escalated", "acknowledged"] = "new"
    resident: ResidentLine | None = None
    clock: Clock | None = None
    acknowledge_url: str = ""
    acknowledged: str = ""
    url: str = ""
    next_url: str = ""
    sent_url: str = ""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Every one has a team and a clock; ``button`` only where the reader may act."""

    kind: str
    title: str
    url: str
    team: TeamChip
    clock: Clock
    second: str = ""
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class OpenItemGroup:
    """``title`` empty shows no group row."""

    items: tuple[OpenItem, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class OpenItemTable:
    """``caption`` is read out. Order of items: overdue, due soon, paused, on time, then by time."""

    template: ClassVar[str] = "components/open_item_table.jinja"
    caption: str
    groups: tuple[OpenItemGroup, ...]
    more: Link | None = None
    item_label: str = "Item"
    team_label: str = "Accountable team"
    clock_label: str = "Clock"

    @property
    def has_buttons(self) -> bool:
        return any(item.button for group in self.groups for item in group.items)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A row of a side panel or a list of work: link, resident, clock; ``text`` is an optional black line."""

    template: ClassVar[str] = "components/item_row.jinja"
    resident: ResidentLine | None
    clock: Clock | None
    title: str = ""
    url: str = ""
    text: str = ""
    button: Button | None = None
