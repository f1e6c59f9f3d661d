"""Only the organisation that wrote something says that it was a mistake (IG-38)."""

from typing import Any, Protocol
from uuid import UUID

from carecoord.audit.models import AuditEntry
from carecoord.errors import NotYours
from neighbourhoods.models import Membership
from neighbourhoods.principal import Principal


class Written(Protocol):
    """`written_by_name` stands where no member wrote it: a partner's system and its organisation."""

    @property
    def written_by(self) -> Membership | None: ...
    @property
    def written_by_name(self) -> str: ...


def is_ours(by: Principal, row: Written) -> bool:
    """As far as the row says it itself: for whether a page leads there."""
    if row.written_by is None:
        return bool(row.written_by_name) and row.written_by_name.endswith(f", {by.organisation_name}")
    return row.written_by.organisation_id == by.organisation_id


def refuse_others(by: Principal, row: Written, verb: str, about: tuple[str, UUID], **detail: Any) -> None:
    """Raises NotYours for what another organisation wrote. Of a partner's system the audit says which that was."""
    if _organisation_of(row, verb, about, detail) != by.organisation_id:
        raise NotYours("Only the organisation that wrote it says that it was an error. Ring them, or write it anew.")


def _organisation_of(row: Written, verb: str, about: tuple[str, UUID], detail: dict[str, Any]) -> UUID | None:
    if row.written_by is not None:
        return row.written_by.organisation_id
    if not row.written_by_name:
        return None
    told = AuditEntry.objects.filter(kind=AuditEntry.Kind.CHANGE, verb=verb, about_type=about[0], about_id=about[1])
    return told.filter(detail__contains=detail).order_by("at").values_list("organisation_id", flat=True).first()
