"""Importing what was read: each entry by itself, in the order in which they need each other.

The apps above register how their resources are mapped (`maps`), so that this room knows no domain word.
"""

import hashlib
import json
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, transaction

from carecoord import audit, outbox
from carecoord.errors import RuleError
from carecoord.fhir.elements import JSON, RESOURCE_ID, Fault
from carecoord.fhir.models import LONGEST_SOURCE, ImportedResource
from carecoord.fhir.reading import Entry
from carecoord.fhir.references import Index, Target, base_of, identifier_names, target_of, without_version
from carecoord.ids import new_id

log = logging.getLogger(__name__)

UNNAMED = "unnamed"
# What an identifier leads to that several have: to nobody.
SEVERAL = "several"


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


@dataclass(frozen=True)
class Difference:
    """Something that stays as it is here though the source says otherwise. `team_id` answers for it."""

    entry: tuple[str, int, int]
    team_id: UUID
    resident_id: UUID


@dataclass
class Report:
    """What an import did, for the person who ran it. A fault is (file, line, entry number, name, reason)."""

    created: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    not_listed: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, int, int, str, str]] = field(default_factory=list)
    remarks: list[tuple[str, int, int, str, str]] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    def blame(self, entry: Entry, reason: str) -> None:
        self.faults.append((entry.file, entry.line, entry.number, entry.name, reason))

    def remark(self, entry: Entry, what: str) -> None:
        """Something of an entry that was imported was not taken, and why: no fault, but nobody may miss it."""
        self.remarks.append((entry.file, entry.line, entry.number, entry.name, what))

    def differ(self, entry: Entry, what: str, *, team_id: UUID, resident_id: UUID) -> None:
        """A remark that the team must hear too."""
        self.remark(entry, what)
        self.differences.append(Difference((entry.file, entry.line, entry.number), team_id, resident_id))

    def forget_remarks(self, entry: Entry) -> None:
        """Nothing of a refused entry was taken, so only the refusal is told."""
        of_entry = (entry.file, entry.line, entry.number)
        self.remarks = [told for told in self.remarks if told[:3] != of_entry]
        self.differences = [told for told in self.differences if told.entry != of_entry]


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
        self.id = new_id()
        self.by = by
        self._unit = unit
        self.team_id = team_id
        self.report = Report()
        self._source = source
        self._reading = Entry("", 0, 0, None)
        self._entries = entries
        self._index = Index()
        self._done: dict[int, Imported] = {}
        self._failed: set[int] = set()
        self._remarks_before = 0
        self._read: dict[tuple[str, str, str], tuple[Entry, str]] = {}
        for entry in entries:
            self._index.add(f"file {entry.file}", entry)
            self._index.add(f"source {self.source_of(entry.resource or {})}", entry)

    def run(self, progress: Callable[[int], object] = lambda _: None) -> Report:
        """Import every entry, each in a transaction of its own; a faulty one changes nothing and is reported."""
        listed = self._in_order()
        progress(len(self._entries) - len(listed))
        for entry in listed:
            self._import(entry)
            progress(1)
        self._tell_teams()
        return self.report

    def resolve(self, reference: str, within: JSON | None = None) -> Imported | None:
        """What a reference leads to: in these files, or imported before. None where it leads nowhere.

        The address of another server leads only to an entry that says it comes from there.
        """
        entry = self._entry_of(reference, within or {})
        if entry is not None:
            return self._done.get(id(entry))
        target = target_of(reference)
        if target is None or not self._is_ours(target, within or {}):
            return None
        earlier = ImportedResource.objects.filter(source=self.source_of(within or {}), resource_id=target.identity)
        before = (earlier.filter(resource_type=target.kind) if target.kind else earlier).first()
        return Imported(before.object_type, before.object_id, before.display) if before else None

    def remark(self, what: str) -> None:
        """Say that something of the entry being read was not taken."""
        self.report.remark(self._reading, what)

    def contained(self, resource: JSON, reference: str) -> JSON | None:
        """The resource that `#id` names inside `resource`."""
        listed = resource.get("contained")
        for one in listed if isinstance(listed, list) else []:
            if isinstance(one, dict) and f"#{one.get('id')}" == reference:
                return one
        return None

    def resource_of(self, reference: str, within: JSON) -> JSON | None:
        """The resource itself that a reference leads to: contained, or in these files, also of a type not imported."""
        if reference.startswith("#"):
            return self.contained(within, reference)
        entry = self._entry_of(reference, within)
        return entry.resource if entry else None

    def source_of(self, resource: JSON) -> str:
        """`--source`, else where the resource says it comes from (without one message's fragment), else unnamed."""
        meta = resource.get("meta")
        said = meta.get("source") if isinstance(meta, dict) else None
        return self._source or (said.split("#")[0] if isinstance(said, str) else "") or UNNAMED

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
                "display": made.display,
                "fingerprint": fingerprint,
            },
        )

    def _tell_teams(self) -> None:
        """Each team whose record stays as it is hears so once, and the audit of each resident says it."""
        told: dict[UUID, Counter[UUID]] = defaultdict(Counter)
        for one in self.report.differences:
            told[one.team_id][one.resident_id] += 1
        if not told:
            return
        about = ("import", self.id)
        with self._unit(), audit.together():
            for team_id, residents in told.items():
                for resident_id, count in residents.items():
                    audit.record(
                        "import.differed",
                        by=self.by,
                        resident_id=resident_id,
                        about=about,
                        team_id=team_id,
                        differences=count,
                    )
                outbox.publish("import.differed", about=about, team_id=team_id, count=residents.total())

    def _in_order(self) -> list[Entry]:
        """What is not listed is counted; the rest comes after what it may refer to, whatever order the files have."""
        ordered = []
        for entry in self._entries:
            if entry.resource is not None and entry.kind and entry.kind not in {"Bundle", *_mappings}:
                self.report.not_listed[entry.kind] += 1
            else:
                ordered.append(entry)
        return sorted(ordered, key=lambda e: _mappings[e.kind].order if e.kind in _mappings else 0)

    def _import(self, entry: Entry) -> None:
        self._remarks_before = len(self.report.remarks)
        try:
            with self._unit():
                made, counted = self._write(entry)
        except (Fault, RuleError) as problem:
            self._fail(entry, str(problem))
        except ValidationError as problem:
            self._fail(entry, " ".join(problem.messages))
        except DatabaseError as problem:
            self._fail(entry, f"it cannot be stored ({type(problem).__name__})")
        except (TypeError, ValueError, AttributeError, KeyError, ObjectDoesNotExist, RecursionError) as problem:
            log.warning("an entry could not be read", exc_info=problem)
            self._fail(entry, "it is not shaped as FHIR says")
        else:
            # Only now: a constraint may refuse at the end of the transaction.
            self._done[id(entry)] = made
            counted[entry.kind] += 1

    def _fail(self, entry: Entry, reason: str) -> None:
        del self.report.remarks[self._remarks_before :]
        self._failed.add(id(entry))
        self.report.forget_remarks(entry)
        self.report.blame(entry, reason)

    def _write(self, entry: Entry) -> tuple[Imported, Counter[str]]:
        """What became of it, and where that is counted."""
        resource = self._checked(entry)
        mapping, identity, source = _mappings[entry.kind], str(resource["id"]), self.source_of(resource)
        self._reading = entry
        for reference in mapping.needs(resource):
            needed = self._entry_of(reference, resource)
            if needed and id(needed) in self._failed:
                raise Fault(f"it needs {needed.name}, which could not be imported")
        before, fingerprint = self.known(source, entry.kind, identity), _fingerprint(resource)
        self._refuse_two_of_one_name((source, entry.kind, identity), entry, fingerprint)
        was = Imported(before.object_type, before.object_id, before.display) if before else None
        if before and was and before.fingerprint == fingerprint:
            return was, self.report.unchanged
        # With the id that only its address may give it.
        made = mapping.write(self, replace(entry, resource=resource), was)
        self.remember(source, entry.kind, identity, made, fingerprint)
        self._remember_identifiers(source, entry.kind, resource, made)
        return made, self.report.changed if before else self.report.created

    def _remember_identifiers(self, source: str, kind: str, resource: JSON, made: Imported) -> None:
        """So that a later file may refer to it as `Patient?identifier=system|value`."""
        names = set(identifier_names(resource))
        known = ImportedResource.objects.filter(source=source, resource_type=kind, resource_id__in=names)
        others = set(known.exclude(object_id=made.object_id).values_list("resource_id", flat=True))
        rows = [
            ImportedResource(
                source=source,
                resource_type=kind,
                resource_id=name,
                object_type=SEVERAL if name in others else made.object_type,
                object_id=new_id() if name in others else made.object_id,
                display="" if name in others else made.display,
            )
            for name in sorted(names)
        ]
        ImportedResource.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["source", "resource_type", "resource_id"],
            update_fields=["object_type", "object_id", "display"],
        )

    def _refuse_two_of_one_name(self, name: tuple[str, str, str], entry: Entry, fingerprint: str) -> None:
        first, said = self._read.setdefault(name, (entry, fingerprint))
        if said != fingerprint:
            raise Fault(f"{first.file} line {first.line} says something else of the same id")

    def _checked(self, entry: Entry) -> JSON:
        if entry.resource is None:
            raise Fault("it has no resource")
        if entry.method in {"DELETE", "PATCH"}:
            raise Fault(f"it asks for {entry.method}, and an import only adds")
        if entry.kind == "Bundle":
            raise Fault("it is a bundle inside a bundle: import that one as a file of its own")
        if not entry.kind:
            raise Fault("its resourceType is missing, or not text")
        identity = entry.resource.get("id") or _urn(entry.full_url)
        if not isinstance(identity, str) or not identity:
            raise Fault("it has no id, so that a second import could not recognise it")
        if not RESOURCE_ID.fullmatch(identity):
            raise Fault("its id is not one that FHIR allows")
        _refuse_unstorable(entry.resource)
        if len(self.source_of(entry.resource)) > LONGEST_SOURCE:
            raise Fault(f"meta.source is longer than {LONGEST_SOURCE} characters")
        return {**entry.resource, "id": identity}

    def _entry_of(self, reference: str, within: JSON) -> Entry | None:
        """The entry that `within` means: of its own file, else of its own source; an entry's own address first."""
        target, own_base = target_of(reference), base_of(self._reading.full_url)
        plain = without_version(reference)
        names = [f"{own_base}/{plain}" if target and target.kind and not target.base and own_base else plain]
        if target and self._is_ours(target, within):
            names.append(target.name)
        for place in (f"file {self._reading.file}", f"source {self.source_of(within)}"):
            for name in names:
                found = self._index.find(place, name)
                if found is not None:
                    return found
        return None

    def _is_ours(self, target: Target, within: JSON) -> bool:
        """Whether an address is of the server that the entry being read comes from; a relative one always is."""
        own = {base_of(self._reading.full_url), self.source_of(within).rstrip("/")}
        return not target.base or target.base in own


def reference_of(parent: Any) -> str:
    """The reference in a Reference element, or an empty string."""
    value = parent.get("reference") if isinstance(parent, dict) else None
    return value if isinstance(value, str) else ""


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
