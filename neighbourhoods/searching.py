"""Finding residents among those one sees."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from carecoord import clock
from carecoord.prepared import AsTyped, as_array
from neighbourhoods.identities import wanted_words
from neighbourhoods.models.relationships import Level, Relationship
from neighbourhoods.models.residents import ResidentQuerySet, sort_name
from neighbourhoods.models.visibility import among
from neighbourhoods.principal import Principal

LEAST_FOR_TRIGRAMS = 3
LAST_LETTER = 0x10FFFF
WORDS = "%s, %s::text[], %s::text[], %s::text[], %s::text[], %s::text[]"


# Each team's relationships are read in the order of their index, and no further than the page: whoever has a thousand
# residents, or fifty thousand, waits the same.
NEXT_OF_TEAMS = """
    SELECT held.resident_id FROM unnest(%s::uuid[]) AS own(team_id) CROSS JOIN LATERAL (
      SELECT DISTINCT r.resident_id FROM neighbourhoods_relationship r
      WHERE r.team_id = own.team_id AND r.ended_at IS NULL AND r.level = 'record'
        AND (r.expires_at IS NULL OR r.expires_at > %s) AND r.resident_id {way} %s
      ORDER BY r.resident_id {order} LIMIT %s
    ) AS held
"""
FIRST_ID, LAST_ID = UUID(int=0), UUID(int=2**128 - 1)


def next_of_teams(by: Principal, *, after: UUID | None, is_back: bool, most: int) -> Q:
    """At least the next `most` residents by id whose record one of the teams holds, from the one named on."""
    way, order, start = ("<", "DESC", LAST_ID) if is_back else (">", "ASC", FIRST_ID)
    statement = NEXT_OF_TEAMS.format(way=way, order=order)
    values = [list(by.team_ids), clock.now(), after or start, most]
    return Q(id__in=RawSQL(statement, values))  # noqa: S611  values are parameters, the rest stands above


def among_own(by: Principal, *, most: int, or_else: Q) -> Q:
    """Narrows a list to one's own residents and `or_else`, while those are at most about `most`; else to nothing.

    Read in its order until a page is full, a list is quick for whoever sees much of it, and read to its end for whoever
    sees little. `most` depends on how many rows a resident has in it.
    """
    held = Relationship.objects.open_at(clock.now()).filter(team_id__in=by.team_ids, level=Level.RECORD)
    own = held[: most + 1]
    if own.count() > most:
        return Q()
    return Q(among(F("resident_id"), ArraySubquery(own.values("resident_id")))) | or_else


class _Own(models.Func):
    """Who an owner function finds among those whom the principal in scope sees; as a subquery, so that planning does
    not ask too."""

    template = "%(expressions)s"
    output_field = models.BooleanField()

    def __init__(self, call: str, *values: object) -> None:
        super().__init__(F("id"))
        self.call, self.values = call, values

    def as_sql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, Any]:  # type: ignore[override]
        column, params = super().as_sql(compiler, connection, **more)
        return f"{column} = ANY ((SELECT {self.call})::uuid[])", [*params, *self.values]


def keys_asked(*keys: str) -> AsTyped:
    return as_array(key for key in keys if key)


def own_by_keys(rows: ResidentQuerySet, keys: AsTyped) -> ResidentQuerySet:
    """One's own who have all of these keys (neighbourhoods/keys.py); by a postcode or a phone nobody restricted."""
    return rows.filter(_Own("app.own_by_keys(%s::text[])", keys))


@dataclass(frozen=True)
class NameAsked:
    """What `app.own_by_words` is asked for one name, each by itself, so that its SQL is composed once."""

    likeness: AsTyped
    begins: AsTyped
    ends: AsTyped
    one: AsTyped
    other: AsTyped
    third: AsTyped


def name_asked(words: str) -> NameAsked:
    """Names that begin like this, in either order, and from three letters on those that are nearly the same."""
    family, comma, given = " ".join(words.split()).strip(" ,").partition(",")
    name = sort_name(family.strip(), given.strip()).strip(", ") if comma else _plain(family)
    return words_asked(name, [name, _last_word_first(name)])


def words_asked(name: str, begins: Sequence[str]) -> NameAsked:
    """Names that begin with one of two beginnings, or are like the first."""
    # Trigrams of one or two letters match nearly everybody.
    likeness = name if len(name) >= LEAST_FOR_TRIGRAMS else ""
    arrays = (begins, [_after(one) for one in begins], *wanted_words([name]))
    return NameAsked(AsTyped(likeness), *map(as_array, arrays))


def own_by_words(rows: ResidentQuerySet, asked: NameAsked) -> ResidentQuerySet:
    """One's own whose name begins with one of two beginnings, or is like the first: a thousand of them at most. Where
    nobody is, whoever has names that sound like these, or are short for each other.

    0.4 of likeness is enough (neighbourhoods/migrations/0082_held_by_name.py).
    """
    return rows.filter(_Own(f"app.own_by_words({WORDS})", *_values(asked)))


def best_by_words(rows: ResidentQuerySet, asked: NameAsked, most: int) -> ResidentQuerySet:
    """Of those the `most` that are like it most. Where anything else narrows the list too, ask `own_by_words`."""
    return rows.filter(_Own(f"app.best_by_words({WORDS}, %s)", *_values(asked), most))


def _values(asked: NameAsked) -> list[AsTyped]:
    return [getattr(asked, field.name) for field in fields(asked)]


def _plain(words: str) -> str:
    return sort_name("", words).strip(", ")


def _last_word_first(name: str) -> str:
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}" if given and "," not in name else name


def _after(beginning: str) -> str:
    """The first name that does not begin like this."""
    return beginning[:-1] + chr(min(ord(beginning[-1]) + 1, LAST_LETTER)) if beginning else chr(LAST_LETTER)
