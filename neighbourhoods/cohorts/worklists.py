"""Whom a team has in a group, with what is due for each: read as entries, so that a seal hides it here too.

A team's list is made of those on its caseload, whoever wrote them into the group: whoever takes somebody over has them
on its list from that moment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Substr

from carecoord import clock
from neighbourhoods.definitions import COHORT, Definition, cohorts
from neighbourhoods.models import CarePackage, CaseloadEntry, Entry
from neighbourhoods.principal import Principal

PAGE: Final = 50
SOON: Final = timedelta(days=28)
OTHER: Final = f"{COHORT}other"


@dataclass(frozen=True)
class Counted:
    key: str
    definition: Definition
    residents: int
    overdue: int


@dataclass(frozen=True)
class WorklistPage:
    """The soonest due first, then those for whom nothing is due, as of whoever has died; `has_more` after this page."""

    rows: Sequence[Entry]
    has_more: bool


def counts_of_team(principal: Principal, team_id: UUID) -> tuple[Counted, ...]:
    """Groups of which the team has anybody whom the reader may know of; one statement."""
    rows = _of_team(principal, team_id).filter(kind__startswith=COHORT).values_list("kind")
    late = Count("resident_id", distinct=True, filter=Q(due_at__lte=clock.now(), resident__died_on=None))
    counted = rows.annotate(residents=Count("resident_id", distinct=True), late=late).order_by("kind")
    found = {kind: (residents, overdue) for kind, residents, overdue in counted}
    known = cohorts()
    return tuple(Counted(key, known[key], *found[f"{COHORT}{key}"]) for key in known if f"{COHORT}{key}" in found)


def worklist(principal: Principal, team_id: UUID, key: str, page: int = 1) -> WorklistPage:
    """One statement."""
    rows = _of_team(principal, team_id).filter(kind=f"{COHORT}{key}")
    due = Case(When(resident__died_on=None, then=F("due_at")))
    rows = rows.select_related("resident", "recorded_by_team").order_by(
        due.asc(nulls_last=True), "resident__sort_name", "id"
    )
    return _page(rows, page)


def reviews_of_team(principal: Principal, team_id: UUID, page: int = 1) -> WorklistPage:
    """What is recorded about those on the caseload and is to be looked at again: overdue, or due within four weeks. One
    statement."""
    due = _of_team(principal, team_id).filter(review_due_on__lte=clock.today() + SOON, resident__died_on=None)
    rows = due.select_related("resident", "recorded_by_team")
    return _page(rows.order_by("review_due_on", "resident__sort_name", "id"), page)


def packages_of_team(principal: Principal, team_id: UUID) -> Sequence[CarePackage]:
    """What the team arranges and does not run: what is due soonest first. One statement."""
    mine = CarePackage.objects.visible_to(principal).filter(team_id=team_id)
    waiting = mine.filter(status__in=("requested", "arranged", "suspended"))
    waiting = waiting.select_related("resident", "provider", "team", "suspended_by")
    return list(waiting.order_by(F("due_at").asc(nulls_last=True), "resident__sort_name", "id")[:PAGE])


def cohorts_of(principal: Principal, resident_ids: Iterable[UUID]) -> Mapping[UUID, list[str]]:
    """The words for the groups of each resident, as partner systems know them; one statement."""
    wanted = list(resident_ids)
    if not wanted:
        return {}
    found: dict[UUID, set[str]] = {}
    rows = _current(principal).filter(resident_id__in=wanted, kind__startswith=COHORT)
    for one in rows.only("resident_id", "kind", "data"):
        found.setdefault(one.resident_id, set()).add(word_of(one))
    return {resident_id: sorted(words) for resident_id, words in found.items()}


def words_of(principal: Principal) -> ArraySubquery:
    """The same for each row of a list of residents, in that list's own statement: in no order, some perhaps twice."""
    # Named one by one: equality tells nothing of other rows, so PostgreSQL asks it before the policies, and LIKE after.
    kinds = [f"{COHORT}{key}" for key in cohorts()]
    rows = _current(principal).filter(resident_id=OuterRef("pk"), kind__in=kinds)
    named = Coalesce(KeyTextTransform("group", "data"), Value(""), output_field=TextField())
    known = Substr("kind", len(COHORT) + 1, output_field=TextField())
    return ArraySubquery(rows.values(word=Case(When(kind=OTHER, then=named), default=known)))


def word_of(entry: Entry) -> str:
    """`dementia` of `cohort.dementia`; of a group that no file defines, what it is called."""
    return str(entry.data.get("group", "")) if entry.kind == OTHER else entry.kind.removeprefix(COHORT)


def _page(rows: QuerySet[Entry], page: int) -> WorklistPage:
    start = (page - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    return WorklistPage(found[:PAGE], len(found) > PAGE)


def _of_team(principal: Principal, team_id: UUID) -> QuerySet[Entry]:
    theirs = CaseloadEntry.objects.filter(resident_id=OuterRef("resident_id"), team_id=team_id, ended_at=None)
    return _current(principal).filter(Exists(theirs))


def _current(principal: Principal) -> QuerySet[Entry]:
    return Entry.objects.visible_to(principal).for_role(principal).current()
