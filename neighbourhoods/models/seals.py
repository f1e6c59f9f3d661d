"""Who reads what is sealed: the roles of a seal are rows, so that a place changes them without code (IG-08, IG-23)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import QuerySet

from neighbourhoods.models.memberships import Role


class SealQuerySet(models.QuerySet["Seal"]):
    def read_by(self, role: str) -> QuerySet["Seal", str]:
        return self.filter(roles__contains=[role]).values_list("key", flat=True)


class Seal(models.Model):
    """One of `definitions.SEALS`. Those of `may_open` do not read it, and may open it with a reason, which is reviewed.

    Whoever wrote an entry reads it with their team, whatever stands here."""

    key = models.CharField(primary_key=True, max_length=20)
    roles = ArrayField(models.CharField(max_length=30, choices=Role.choices), default=list, blank=True)

    may_open = ArrayField(
        models.CharField(max_length=30, choices=Role.choices),
        default=list,
        blank=True,
    )

    objects = SealQuerySet.as_manager()

    def __str__(self) -> str:
        return self.key
