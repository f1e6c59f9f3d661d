"""How much of something there was on each of a row of days, to look at; the page says the numbers too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

WIDE: Final = 10
HIGH: Final = 60


@dataclass(frozen=True, slots=True)
class DayBars:
    """`days` are a name and a number each, in order; `what` says what is counted, for who hears it instead."""

    template: ClassVar[str] = "components/day_bars.jinja"
    what: str
    days: Sequence[tuple[str, float]]

    @property
    def width(self) -> int:
        return WIDE * len(self.days)

    @property
    def bars(self) -> list[tuple[int, float, float, str]]:
        """Where each begins, its top and its height, and what it says."""
        most = max((number for _, number in self.days), default=0)
        heights = [round(HIGH * number / most, 1) if most else 0 for _, number in self.days]
        return [
            (WIDE * place + 1, round(HIGH - high, 1), high, f"{name}: {self.said(number)}")
            for place, (high, (name, number)) in enumerate(zip(heights, self.days, strict=True))
        ]

    @property
    def summary(self) -> str:
        name, most = max(self.days, key=lambda one: one[1])
        return f"{self.what}: at most {self.said(most)}, on {name}" if most else f"{self.what}: none"

    @property
    def ends(self) -> tuple[str, str]:
        return self.days[0][0], self.days[-1][0]

    @staticmethod
    def said(number: float) -> str:
        return f"{number:.1f}".removesuffix(".0")
