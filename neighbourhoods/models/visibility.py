"""The gate as a query: what a principal may see, and no more. The database's policies say the same a second time."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Exists, Q

from carecoord.models import Record
from neighbourhoods.models.relationships import open_record_relationships
from neighbourhoods.principal import Principal

M = TypeVar("M", bound=models.Model, covariant=True)


class VisibleQuerySet(models.QuerySet[M]):
    """Rows about residents. `resident_field` names the column that says whom a row is about."""

    resident_field = "resident_id"

    def visible_to(self, principal: Principal) -> Self:
        return self.filter(self.seen(principal))

    def seen(self, principal: Principal) -> Q:
        """The condition that the resident is seen by `principal`: an open relationship of level `record`."""
        return Q(Exists(open_record_relationships(principal, self.resident_field)))


class ResidentRecord(Record):
    """Abstract: a row about one resident, visible to whoever sees the resident."""

    resident = models.ForeignKey("neighbourhoods.Resident", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
