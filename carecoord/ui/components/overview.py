"""The top of a page and the lead's view: counters, where to start, load against the limit."""

from dataclasses import dataclass
from typing import ClassVar, Literal


@dataclass(frozen=True, slots=True)
class Counter:
    """``tone`` red for overdue above 0; green is only for the zero of unowned items."""

    number: int | str
    label: str
    url: str = ""
    tone: Literal["", "red", "green"] = ""


@dataclass(frozen=True, slots=True)
class CounterStrip:
    """Six at most, unowned items always last. Make the last with ``unowned_counter``."""

    template: ClassVar[str] = "components/counter_strip.jinja"
    counters: tuple[Counter, ...]


def unowned_counter(number: int, *, url: str = "") -> Counter:
    """The counter that is always shown, so that a 1 would shock."""
    return Counter(number, "Unowned items", url, "red" if number else "green")


@dataclass(frozen=True, slots=True)
class StartHere:
    """The one green button of the page, with the reason. Leave it out when nothing is waiting."""

    template: ClassVar[str] = "components/start_here.jinja"
    bold: str
    reason: str
    button_text: str
    url: str


@dataclass(frozen=True, slots=True)
class LoadBar:
    """Weight carried against the limit for a person's hours. ``was`` draws a preview of a change."""

    template: ClassVar[str] = "components/load_bar.jinja"
    used: int
    limit: int
    was: int | None = None
    is_text_beside: bool = True

    @property
    def state(self) -> Literal["within", "over", "far_over"]:
        if self.used <= self.limit:
            return "within"
        return "over" if self.used * 10 <= self.limit * 11 else "far_over"

    @property
    def state_word(self) -> str:
        return {"within": "within the limit", "over": "over the limit", "far_over": "far over the limit"}[self.state]

    def _x(self, weight: int) -> float:
        """Position on a track of 200 units that always has room for the longest bar."""
        return round(200 * weight / max(140, self.limit, self.used, self.was or 0), 1)

    @property
    def bar_width(self) -> float:
        return self._x(self.used)

    @property
    def limit_x(self) -> float:
        return min(self._x(self.limit), 198.0)

    @property
    def change_x(self) -> float:
        return self._x(min(self.used, self.was if self.was is not None else self.used))

    @property
    def change_width(self) -> float:
        return round(abs(self._x(self.used) - self._x(self.was if self.was is not None else self.used)), 1)
