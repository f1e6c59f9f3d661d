"""Who wrote what is shown, for whom, and when (IG-31): `created_at` is when it was written down."""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar
from uuid import UUID

from rest_framework import serializers

from carecoord.api.shapes import Stored
from neighbourhoods.authors import Author, authors_of

BY_HELP = "Who wrote it down; empty where nobody is known, as after an import."


class Audited(Protocol):
    """A row that says nothing of its author by itself."""

    id: UUID
    recorded_by_organisation: Any


R = TypeVar("R", bound=Audited)


class Authored(Stored):
    """Of rows with the author's name, and with their organisation joined."""

    recorded_by_name = serializers.SerializerMethodField(help_text=BY_HELP)
    recorded_by_organisation = serializers.UUIDField(source="recorded_by_organisation_id", allow_null=True)
    recorded_by_organisation_name = serializers.SerializerMethodField()

    def get_recorded_by_name(self, row: Any) -> str:
        return str(row.recorded_by_name)

    def get_recorded_by_organisation_name(self, row: Any) -> str:
        organisation = row.recorded_by_organisation
        return organisation.name if organisation else ""


class AuthoredByAudit(Authored):
    """Of rows whose author the audit of their first line knows: each with `author`, as `with_authors` gives it."""

    recorded_by_role = serializers.SerializerMethodField()

    def get_recorded_by_name(self, row: Any) -> str:
        return _author(row).name

    def get_recorded_by_role(self, row: Any) -> str:
        return _author(row).role


def with_authors(rows: Iterable[R]) -> list[R]:
    """One statement for all."""
    listed = list(rows)
    authors = authors_of(row.id for row in listed)
    for row in listed:
        vars(row)["author"] = authors.get(row.id)
    return listed


def _author(row: Any) -> Author:
    """A row that was just made is asked for by itself."""
    if "author" not in vars(row):
        with_authors([row])
    return row.author or Author("", "", "")
