"""Small charts, drawn on the server: one measure over time, between the ends of its scale, and the same as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from carecoord.ui import dates

# The drawing, in units of a pixel on a narrow phone: there its 14 px letters are 14 px high.
WIDTH, HEIGHT = 256, 148
LEFT, RIGHT, TOP, BOTTOM = 30, 236, 22, 118
MOST_DOTS = 30


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """``said`` is the value in words, ``by`` who says so. Without a number it stands in the table only."""

    on: date
    value: float | None
    said: str
    by: str = ""

    @property
    def day(self) -> str:
        return dates.day(self.on)


@dataclass(frozen=True, slots=True)
class Place:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    said: str

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def above(self) -> float:
        return self.y - 5


@dataclass(frozen=True, slots=True)
class Chart:
    """``points``, the oldest first. The axis goes from ``least`` to ``most``, the ends of the scale; where there is no
    upper end, to the highest value. ``finding`` is the sentence in bold, ``meaning`` what is better and how it was
    worked out. Of ``is_bars`` each point counts what came since the day before it."""

    template: ClassVar[str] = "components/chart.jinja"
    title: str
    finding: str
    meaning: str
    points: tuple[ChartPoint, ...]
    least: int = 0
    most: int | None = None
    is_bars: bool = False
    value_label: str = "Value"
    day_label: str = "Day"
    by_label: str = "Who measured it"

    @property
    def drawn(self) -> Sequence[ChartPoint]:
        return [point for point in self.points if point.value is not None]

    @property
    def latest_first(self) -> Sequence[ChartPoint]:
        return self.points[::-1]

    @property
    def is_drawn(self) -> bool:
        return bool(self.drawn)

    @property
    def has_authors(self) -> bool:
        return any(point.by for point in self.points)

    @property
    def top(self) -> int:
        highest = max((point.value or 0 for point in self.drawn), default=0)
        if self.most is not None and highest <= self.most:
            return self.most
        return max(int(-(-highest // 1)), self.least + 1)

    @property
    def places(self) -> Sequence[Place]:
        return [Place(self._x(point.on), self._y(point.value or 0)) for point in self.drawn]

    @property
    def dots(self) -> Sequence[Place]:
        """Each value, while they can be told apart; else only the latest."""
        return self.places if len(self.places) <= MOST_DOTS else self.places[-1:]

    @property
    def line(self) -> str:
        return " ".join(f"{place.x},{place.y}" for place in self.places)

    @property
    def bars(self) -> Sequence[Bar]:
        step = (RIGHT - LEFT) / len(self.drawn)
        tops = [self._y(point.value or 0) for point in self.drawn]
        return [
            Bar(round(LEFT + step * place + 3, 1), y, round(step - 6, 1), round(BOTTOM - y, 1), point.said)
            for place, (point, y) in enumerate(zip(self.drawn, tops, strict=True))
        ]

    @property
    def last_label(self) -> str:
        return f"{self.drawn[-1].value:g}"

    @property
    def last_label_y(self) -> float:
        """Above the value, where there is room for it."""
        y = self.places[-1].y
        return y - 8 if y - 8 > TOP - 4 else y + 20

    @property
    def first_day(self) -> str:
        return self.drawn[0].day

    @property
    def last_day(self) -> str:
        """Empty where everything is of one day."""
        last = self.drawn[-1].day
        return "" if last == self.first_day else last

    @property
    def in_words(self) -> str:
        """For those who do not see it; the numbers stand in the table."""
        to = f" to {self.last_day}" if self.last_day else ""
        values = "1 value" if len(self.drawn) == 1 else f"{len(self.drawn)} values"
        return (
            f"{self.title}: {values} from {self.first_day}{to}, drawn from {self.least} to {self.top}. {self.finding}"
        )

    def _x(self, on: date) -> float:
        first, last = self.drawn[0].on, self.drawn[-1].on
        share = (on - first).days / (last - first).days if last > first else 0.5
        return round(LEFT + 8 + share * (RIGHT - LEFT - 16), 1)

    def _y(self, value: float) -> float:
        share = (value - self.least) / (self.top - self.least)
        return round(BOTTOM - max(share, 0) * (BOTTOM - TOP), 1)
