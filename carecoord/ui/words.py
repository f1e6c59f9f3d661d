"""Names and numbers as staff read them (UI-03, UI-04, UI-06), and what may never break across two lines."""

import re
from datetime import date, datetime
from html import escape
from typing import Any

from django.utils.safestring import SafeString

from carecoord.turning import kept_inside
from carecoord.ui import dates

NHS_NUMBER_MISSING = "Not known"
# What waits is counted to a hundred (app.waiting): whoever has that many is told no more by the exact number.
MOST_COUNTED = 100

# Dates, moments, NHS numbers, phone numbers and references: design.md section 3 says never break these.
UNBREAKABLE = re.compile(
    r"\b\d{2}-[A-Z][a-z]{2}(?:-\d{4})?(?: \d{2}:\d{2})?\b"
    r"|\b[Tt]oday \d{2}:\d{2}\b"
    r"|\b\d{3} \d{3} \d{4}\b"
    r"|(?<![\w+])(?:\+44 ?|0)\d{2,4}[ \d]{6,10}\d\b"
    r"|\b[A-Z]{2,4}-\d{2,}\b"
)

# Of one word, so long that it would make the page wider than a phone: a web address, a word typed without spaces.
LONG_WORD = re.compile(r"((?:&#?\w+;|[^\s&<>]){24})(?=[^\s<>])")


def banner_name(*, family_name: str, given_name: str, title: str = "") -> str:
    """``HARTLEY, Sheila (Mrs)``."""
    name = list_name(family_name=family_name, given_name=given_name)
    return f"{name} ({kept_inside(title)})" if title else name


def list_name(*, family_name: str, given_name: str) -> str:
    """``HARTLEY, Sheila``; a person with one name only has no comma."""
    return kept_inside(", ".join(part for part in (family_name.upper(), given_name) if part))


def nhs_number(digits: str | None) -> str:
    """``999 000 0018``; a missing number is said in words, never with a sign (UI-06)."""
    if not digits:
        return NHS_NUMBER_MISSING
    plain = re.sub(r"\D", "", digits)
    return f"{plain[:3]} {plain[3:6]} {plain[6:]}"


def born(birth_date: date | None, *, now: datetime, status: str = "exact") -> str:
    """``14-Mar-1948 (78y)``; an estimated date says so, an unknown one is ``Not known``."""
    if birth_date is None:
        return "Not known"
    words = f"{dates.day(birth_date)} ({dates.age(birth_date, now=now)})"
    return f"{words}, estimated" if status == "estimated" else words


def age_at_death(birth_date: date | None, died_on: date) -> str:
    """``92y``, without brackets (UI-08)."""
    return "Not known" if birth_date is None else dates.age(birth_date, now=died_on)


def inside(label: str) -> str:
    """``nurse`` of ``Nurse``, and ``GP`` of ``GP``: a label inside a sentence."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def unbroken(text: Any) -> SafeString:
    """The text, escaped, with every date, number and reference in it kept on one line, and long words breakable."""
    broken = LONG_WORD.sub(r"\1<wbr>", escaped(text))
    return SafeString(UNBREAKABLE.sub(r'<span class="nowrap">\g<0></span>', broken))


def escaped(text: Any) -> str:
    """As Django's ``conditional_escape``, without what that does for texts that are not there yet."""
    return str(text.__html__()) if hasattr(text, "__html__") else escape(str(text))


def tel(number: str) -> str:
    """A phone number as ``tel:`` wants it: digits and a leading plus only."""
    return "".join(sign for sign in str(number) if sign.isdigit() or sign == "+")


def counted(number: int, shown: int = 0) -> str:
    """``12``; ``99+`` of a hundred and more. ``shown`` of them stand there already: ``95+`` others."""
    return f"{MOST_COUNTED - 1 - shown}+" if number >= MOST_COUNTED else str(number - shown)
