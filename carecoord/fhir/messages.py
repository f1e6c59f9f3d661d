"""Message bundles: what one is about, and the answer to it. What an event means, the apps above know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from carecoord import clock
from carecoord.fhir.elements import JSON, RESOURCE_ID, Fault, items, words
from carecoord.fhir.following import mark
from carecoord.fhir.models import AnsweredMessage
from carecoord.fhir.reading import Entry
from carecoord.fhir.references import Index
from carecoord.ids import new_id

MOST_ENTRIES: Final = 200
PLACE: Final = "message"


@dataclass(frozen=True)
class Message:
    """A message taken apart. `event` is (system, code) in lower case."""

    id: str
    event: tuple[str, str]
    header: JSON
    entries: tuple[Entry, ...]
    index: Index

    def of_kind(self, kind: str) -> list[JSON]:
        return [entry.resource for entry in self.entries if entry.kind == kind and entry.resource]

    def named(self, reference: object, kind: str) -> JSON | None:
        """The resource of this message that a Reference leads to, if it is of that kind."""
        name = words(reference, "reference") if isinstance(reference, dict) else ""
        found = self.index.find(PLACE, name.split("/_history/")[0]) if name else None
        return found.resource if found and found.kind == kind else None


def read_message(bundle: JSON) -> Message:
    """Raises Fault for whatever is no message as FHIR R4 says it."""
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "message":
        raise Fault("This is not a message: send a Bundle of type message.")
    entries = tuple(_entry(number, one) for number, one in enumerate(items(bundle, "entry"), 1))
    if not entries or entries[0].kind != "MessageHeader":
        raise Fault("A message begins with its MessageHeader: put it into the first entry.")
    if len(entries) > MOST_ENTRIES:
        raise Fault(f"A message has {MOST_ENTRIES} entries at most.")
    if sum(entry.kind == "MessageHeader" for entry in entries) > 1:
        raise Fault("A message has one MessageHeader. Send two messages.")
    header = entries[0].resource or {}
    if header.get("response") is not None:
        raise Fault("This is the answer to a message, and no message itself.")
    identity = header.get("id")
    if not isinstance(identity, str) or not RESOURCE_ID.fullmatch(identity):
        raise Fault("MessageHeader.id is missing, so that a second sending could not be told from a second event.")
    coding = header.get("eventCoding")
    event = (words(coding, "system").casefold(), words(coding, "code").casefold()) if isinstance(coding, dict) else None
    if event is None or not all(event):
        raise Fault("MessageHeader.eventCoding has no system and code, so nobody can tell what has happened.")
    index = Index()
    for entry in entries:
        index.add(PLACE, entry)
    return Message(identity, event, header, entries, index)


def _entry(number: int, one: JSON) -> Entry:
    resource, full_url = one.get("resource"), one.get("fullUrl")
    if not isinstance(resource, dict):
        raise Fault(f"Entry {number} has no resource.")
    return Entry(PLACE, 0, number, resource, full_url if isinstance(full_url, str) else "")


class Reused(Exception):
    """The id of this message was that of another one."""


def begun(client_id: UUID, message_id: str, bundle: Mapping[str, Any]) -> AnsweredMessage:
    """The row of this message, with its answer where it has been answered before.

    Of two at once the second waits here until the first is done. Raises Reused where the same id said something else.
    Whoever refuses takes the transaction back, and the row with it, so that the sender may correct it and try again.
    """
    fresh = AnsweredMessage(client_id=client_id, message_id=message_id, fingerprint=mark(bundle))
    AnsweredMessage.objects.bulk_create([fresh], ignore_conflicts=True)
    row = AnsweredMessage.objects.select_for_update().get(client_id=client_id, message_id=message_id)
    if row.fingerprint != fresh.fingerprint:
        raise Reused
    return row


def finished(row: AnsweredMessage, header: JSON, outcome: Mapping[str, Any]) -> dict[str, Any]:
    """Keep and give the answer: a message that says what became of the first one."""
    answer_id, outcome_id = str(new_id()), str(new_id())
    source = header.get("source")
    endpoint = words(source, "endpoint") if isinstance(source, dict) else ""
    answer = {
        "resourceType": "MessageHeader",
        "id": answer_id,
        "eventCoding": header["eventCoding"],
        **({"destination": [{"endpoint": endpoint}]} if endpoint else {}),
        "source": {"name": "CareCoord", "endpoint": "urn:carecoord"},
        "response": {
            "identifier": row.message_id,
            "code": "ok",
            "details": {"reference": f"urn:uuid:{outcome_id}"},
        },
    }
    row.answer = {
        "resourceType": "Bundle",
        "id": str(row.id),
        "type": "message",
        "timestamp": clock.now().isoformat(),
        "entry": [
            {"fullUrl": f"urn:uuid:{answer_id}", "resource": answer},
            {"fullUrl": f"urn:uuid:{outcome_id}", "resource": {**outcome, "id": outcome_id}},
        ],
    }
    row.save(update_fields=["answer"])
    return row.answer
