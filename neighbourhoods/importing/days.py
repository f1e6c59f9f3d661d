"""Days as lists of people have them: day first, month first, or the year first."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from carecoord import clock
from carecoord.ui.fields import PartError, parse_date

OLDEST: Final = 115
BETWEEN = r"\s*[-/. ]\s*"
AFTER = r"(?:[T ]+0{1,2}:00(?::00(?:\.0+)?)?Z?)?"
"""Spreadsheets and databases write midnight behind a day."""
YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}}){BETWEEN}(?P<month>\d{{1,2}}){BETWEEN}(?P<day>\d{{1,2}}){AFTER}")
NUMBERS = re.compile(rf"(?P<one>\d{{1,2}}){BETWEEN}(?P<two>\d{{1,2}}){BETWEEN}(?P<year>\d{{4}}|\d{{2}}){AFTER}")
NAMED = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{BETWEEN}(?P<month>[a-z]{{3,9}})\.?,?{BETWEEN}(?P<year>\d{{4}}|\d{{2}}){AFTER}",
    re.I,
)
NAMED_FIRST = re.compile(r"(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})", re.I)
TOGETHER = re.compile(r"\d{8}")
COUNTED = re.compile(r"\d{5}(?:\.0+)?")


class DayFault(ValueError):
    """`str` is a sentence without its full stop."""


def is_month_first(cells: Iterable[str]) -> bool:
    """Whether a column can only be read with the month before the day; where it can be either, the day is first."""
    found = [match for cell in cells if (match := NUMBERS.fullmatch(cell.strip()))]
    return any(int(one["two"]) > 12 for one in found) and not any(int(one["one"]) > 12 for one in found)


def read_day(subject: str, text: str, *, month_first: bool) -> date:
    """`subject` begins the sentence of a DayFault: `Date of birth must have a month from 1 to 12`."""
    day, month, year = _parts(subject, text, month_first=month_first)
    try:
        return parse_date(subject, day, month, year if len(year) == 4 else _in_full(subject, year))
    except PartError as problem:
        raise DayFault(str(problem.message)) from problem


def _parts(subject: str, text: str, *, month_first: bool) -> tuple[str, str, str]:
    for shape in (YEAR_FIRST, NAMED, NAMED_FIRST):
        if found := shape.fullmatch(text):
            return found["day"], found["month"], found["year"]
    if found := NUMBERS.fullmatch(text):
        first, second = found["one"], found["two"]
        return (second, first, found["year"]) if month_first else (first, second, found["year"])
    if TOGETHER.fullmatch(text):
        # Never both: the last four would have to be a year, and a month and a day.
        is_year_first = text[:2] in ("18", "19", "20") and 1 <= int(text[4:6]) <= 12
        return (text[6:], text[4:6], text[:4]) if is_year_first else (text[:2], text[2:4], text[4:])
    if COUNTED.fullmatch(text):
        raise DayFault(f"{subject} is a spreadsheet's own number of a day: format the column as a date")
    raise DayFault(f"{subject} cannot be read: write it as 14/03/1948")


def _in_full(subject: str, year: str) -> str:
    """The one century that is possible; where two are, nobody guesses."""
    today = clock.today().year
    latest = today - (today - int(year)) % 100
    if today - (latest - 100) <= OLDEST:
        raise DayFault(f"{subject} must have a year of 4 digits: {year} may be {latest - 100} or {latest}")
    return str(latest)
