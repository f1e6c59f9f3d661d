"""The row of a resident, taken before something about them is written.

Whoever waited for a merge finds the row closed: what they write would stand in a record that nobody opens any more.
"""

from uuid import UUID

from django.db.models import QuerySet

from carecoord.prepared import prepared
from neighbourhoods.models import Resident
from neighbourhoods.principal import Principal


def locked_resident(by: Principal, resident_id: UUID) -> Resident:
    """So that two people cannot change the same at once. Raises Resident.DoesNotExist where `by` does not see them."""
    return _locked.get(by, resident_id)


def held_resident(by: Principal, resident_id: UUID) -> Resident:
    """The same, for writing what names the resident and leaves the row itself as it is."""
    return _held.get(by, resident_id)


@prepared
def _locked(by: Principal, resident_id: UUID) -> QuerySet[Resident]:
    return Resident.objects.select_for_update().visible_to(by).filter(id=resident_id, merged_into=None)


@prepared
def _held(by: Principal, resident_id: UUID) -> QuerySet[Resident]:
    return Resident.objects.select_for_update(no_key=True).visible_to(by).filter(id=resident_id, merged_into=None)
