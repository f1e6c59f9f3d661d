"""Writing the audit, in the same transaction as what it tells of."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from carecoord.audit.origin import current_origin
from carecoord.audit.purposes import Purpose, purpose_in
from carecoord.gathering import Gathering
from carecoord.ids import new_id
from carecoord.prepared import add, add_alike

if TYPE_CHECKING:
    from carecoord.audit.models import AuditEntry

_together: "Gathering[AuditEntry]" = Gathering("audit_together")


class ActorKind(StrEnum):
    PERSON = "person"
    CLIENT = "client"
    TEAM = "team"
    SERVICE = "service"


class Actor(Protocol):
    """Who acts, and as what. Every principal is one."""

    @property
    def kind(self) -> ActorKind: ...
    @property
    def actor_id(self) -> UUID: ...
    @property
    def membership_id(self) -> UUID | None: ...
    @property
    def role(self) -> str: ...
    @property
    def organisation_id(self) -> UUID | None: ...


def record(
    verb: str,
    *,
    by: Actor,
    resident_id: UUID | None = None,
    about: tuple[str, UUID] | None = None,
    reason: str = "",
    **detail: Any,
) -> "AuditEntry":
    """Write that `by` changed something. `detail` holds ids, states and field names, never a resident's words."""
    return _written(_entry("change", verb, by, resident_id, about, reason, "", detail))


def record_each(
    verb: str, *, by: Actor, resident_ids: Iterable[UUID], about_type: str, **detail: Any
) -> "list[AuditEntry]":
    """Write that `by` did the same to many residents, in one statement; each entry is about that resident."""
    from carecoord.audit.models import AuditEntry

    entries = [
        _entry("change", verb, by, resident_id, (about_type, resident_id), "", "", detail)
        for resident_id in resident_ids
    ]
    return entries if _together.takes(entries) else AuditEntry.objects.bulk_create(entries)


def together() -> AbstractContextManager[None]:
    """Writes the entries of the block in one statement, at its end and in its transaction; of a failed block, none.

    A block within another leaves them to the outer one.
    """
    return _together.until_the_end(add)


def looked(
    verb: str,
    *,
    by: Actor,
    resident_id: UUID | None = None,
    about: tuple[str, UUID] | None = None,
    reason: str = "",
    purpose: str = "",
    **detail: Any,
) -> "AuditEntry":
    """Write that `by` was shown something (IG-27: every view, search hit, export, print).

    The purpose is that of their role where none is given (`carecoord.audit.purposes`).
    """
    return _written(_entry("look", verb, by, resident_id, about, reason, purpose, detail))


def looked_each(verb: str, *, by: Actor, resident_ids: Iterable[UUID], purpose: str = "", **detail: Any) -> None:
    """Write that `by` was shown each of these, in one statement: who looked at one of them shows it (IG-12)."""
    found = list(resident_ids)
    if _together.is_open:
        _together.takes([_entry("look", verb, by, one, ("resident", one), "", purpose, detail) for one in found])
    elif found:
        entry = _entry("look", verb, by, found[0], ("resident", found[0]), "", purpose, detail)
        add_alike(entry, id=[new_id() for _ in found], resident_id=found, about_id=found)


def happened(
    verb: str, *, by: Actor, about: tuple[str, UUID] | None = None, reason: str = "", **detail: Any
) -> "AuditEntry":
    """Write what a program of ours did to the place itself, and to no resident: verifying the audit, for example."""
    return _written(_entry("system", verb, by, None, about, reason, Purpose.GOVERNANCE, detail))


def _written(entry: "AuditEntry") -> "AuditEntry":
    if not _together.takes([entry]):
        add([entry])
    return entry


def _entry(
    kind: str,
    verb: str,
    by: Actor,
    resident_id: UUID | None,
    about: tuple[str, UUID] | None,
    reason: str,
    purpose: str,
    detail: dict[str, Any],
) -> "AuditEntry":
    from carecoord.audit.models import AuditEntry

    origin = current_origin()
    about_type, about_id = about or ("", None)
    return AuditEntry(
        kind=kind,
        verb=verb,
        actor_kind=by.kind,
        actor_id=by.actor_id,
        membership_id=by.membership_id,
        role=by.role,
        organisation_id=by.organisation_id,
        resident_id=resident_id,
        about_type=about_type,
        about_id=about_id,
        reason=reason,
        detail={key: _plain(value) for key, value in detail.items()},
        request_id=origin.request_id,
        address=origin.address,
        purpose=purpose or purpose_in(by.role),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | bool | float) or value is None else str(value)
