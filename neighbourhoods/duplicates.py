"""People who may be the one about to be registered, each with how alike they are and why."""

from dataclasses import dataclass, replace
from datetime import date

from django.db import connection

from neighbourhoods.identities import Identity as Known
from neighbourhoods.matching import Description, Match, Shared, Verdict, compare
from neighbourhoods.matching.asking import Question, question_about
from neighbourhoods.matching.births import BirthLikeness, slips_of
from neighbourhoods.matching.weights import DIFFERENT_NUMBERS
from neighbourhoods.services.residents import Identity

LEAST_LETTERS = 2
"""Of a name, for a search beyond one's own residents."""
FIELDS_OF_AN_IDENTITY = len(Known.__dataclass_fields__)


@dataclass(frozen=True)
class Alike:
    """Somebody who is known, and what speaks for their being the same person.

    Of verdict `none` only with `has_another_number`: all but the NHS numbers says that it is one person.
    """

    known: Known
    match: Match
    has_another_number: bool = False

    @property
    def is_likely(self) -> bool:
        return self.match.verdict is Verdict.LIKELY


def hold_registrations(*birth_dates: date | None) -> None:
    """Until the transaction ends, whoever registers somebody born on one of these days, or on one that a slip makes of
    it, waits here: what they look for next is there to be found. Without it two of the same moment would both find
    nobody. Of many dates (a list of people) each is held with day and month exchanged alone: locks are not endless."""
    days: set[date | None] = set(birth_dates)
    for born in birth_dates:
        near = slips_of(born) if born else {}
        days |= {day for day, slip in near.items() if len(birth_dates) == 1 or slip is BirthLikeness.EXCHANGED}
    with connection.cursor() as cursor:
        # In one order, so that two who wait for each other's dates do not wait for ever.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('register ' || day, 0)) FROM unnest(%s::text[]) day",
            [sorted(map(str, days))],
        )


def people_like(identity: Identity) -> list[Alike]:
    """Likely ones first, then by score; among all of the place, each who was compared is audited (IG-12)."""
    return [one for one in people_to_judge(identity) if not one.has_another_number]


def people_to_judge(identity: Identity) -> list[Alike]:
    """The same, and last those who would be likely if they had not another NHS number."""
    typed = description_of(identity)
    question = question_about(typed)
    found = _compared(typed, question) if question.is_enough else []
    alike = [one for one in found if one.has_another_number or one.match.verdict is not Verdict.NONE]
    return sorted(alike, key=lambda one: (one.has_another_number, not one.is_likely, -one.match.score, one.known.id))


def description_of(identity: Identity) -> Description:
    return Description(
        given_name=identity.given_name,
        family_name=identity.family_name,
        preferred_name=identity.preferred_name,
        birth_date=identity.birth_date,
        birth_is_estimated=identity.birth_date_status == "estimated",
        gender=identity.gender,
        nhs_number=identity.nhs_number or None,
        postcode=identity.postcode,
        phone=identity.phone,
        gp_practice_id=identity.gp_practice_id,
    )


def _compared(typed: Description, asked: Question) -> list[Alike]:
    ones, others = [pair[0] for pair in asked.pairs], [pair[1] for pair in asked.pairs]
    values = [asked.nhs_number, list(asked.names), asked.born, list(asked.births), asked.postcode, asked.phone]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM app.duplicates(%s, %s::text[], %s, %s::date[], %s, %s, %s, %s::text[], %s::text[])",
            [*values, typed.gp_practice_id, ones, others],
        )
        return [_alike(typed, row) for row in cursor.fetchall()]


def _alike(typed: Description, row: tuple[object, ...]) -> Alike:
    known = Known(*row[:FIELDS_OF_AN_IDENTITY])  # type: ignore[arg-type]
    is_estimated, *shared = row[FIELDS_OF_AN_IDENTITY:]
    theirs = Description(
        given_name=known.given_name,
        family_name=known.family_name,
        preferred_name=known.preferred_name,
        birth_date=known.birth_date,
        birth_is_estimated=bool(is_estimated),
        gender=known.gender,
        nhs_number=known.nhs_number,
    )
    agrees = Shared(*map(bool, shared))
    match = compare(typed, theirs, agrees)
    if match.caps != (DIFFERENT_NUMBERS,):
        return Alike(known, match)
    but_for_it = compare(replace(typed, nhs_number=None), theirs, agrees)
    return Alike(known, match, has_another_number=but_for_it.verdict is Verdict.LIKELY)
