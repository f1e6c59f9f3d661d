"""Widgets that the design system has and Django does not."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.timezone import localtime

DATE_PARTS = ("day", "month", "year")


class Radios(forms.RadioSelect):
    """Radios with a hint under single choices, or all in one row."""

    def __init__(self, *, hints: Mapping[str, str] | None = None, is_inline: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hints, self.is_inline = dict(hints or {}), is_inline


class Checkboxes(forms.CheckboxSelectMultiple):
    """Checkboxes with a hint under single choices."""

    def __init__(self, *, hints: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hints = dict(hints or {})


class DateBoxes(forms.MultiWidget):
    """Three boxes, posted as ``<name>_day``, ``<name>_month`` and ``<name>_year``.

    ``is_birth_date`` is for a person's own birth date (UI-17): the browser may then fill it in.
    """

    def __init__(self, attrs: dict[str, Any] | None = None, *, is_birth_date: bool = False) -> None:
        self.is_birth_date = is_birth_date
        super().__init__({part: forms.TextInput() for part in DATE_PARTS}, attrs)

    def decompress(self, value: date | str | None) -> list[Any]:
        if not isinstance(value, date):
            return ["", "", ""]
        return [value.day, value.month, value.year]


class MomentBoxes(forms.MultiWidget):
    """Three boxes for the day and one for the time, posted as ``<name>_time``."""

    is_birth_date = False

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({part: forms.TextInput() for part in (*DATE_PARTS, "time")}, attrs)

    def decompress(self, value: datetime | None) -> list[Any]:
        if not isinstance(value, datetime):
            return ["", "", "", ""]
        at = localtime(value)
        return [at.day, at.month, at.year, f"{at:%H:%M}"]
