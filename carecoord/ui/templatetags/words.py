"""Filters for dates, ages, names and numbers. ``{% load words %}``"""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui import words as say

register = template.Library()


@register.filter
def day(when: date | datetime | None) -> str:
    """``05-Jan-2026``."""
    return dates.day(when) if when else ""


@register.filter
def moment(at: datetime | None) -> str:
    """``Today 12:15`` or ``26-Nov-2026 17:00``."""
    return dates.moment(at, now=clock.now()) if at else ""


@register.filter
def until(at: datetime, start: datetime) -> str:
    """After "to": ``20:00`` on the day of `start`, else ``26-Nov-2026 20:00``."""
    return dates.until(at, start, now=clock.now())


@register.filter
def moment_inside(at: datetime | None) -> str:
    """``today 12:15``, inside a sentence."""
    return dates.moment_inside(at, now=clock.now()) if at else ""


@register.filter
def due_day(when: date | datetime | None) -> str:
    """``Today`` or ``26-Nov-2026``."""
    return dates.due_day(when, now=clock.now()) if when else ""


@register.filter
def time_of_day(at: datetime | None) -> str:
    """``09:05``."""
    return dates.time_of_day(at) if at else ""


@register.filter
def weekday_moment(at: datetime | None) -> str:
    """``Tuesday 24-Nov-2026, 10:47``."""
    return dates.weekday_moment(at) if at else ""


@register.filter
def long_day(when: date | datetime | None) -> str:
    """``5 January 2026``: letters and pages for residents."""
    return dates.long_day(when) if when else ""


@register.filter
def age(born: date | datetime | None) -> str:
    """``78y``, ``4w 1d``."""
    return dates.age(born, now=clock.now()) if born else ""


@register.filter
def nhs_number(digits: str | None) -> str:
    """``999 000 0018`` or ``Not known``."""
    return say.nhs_number(digits)


@register.filter
def unbroken(text: Any) -> SafeString:
    """Keeps every date, NHS number, phone number and reference in a sentence on one line."""
    return say.unbroken(text)


@register.filter
def tel(number: str) -> str:
    """A phone number as ``tel:`` wants it: digits and a leading plus only."""
    return say.tel(number)


@register.filter
def counted(number: int) -> str:
    """``12`` or ``99+``."""
    return say.counted(number)


@register.filter
def with_code(text: str) -> SafeString:
    """What stands between two backticks, as code: ``Send `If-Match` ``."""
    parts = enumerate(text.split("`"))
    marks = [format_html("<code>{}</code>", part) if number % 2 else escape(part) for number, part in parts]
    return format_html_join("", "{}", ((mark,) for mark in marks))
