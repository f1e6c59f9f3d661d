"""What is right once in a thousand times and a slip otherwise: asked once more, never refused (domain.md 2.1, 2.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from carecoord import clock
from carecoord.ui import dates, forms
from neighbourhoods.ages import is_under
from neighbourhoods.values import may_be_from_another_nation

OLDEST: Final = 130


@dataclass(frozen=True)
class Doubt:
    """About one field of the form; `label` is what one ticks to go on."""

    field: str
    sentence: str
    label: str

    @property
    def tick(self) -> str:
        return f"{self.field}_is_right"


class AsksAgain(forms.Form):
    """A tick box comes beside what is doubted, only then; what stood there before is not doubted."""

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        for doubt in _doubts({name: value for name, value in typed.items() if self._is_new(name, value)}):
            self._ask(doubt)
        return typed

    def _is_new(self, name: str, value: object) -> bool:
        return str(self.initial.get(name, "")).replace(" ", "") != str(value)

    def _ask(self, doubt: Doubt) -> None:
        self.fields[doubt.tick] = forms.BooleanField(label=doubt.label, required=False)
        names = [name for name in self.fields if name != doubt.tick]
        names.insert(names.index(doubt.field) + 1, doubt.tick)
        self.order_fields(names)
        if not self[doubt.tick].data:
            self.add_error(doubt.tick, doubt.sentence)


def _doubts(typed: dict[str, Any]) -> Iterator[Doubt]:
    born, number = typed.get("birth_date"), typed.get("nhs_number")
    if born and not is_under(born, OLDEST + 1, on=clock.today()):
        age = dates.age(born, now=clock.today()).removesuffix("y")
        yield Doubt(
            "birth_date",
            f"They would be {age} years old: check the date of birth, and tick that it is right",
            "The date of birth is right",
        )
    if number and may_be_from_another_nation(number):
        yield Doubt(
            "nhs_number",
            "Scottish and Northern Irish numbers begin like this one: check it, and tick that it is the NHS number",
            "This is the NHS number",
        )
