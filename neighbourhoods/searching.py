"""Finding residents among those one sees."""

from uuid import UUID

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.lookups import GreaterThanOrEqual

from carecoord import clock
from neighbourhoods.models.residents import ResidentQuerySet, sort_name
from neighbourhoods.principal import Principal

LIKE_ENOUGH = 0.4
LEAST_FOR_TRIGRAMS = 3
LAST_LETTER = 0x10FFFF


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


def name_like(rows: ResidentQuerySet, words: str) -> ResidentQuerySet:
    """Names that begin like this, in either order, and from three letters on those that are nearly the same."""
    family, comma, given = " ".join(words.split()).strip(" ,").partition(",")
    name = sort_name(family.strip(), given.strip()).strip(", ") if comma else _plain(family)
    begins = Q()
    for written in (name, _last_word_first(name)):
        begins |= Q(sort_name__gte=written, sort_name__lt=_after(written))
    # Trigrams of one or two letters match nearly everybody (rls.md).
    if len(name) < LEAST_FOR_TRIGRAMS:
        return rows.filter(begins)
    return rows.filter(begins | Q(GreaterThanOrEqual(TrigramWordSimilarity(name, "sort_name"), LIKE_ENOUGH)))


def _plain(words: str) -> str:
    return sort_name("", words).strip(", ")


def _last_word_first(name: str) -> str:
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}" if given and "," not in name else name


def _after(beginning: str) -> str:
    """The first name that does not begin like this."""
    return beginning[:-1] + chr(min(ord(beginning[-1]) + 1, LAST_LETTER)) if beginning else chr(LAST_LETTER)
