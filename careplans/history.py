"""Every version of a goal, an action, a step or an additional plan: what it said, who wrote it, and when.

Read from past rows (decision 0016).
"""

from dataclasses import dataclass
from datetime import datetime

from carecoord.audit.models import PastRow
from carecoord.audit.past import as_it_stood
from careplans.models import Need, Option, SetAside
from careplans.reading import AUTHOR
from careplans.services.clashes import Part, about_of, beside_of
from neighbourhoods.authors import Author, authors_of, changers_of
from neighbourhoods.principal import Principal

Row = Part | Option | Need
"""What has a history of its own."""


@dataclass(frozen=True)
class Version:
    """`by` is None where nobody is known to have written it: an import, a sweep."""

    row: Row
    number: int
    at: datetime
    by: Author | None


def versions_of_row(row: Row) -> list[Version]:
    """The oldest first, the last one what stands now. `row` is visible to the reader already.

    A row that was written twice in one transaction has no version in between: nobody has ever seen one.
    """
    kept = PastRow.objects.filter(resident_id=row.resident_id, table_name=row._meta.db_table, row_id=row.pk)
    past = list(kept.order_by("replaced_at", "id"))
    named = changers_of(about_of(row), row.resident_id)
    stood = [*(as_it_stood(row, one.row) for one in past), row]
    # Whoever replaced one version wrote the next.
    writers = [authors_of([row.id]).get(row.id), *(named.get((one.actor_id, one.organisation_id)) for one in past)]
    return [Version(one, one.version, one.updated_at, by) for one, by in zip(stood, writers, strict=True)]


def set_aside_beside(principal: Principal, row: Row) -> list[SetAside]:
    """What was typed and not chosen, the newest first."""
    if isinstance(row, Option | Need):
        return []
    column, _ = beside_of(row)
    aside = SetAside.objects.visible_to(principal).filter(**{column: row})
    return list(aside.select_related(*AUTHOR).order_by("-created_at", "-id"))
