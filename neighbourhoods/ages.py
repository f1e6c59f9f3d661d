"""How old somebody is, in whole years, as rules for children count it."""

from datetime import date

ADULT = 18


def birthday(born: date, years: int) -> date:
    """The day on which somebody turns so old; of those born on 29 February the first of March."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def is_under(born: date | None, years: int, *, on: date) -> bool:
    """Whether somebody is younger than that. Nobody is, of whom no date of birth is known."""
    return born is not None and on < birthday(born, years)
