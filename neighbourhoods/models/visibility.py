"""The gate as a query: what a principal may see, and no more. The database's policies say the same a second time."""

from typing import Self, TypeVar, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, Q

from carecoord.models import Record
from neighbourhoods.models.relationships import HeldRecord
from neighbourhoods.principal import Principal

M = TypeVar("M", bound=models.Model, covariant=True)


class among(models.Func):  # noqa: N801  read as a function
    """As an array, which is read first and once; as IN (SELECT ...) the planner may join the whole table to it."""

    arg_joiner = " = ANY ("
    template = "%(expressions)s)"
    output_field = models.BooleanField()


class VisibleQuerySet(models.QuerySet[M]):
    """Rows about residents. `resident_field` names the column that says whom a row is about."""

    resident_field = "resident_id"

    def visible_to(self, principal: Principal) -> Self:
        return self.filter(self.seen(principal))

    def window(self, start: int, stop: int) -> Self:
        """These rows of the list, found by their ids alone: what is shown with them is joined to no others."""
        ids = ArraySubquery(self.select_related(None).values("pk")[start:stop])
        found = self.model._default_manager.filter(among(F("pk"), ids)).order_by(*self.query.order_by)
        found.query.select_related = self.query.select_related
        return cast("Self", found)

    def seen(self, principal: Principal) -> Q:
        """The condition that the resident is seen by `principal`: an open relationship of level `record`."""
        return Q(HeldRecord(principal, self.resident_field))


class ResidentRecord(Record):
    """Abstract: a row about one resident, visible to whoever sees the resident."""

    resident = models.ForeignKey("neighbourhoods.Resident", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
