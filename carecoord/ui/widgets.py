"""Widgets that the design system has and Django does not."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.timezone import localtime

DATE_PARTS = ("day", "month", "year")
MOMENT_PARTS = (*DATE_PARTS, "time")


class Radios(forms.RadioSelect):
    """Radios with a hint under single choices, or all in one row."""

    def __init__(self, *, hints: Mapping[str, str] | None = None, is_inline: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hints, self.is_inline = dict(hints or {}), is_inline


class ReadySelect(forms.Select):
    """Of choices that are pairs already: Django would go through hundreds of them each time they are handed on."""

    choices: Any = ()


class Checkboxes(forms.CheckboxSelectMultiple):
    """Checkboxes with a hint under single choices."""

    def __init__(self, *, hints: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hints = dict(hints or {})


class PartBoxes(forms.MultiWidget):
    """Boxes side by side for the parts of one value, posted as ``<name>_day`` and so on."""

    parts: tuple[str, ...] = ()
    is_own_birth_date = False

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({part: forms.TextInput() for part in self.parts}, attrs)

    def decompress(self, value: Any) -> list[Any]:  # noqa: ARG002 - the name is Django's
        return [""] * len(self.parts)


class DateBoxes(PartBoxes):
    """Three boxes for a day. ``is_own_birth_date``: the browser may fill in the reader's own (UI-17)."""

    parts = DATE_PARTS

    def __init__(self, attrs: dict[str, Any] | None = None, *, is_own_birth_date: bool = False) -> None:
        super().__init__(attrs)
        self.is_own_birth_date = is_own_birth_date

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if isinstance(value, date) else super().decompress(value)


class MomentBoxes(PartBoxes):
    """Three boxes for the day and one for the time."""

    parts = MOMENT_PARTS

    def decompress(self, value: Any) -> list[Any]:
        if not isinstance(value, datetime):
            return super().decompress(value)
        at = localtime(value)
        return [at.day, at.month, at.year, f"{at:%H:%M}"]
