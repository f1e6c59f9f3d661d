from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays


@cache
def _days_off(country: str, subdivision: str, year: int) -> frozenset[date]:
    # One fresh object for each year: the library's fills itself while being asked, unsafe between threads.
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


@dataclass(frozen=True)
class CountryHolidays:
    """The bank holidays of a country, substitute days included, as something to ask `day in ...`."""

    country: str
    subdivision: str

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in _days_off(self.country, self.subdivision, day.year)


ENGLAND_BANK_HOLIDAYS = CountryHolidays("GB", "ENG")
NO_BANK_HOLIDAYS: Container[date] = frozenset()
