"""What was found, in rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from carecoord.record.finding import MOST, Found, Match
from carecoord.record.typed import Typed
from carecoord.ui.addresses import page_of
from carecoord.ui.components import Empty, Link, ResidentLine, ResidentRows, resident_line

BEYOND = "To search the whole place, give an NHS number, or two of: name, date of birth, postcode, phone, local number."


@dataclass(frozen=True)
class Results:
    mine: ResidentRows
    others: ResidentRows
    empty: Empty | None
    advice: str


def results_of(found: Found, typed: Typed) -> Results:
    return Results(
        mine=rows_of(found.mine),
        others=rows_of(found.others),
        empty=_nobody(typed) if found.is_nothing else None,
        advice=_advice(found, typed),
    )


def rows_of(matches: Sequence[Match]) -> ResidentRows:
    return ResidentRows(tuple(line_of(match) for match in matches))


def line_of(match: Match) -> ResidentLine:
    return resident_line(
        family_name=match.family_name,
        given_name=match.given_name,
        birth_date=match.birth_date,
        nhs_number=match.nhs_number,
        died_on=match.died_on,
        url=page_of("resident_record", match.id),
        layout="line",
    )


def _nobody(typed: Typed) -> Empty:
    check = "number, or search by name and date of birth," if typed.phone else "spelling and the date of birth,"
    return Empty(
        title="No resident matches",
        text=f"Check the {check} or register a new resident.",
        link=Link("Register a new resident", reverse("resident_new")),
    )


def _advice(found: Found, typed: Typed) -> str:
    if len(found.mine) >= MOST or len(found.others) >= MOST:
        return f"The first {MOST} are shown. Add a date of birth or more of the name."
    if not typed.reaches_everybody:
        return f"Only your residents were searched. {BEYOND}"
    return ""
