"""What a Reference names, and which entry of the files it means."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from carecoord.fhir.elements import JSON, RESOURCE_ID, Fault
from carecoord.fhir.reading import Entry

KIND = re.compile(r"[A-Za-z]{1,64}")


@dataclass(frozen=True)
class Target:
    """A reference taken apart. `base` is the server that an absolute address names, empty where there is none.

    `kind` is empty for `urn:uuid:`; `identity` begins with `?` where it is a business identifier and no id.
    """

    kind: str
    identity: str
    base: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.identity}"


def target_of(reference: str) -> Target | None:
    """`http://host/fhir/Patient/1/_history/2` is 1 among the Patients of that host. None for what leads nowhere."""
    plain = without_version(reference)
    if plain.startswith("urn:uuid:"):
        return Target("", plain.removeprefix("urn:uuid:"))
    path, _, query = plain.partition("?")
    identity = _searched(query) if query else path.rpartition("/")[2]
    owner = path if query else path.rpartition("/")[0]
    base, _, kind = owner.rpartition("/")
    if not (KIND.fullmatch(kind) and ((query and identity) or RESOURCE_ID.fullmatch(identity))):
        return None
    return Target(kind, identity, base)


def without_version(reference: str) -> str:
    return reference.split("/_history/")[0].rstrip("/")


def base_of(full_url: str) -> str:
    """The server that an entry says it comes from; empty for `urn:` and for none."""
    target = target_of(full_url) if "://" in full_url else None
    return target.base if target else ""


def _searched(query: str) -> str:
    """The identity in a conditional reference. Only a search for an identifier finds one and the same for ever."""
    try:
        asked = parse_qs(query, strict_parsing=True)
    except ValueError:
        return ""
    if set(asked) != {"identifier"} or len(asked["identifier"]) != 1:
        return ""
    system, _, value = asked["identifier"][0].rpartition("|")
    return identifier_name(system, value)


def identifier_name(system: Any, value: Any) -> str:
    """An Identifier as an identity, in one spelling: case of systems and blanks in values differ between samples."""
    system, value = (part if isinstance(part, str) else "" for part in (system, value))
    plain = "".join(value.split())
    name = f"?{system.strip().casefold().rstrip('/')}|{plain}" if plain else ""
    return name if len(name) <= 200 else "?" + hashlib.sha256(name.encode(errors="replace")).hexdigest()


def identifier_names(resource: JSON) -> Iterator[str]:
    listed = resource.get("identifier")
    for one in listed if isinstance(listed, list) else []:
        name = identifier_name(one.get("system"), one.get("value")) if isinstance(one, dict) else ""
        if name:
            yield name


class Index:
    """Entries by everything that a reference may call them, each in its place: a file, or a source."""

    def __init__(self) -> None:
        self._named: dict[tuple[str, str], Entry] = {}
        self._shared: set[tuple[str, str]] = set()

    def add(self, place: str, entry: Entry) -> None:
        """The first of a name keeps it; an identifier that a second one has as well is nobody's."""
        for name in _names(entry):
            first = self._named.setdefault((place, name), entry)
            if "?" in name and _own_name(first) != _own_name(entry):
                self._shared.add((place, name))

    def find(self, place: str, name: str) -> Entry | None:
        if (place, name) in self._shared:
            raise Fault("it names somebody by an identifier that several have")
        return self._named.get((place, name))


def _own_name(entry: Entry) -> object:
    return (entry.resource or {}).get("id") or entry.full_url


def _names(entry: Entry) -> Iterator[str]:
    if entry.full_url:
        yield without_version(entry.full_url)
    if entry.resource and entry.kind:
        yield f"{entry.kind}/{entry.resource.get('id')}"
        yield from (f"{entry.kind}/{name}" for name in identifier_names(entry.resource))
