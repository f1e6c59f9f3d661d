"""Lists of codes that people choose from: loaded as data, with where they come from (data/codes/README.md)."""

from typing import Self

from django.db import models

from carecoord.models import Record


class CodeList(Record):
    """One list. `digest` tells whether a file says anything new."""

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=150)
    source = models.CharField(max_length=300)
    licence = models.CharField(max_length=60)
    list_version = models.CharField(max_length=30)
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.title


class CodeQuerySet(models.QuerySet["Code"]):
    def in_lists(self, *keys: str) -> Self:
        """What can be chosen now, list by list, in the order of the list."""
        return self.filter(code_list__key__in=keys, is_current=True).order_by("code_list", "position")


class Code(models.Model):
    """A code that has gone from its list is kept: what was recorded with it stays readable."""

    code_list = models.ForeignKey(CodeList, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=60)
    display = models.CharField(max_length=300)
    position = models.PositiveIntegerField()
    is_current = models.BooleanField(default=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        ordering = ["code_list", "position"]
        constraints = [models.UniqueConstraint(fields=["code_list", "code"], name="a_code_stands_once_in_its_list")]

    def __str__(self) -> str:
        return self.display
