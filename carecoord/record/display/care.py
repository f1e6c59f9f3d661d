"""Stays and care packages as rows of a whole record: there one reads, and presses nothing."""

from datetime import date

from carecoord import clock
from carecoord.record.display.words import WordsRow
from carecoord.ui import dates
from neighbourhoods.display.care import package_facts, since, stay_facts, written
from neighbourhoods.models import CarePackage, Stay
from neighbourhoods.states import PACKAGE


def stay_words(stay: Stay, taken_back: date | None) -> WordsRow:
    facts = tuple(stay_facts(stay))
    if due := stay.plan_waits_until:
        facts += (("Assessment and plan due", dates.moment(due, now=clock.now())),)
    return WordsRow(
        f"{stay.get_kind_display()}: {stay.where}",
        second=_or_back(since(stay), taken_back),
        facts=facts,
        provenance=written(stay),
    )


def package_words(package: CarePackage) -> WordsRow:
    return WordsRow(
        package.name,
        second=", ".join(part for part in (package.get_kind_display(), package.provided_by) if part),
        facts=(("State", PACKAGE[package.status].label), *package_facts(package)),
        provenance=written(package),
    )


def _or_back(second: str, taken_back: date | None) -> str:
    return f"Entered in error since, {dates.day(taken_back)}" if taken_back else second
