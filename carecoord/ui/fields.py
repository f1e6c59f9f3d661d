"""Form fields for days, moments, NHS numbers and longer text, with errors that say what to do."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import make_aware

from carecoord.ui.dates import FULL_MONTHS, MONTHS
from carecoord.ui.widgets import DATE_PARTS, MOMENT_PARTS, DateBoxes, MomentBoxes, ReadySelect

BEYOND_YEARS = (1850, 2200)
TIME = re.compile(r"^(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm)?$", re.IGNORECASE)


class PartError(ValidationError):
    """An error in one box of several: ``part`` is the first wrong one, ``boxes`` all of them."""

    def __init__(self, message: str, *boxes: str, code: str = "invalid") -> None:
        super().__init__(message, code=code, params={})
        self.boxes = boxes

    @property
    def part(self) -> str:
        return self.boxes[0]


class DateField(forms.MultiValueField):
    """A day in three boxes; takes ``3``, ``03``, ``mar``, ``March``. Gives a date or None."""

    widget: Any = DateBoxes
    parts: Sequence[str] = DATE_PARTS

    def __init__(self, *, is_own_birth_date: bool = False, widget: forms.Widget | None = None, **kwargs: Any) -> None:
        boxes = widget or DateBoxes(is_own_birth_date=is_own_birth_date)
        super().__init__(_text_fields(self.parts), require_all_fields=False, widget=boxes, **kwargs)

    def clean(self, value: Any) -> date | None:
        typed = [str(box or "").strip() for box in value or [""] * len(self.parts)]
        if not any(typed):
            self._refuse_empty()
            return None
        missing = [part for part, box in zip(self.parts, typed, strict=True) if not box]
        if missing:
            raise PartError(f"{self.subject} must include {_listed(missing)}", *missing)
        return self.checked(typed)

    def checked(self, typed: list[str]) -> date:
        when = parse_date(self.subject, *typed[:3])
        self.run_validators(when)
        return when

    def compress(self, data_list: Any) -> Any:
        return data_list

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = initial if isinstance(initial, list) else self.widget.decompress(initial)
        return [str(box or "") for box in before] != [str(box or "") for box in data or [""] * len(self.parts)]

    @property
    def subject(self) -> str:
        """How the field is named at the start of its messages."""
        label = str(self.label or "Date").removesuffix("?").strip()
        return label[:1].upper() + label[1:]

    def _refuse_empty(self) -> None:
        if self.required:
            raise PartError(str(self.error_messages["required"]), *self.parts, code="required")


class DateTimeField(DateField):
    """A day and a time (``9``, ``09:05``, ``9.05``, ``2pm``) in four boxes. Gives an aware moment or None."""

    widget: Any = MomentBoxes
    parts: Sequence[str] = MOMENT_PARTS

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=MomentBoxes(), **kwargs)

    def checked(self, typed: list[str]) -> datetime:
        when = parse_date(self.subject, *typed[:3])
        at = make_aware(datetime.combine(when, parse_time(self.subject, typed[3])))
        self.run_validators(at)
        return at


class NHSNumberField(forms.CharField):
    """Asked with figures and room for ten. ``rule`` is what reads and refuses one, and gives the stored form.

    Residents' numbers use ``neighbourhoods.values.clean_nhs_number``; this floor knows no rule of its own.
    """

    def __init__(self, *, rule: Callable[[str], str], **kwargs: Any) -> None:
        kwargs.setdefault("label", "NHS number")
        kwargs.setdefault("help_text", "10 digits. For example, 999 000 0018")
        super().__init__(**kwargs)
        self.rule = rule

    def clean(self, value: Any) -> str:
        typed: str = super().clean(value)
        return self.rule(typed) if typed else ""


class TextField(forms.CharField):
    """Longer text in a text area; a line break counts as one character, as it does on screen."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if text else text


def parse_date(subject: str, day: str, month: str, year: str) -> date:
    """The date of three typed boxes; raises PartError naming the first wrong box."""
    number = _month(month)
    if number is None:
        raise PartError(f"{subject} must have a month from 1 to 12, or its name", "month")
    if not (day.isascii() and day.isdigit() and 1 <= int(day) <= 31):
        raise PartError(f"{subject} must have a day from 1 to 31", "day")
    full_year = _year(year)
    if full_year is None:
        raise PartError(f"{subject} must have a year of 4 digits", "year")
    try:
        return date(full_year, number, int(day))
    except ValueError:
        raise PartError(f"{FULL_MONTHS[number - 1]} {full_year} has no day {int(day)}", *DATE_PARTS) from None


def parse_time(subject: str, typed: str) -> time:
    """The time of day in one typed box; raises PartError for the box ``time``."""
    found = TIME.match(typed)
    hour, minute, half = (int(found[1]), int(found[2] or 0), (found[3] or "").lower()) if found else (99, 0, "")
    is_on_the_clock = 1 <= hour <= 12 if half else hour <= 23
    if not is_on_the_clock or minute > 59:
        raise PartError(f"{subject} must have a time such as 09:05", "time")
    return time(hour % 12 + (12 if half == "pm" else 0) if half else hour, minute)


def _month(typed: str) -> int | None:
    if typed.isascii() and typed.isdigit():
        return int(typed) if 1 <= int(typed) <= 12 else None
    beginning = typed.casefold().rstrip(".")
    for number, (short, full) in enumerate(zip(MONTHS, FULL_MONTHS, strict=True), start=1):
        if beginning.startswith(short.casefold()) and full.casefold().startswith(beginning):
            return number
    return None


def _year(typed: str) -> int | None:
    """A year of four digits; two digits are never guessed at, because residents are born in two centuries."""
    if not (typed.isascii() and typed.isdigit() and len(typed) == 4):
        return None
    first, last = BEYOND_YEARS
    return int(typed) if first <= int(typed) <= last else None


def _listed(parts: Sequence[str]) -> str:
    """``a month``, ``a month and a year``, ``a month, a year and a time``."""
    *first, last = [f"a {part}" for part in parts]
    return f"{', '.join(first)} and {last}" if first else last


def _text_fields(parts: Sequence[str]) -> tuple[forms.CharField, ...]:
    return tuple(forms.CharField(required=False) for _ in parts)


class ReadyChoiceField(forms.ChoiceField):
    """Of choices that are pairs already, hundreds perhaps."""

    widget = ReadySelect

    @property
    def choices(self) -> Any:
        return self._choices

    @choices.setter
    def choices(self, pairs: Any) -> None:
        self._choices: Any = pairs
        self.widget.choices = pairs
