"""What a source said last, so that a changed file can be told from what people changed here.

What came is compared with what was said before and with what stands here. Of texts only marks are kept, no words.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from carecoord.fhir.elements import JSON
from carecoord.fhir.importing import Imported, ImportJob
from carecoord.fhir.models import ImportedResource


def mark(value: Any) -> str:
    """Equal for equal values. Texts are compared as they are stored: without outer blanks, with plain line breaks."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else value
    return hashlib.sha256(json.dumps(text, sort_keys=True, default=str).encode()).hexdigest()[:32]


def marks(facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: mark(value) for name, value in facts.items()}


@dataclass(frozen=True)
class News:
    """Fields that the source changed: those to take, and those that people changed here too, which stay."""

    take: dict[str, Any]
    kept: list[str]


def news(ours: Mapping[str, Any], theirs: Mapping[str, Any], said: Mapping[str, str]) -> News:
    take, kept = {}, []
    for name, value in theirs.items():
        before = said.get(name)
        if mark(value) in (before, mark(ours[name])):
            continue
        if mark(ours[name]) == before:
            take[name] = value
        else:
            kept.append(name)
    return News(take, kept)


def keep(
    job: ImportJob, resource: JSON, kind: str, identity: str, made: Imported, said: Mapping[str, str], whole: str = ""
) -> None:
    """Remember what a resource, or a part of one, became and what was said of it. `whole` is the mark of all of it."""
    source = job.source_of(resource)
    job.remember(source, kind, identity, made, whole)
    row = ImportedResource.objects.filter(source=source, resource_type=kind, resource_id=identity)
    row.update(said=dict(said))


def parts_of(job: ImportJob, resource: JSON, kind: str) -> dict[str, ImportedResource]:
    """What came inside `resource` before, by the part's own key."""
    within = f"{resource['id']}#"
    rows = ImportedResource.objects.filter(
        source=job.source_of(resource), resource_type=kind, resource_id__startswith=within
    )
    return {row.resource_id.removeprefix(within): row for row in rows.order_by("resource_id")}


def part_id(resource: JSON, key: str) -> str:
    """The identity of a part is that of its resource, with its own behind it."""
    return f"{resource['id']}#{key}"


def short(key: str) -> str:
    """A key of any length as one that fits."""
    return key if len(key) <= 64 else mark(key)
