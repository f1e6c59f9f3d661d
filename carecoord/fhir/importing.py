"""Importing what was read: each entry by itself, in the order in which they need each other.

The apps above register how their resources are mapped (`maps`), so that this room knows no domain word.
"""

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, transaction

from carecoord import audit
from carecoord.errors import RuleError
from carecoord.fhir.elements import JSON, RESOURCE_ID, Fault
from carecoord.fhir.models import ImportedResource
from carecoord.fhir.reading import Entry

log = logging.getLogger(__name__)

UNNAMED = "unnamed"


@dataclass(frozen=True)
class Imported:
    """What a resource became here. `display` is what others call it, where it is only a name to us."""

    object_type: str
    object_id: UUID
    display: str = ""


@dataclass(frozen=True)
class Mapping:
    order: int
    write: "Callable[[ImportJob, Entry, Imported | None], Imported]"
    needs: Callable[[JSON], Iterable[str]]


_mappings: dict[str, Mapping] = {}


def maps(
    resource_type: str,
    write: "Callable[[ImportJob, Entry, Imported | None], Imported]",
    *,
    order: int,
    needs: Callable[[JSON], Iterable[str]] = lambda _: (),
) -> None:
    """Register how a resource type is written. `needs` lists references whose failure is the entry's own."""
    _mappings[resource_type] = Mapping(order, write, needs)


@dataclass
class Report:
    """What an import did, for the person who ran it. A fault is (file, line, entry number, name, reason)."""

    created: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    not_listed: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, int, int, str, str]] = field(default_factory=list)

    def blame(self, entry: Entry, reason: str) -> None:
        self.faults.append((entry.file, entry.line, entry.number, entry.name, reason))


class ImportJob:
    """One run over some files: who runs it, for which team, and everything that references can lead to."""

    def __init__(
        self,
        *,
        by: audit.Actor,
        team_id: UUID,
        entries: list[Entry],
        source: str | None = None,
        unit: Callable[[], AbstractContextManager[object]] = transaction.atomic,
    ) -> None:
        """`unit` opens the transaction of one entry, in which `by` acts."""
        self.by = by
        self._unit = unit
        self.team_id = team_id
        self.report = Report()
        self._source = source
        self._file = ""
        self._entries = entries
        self._by_reference: dict[tuple[str, str], Entry] = {}
        self._done: dict[int, Imported] = {}
        self._failed: set[int] = set()
        self._read: dict[tuple[str, str, str], tuple[Entry, str]] = {}
        for entry in entries:
            for name in self._names(entry):
                # What the same file calls by a name comes first, then what the same source does.
                self._by_reference.setdefault((entry.file, name), entry)
                self._by_reference.setdefault((self.source_of(entry.resource or {}), name), entry)

    def run(self, progress: Callable[[int], object] = lambda _: None) -> Report:
        """Import every entry, each in a transaction of its own; a faulty one changes nothing and is reported."""
        for entry in self._in_order():
            self._import(entry)
            progress(1)
        return self.report

    def resolve(self, reference: str, within: JSON | None = None) -> Imported | None:
        """What a reference leads to: contained, in these files, or imported before. None where it leads nowhere."""
        if reference.startswith("#"):
            return None
        entry = self._entry_of(reference, within or {})
        if entry is not None:
            return self._done.get(id(entry))
        kind, _, identity = _type_and_id(reference)
        earlier = ImportedResource.objects.filter(source=self.source_of(within or {}), resource_id=identity)
        before = (earlier.filter(resource_type=kind) if kind else earlier).first()
        return Imported(before.object_type, before.object_id, before.display) if before else None

    def contained(self, resource: JSON, reference: str) -> JSON | None:
        """The resource that `#id` names inside `resource`."""
        listed = resource.get("contained")
        for one in listed if isinstance(listed, list) else []:
            if isinstance(one, dict) and f"#{one.get('id')}" == reference:
                return one
        return None

    def source_of(self, resource: JSON) -> str:
        """`--source`, else where the resource says it comes from (without one message's fragment), else unnamed."""
        meta = resource.get("meta")
        said = meta.get("source") if isinstance(meta, dict) else None
        return self._source or (said.split("#")[0][:200] if isinstance(said, str) else "") or UNNAMED

    def known(self, source: str, kind: str, identity: str) -> ImportedResource | None:
        return ImportedResource.objects.filter(source=source, resource_type=kind, resource_id=identity).first()

    def remember(self, source: str, kind: str, identity: str, made: Imported, fingerprint: str) -> None:
        ImportedResource.objects.update_or_create(
            source=source,
            resource_type=kind,
            resource_id=identity,
            defaults={
                "object_type": made.object_type,
                "object_id": made.object_id,
                "display": made.display[:200],
                "fingerprint": fingerprint,
            },
        )

    def _in_order(self) -> Iterator[Entry]:
        """What is not listed is counted; the rest comes after what it may refer to, whatever order the files have."""
        ordered = []
        for entry in self._entries:
            if entry.resource is not None and entry.kind and entry.kind not in _mappings:
                self.report.not_listed[entry.kind] += 1
            else:
                ordered.append(entry)
        return iter(sorted(ordered, key=lambda e: _mappings[e.kind].order if e.kind in _mappings else 0))

    def _import(self, entry: Entry) -> None:
        try:
            with self._unit():
                self._done[id(entry)] = self._write(entry)
        except (Fault, RuleError) as problem:
            self._fail(entry, str(problem))
        except ValidationError as problem:
            self._fail(entry, " ".join(problem.messages))
        except DatabaseError as problem:
            self._fail(entry, f"it cannot be stored ({type(problem).__name__})")
        except (TypeError, ValueError, AttributeError, KeyError, ObjectDoesNotExist, RecursionError) as problem:
            log.warning("an entry could not be read", exc_info=problem)
            self._fail(entry, "it is not shaped as FHIR says")

    def _fail(self, entry: Entry, reason: str) -> None:
        self._failed.add(id(entry))
        self.report.blame(entry, reason)

    def _write(self, entry: Entry) -> Imported:
        resource = self._checked(entry)
        mapping, identity, source = _mappings[entry.kind], str(resource["id"]), self.source_of(resource)
        self._file = entry.file
        for reference in mapping.needs(resource):
            needed = self._entry_of(reference, entry.resource or {}, entry.file)
            if needed and id(needed) in self._failed:
                raise Fault(f"it needs {needed.name}, which could not be imported")
        before, fingerprint = self.known(source, entry.kind, identity), _fingerprint(resource)
        self._refuse_two_of_one_name((source, entry.kind, identity), entry, fingerprint)
        was = Imported(before.object_type, before.object_id, before.display) if before else None
        if before and was and before.fingerprint == fingerprint:
            self.report.unchanged[entry.kind] += 1
            return was
        made = mapping.write(self, entry, was)
        self.remember(source, entry.kind, identity, made, fingerprint)
        (self.report.changed if before else self.report.created)[entry.kind] += 1
        return made

    def _refuse_two_of_one_name(self, name: tuple[str, str, str], entry: Entry, fingerprint: str) -> None:
        first, said = self._read.setdefault(name, (entry, fingerprint))
        if said != fingerprint:
            raise Fault(f"{first.file} line {first.line} says something else of the same id")

    def _checked(self, entry: Entry) -> JSON:
        if entry.resource is None:
            raise Fault("it has no resource")
        if entry.method in {"DELETE", "PATCH"}:
            raise Fault(f"it asks for {entry.method}, and an import only adds")
        if not entry.kind:
            raise Fault("it has no resourceType")
        identity = entry.resource.get("id") or _urn(entry.full_url)
        if not isinstance(identity, str) or not identity:
            raise Fault("it has no id, so that a second import could not recognise it")
        if not RESOURCE_ID.fullmatch(identity):
            raise Fault("its id is not one that FHIR allows")
        _refuse_unstorable(entry.resource)
        return {**entry.resource, "id": identity}

    def _entry_of(self, reference: str, within: JSON, file: str = "") -> Entry | None:
        """The entry that `within` means: of its own file, else of its own source."""
        kind, _, identity = _type_and_id(reference)
        for place in (file or self._file, self.source_of(within)):
            for name in (reference, f"{kind}/{identity}"):
                if (place, name) in self._by_reference:
                    return self._by_reference[place, name]
        return None

    def _names(self, entry: Entry) -> Iterator[str]:
        if entry.full_url:
            yield entry.full_url
        if entry.resource and entry.kind:
            yield f"{entry.kind}/{entry.resource.get('id')}"
            listed = entry.resource.get("identifier")
            for one in listed if isinstance(listed, list) else []:
                if isinstance(one, dict):
                    yield f"{entry.kind}?identifier={one.get('system', '')}|{one.get('value', '')}"


def reference_of(parent: Any) -> str:
    """The reference in a Reference element, or an empty string."""
    value = parent.get("reference") if isinstance(parent, dict) else None
    return value if isinstance(value, str) else ""


def _type_and_id(reference: str) -> tuple[str, str, str]:
    """`http://host/fhir/Patient/1/_history/2` is `Patient`, and `1`."""
    plain = reference.split("/_history/")[0].rstrip("/")
    if plain.startswith("urn:uuid:"):
        return "", "", plain.removeprefix("urn:uuid:")
    *_, kind, identity = ["", "", *plain.split("/")]
    return kind, "/", identity


def _urn(full_url: str) -> str:
    return full_url.removeprefix("urn:uuid:") if full_url.startswith("urn:uuid:") else ""


def _fingerprint(resource: JSON) -> str:
    return hashlib.sha256(json.dumps(resource, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _refuse_unstorable(value: Any) -> None:
    """PostgreSQL stores no NUL, and half a surrogate pair is no character."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and ("\x00" in one or any("\ud800" <= letter <= "\udfff" for letter in one)):
            raise Fault("it holds characters that cannot be stored")
