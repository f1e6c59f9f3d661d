"""What is said about a resident: recorded, corrected, ended, taken back, never overwritten (domain.md 2, IG-38)."""

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError
from carecoord.ids import new_id
from carecoord.moves import Side
from carecoord.once import insert, made_before
from neighbourhoods.definitions import ANNOTATION, BESIDE, QUERY, Definition, definition_of
from neighbourhoods.marks import SHOWN, offered
from neighbourhoods.models import CaseloadEntry, Entry, Level, Relationship, Resident
from neighbourhoods.models.entries import MAX_REASON
from neighbourhoods.principal import Principal
from neighbourhoods.services.encounter_facts import words
from neighbourhoods.services.entry_facts import EntryFacts, check_days, content_of, due_of
from neighbourhoods.services.entry_rules import check_beside, check_side, require_clinical_role
from neighbourhoods.services.entry_secrets import keep_secret
from neighbourhoods.services.locks import locked_resident
from neighbourhoods.services.writing import name_of, team_that_writes
from neighbourhoods.states import ENTRY

REPLACED = "Replaced"
TYPED = frozenset({"kind", "text", "data", "event_on", "event_until", "review_due_on", "hidden"})


@transaction.atomic
def record_entry(
    *,
    by: Principal,
    resident_id: UUID,
    facts: EntryFacts,
    team_id: UUID | None = None,
    entry_id: UUID | None = None,
) -> Entry:
    """Write down what is known, as its definition asks it. A new one ends what it replaces, whoever wrote that.

    Whoever names an `entry_id` may ask twice and gets one; SentAlready where that says something else. Raises RuleError
    with the field that will not do, where it is recorded already, or where something recorded speaks against it;
    NotYours for clinical kinds from a role that is not clinical; Resident.DoesNotExist where not seen.
    """
    resident = locked_resident(by, resident_id)
    entry = _drafted(by, resident, facts, team_id, entry_id)
    if entry_id and (made := made_before(entry, Entry.objects.visible_to(by).filter(resident=resident), TYPED)):
        return made
    definition = entry.definition
    check_beside(entry, definition)
    replaced = _end_replaced(by, entry, definition)
    entry.supersedes = next((one for one in replaced if one.kind == entry.kind), None)
    insert(entry)
    keep_secret(entry, facts)
    _tell("entry.recorded", by, entry)
    return entry


@transaction.atomic
def correct_entry(
    *,
    by: Principal,
    resident_id: UUID,
    entry_id: UUID,
    facts: EntryFacts,
    reason: str,
    made_id: UUID | None = None,
) -> Entry:
    """Write another entry that supersedes this one, which is ended and stays in the record with the reason.

    What is not to be shared any more is sealed as it stood before, too, with the notes beside it (IG-22). Saying the
    same again changes nothing. Raises what `record_entry` raises, NotYours for another organisation's entry,
    IllegalMove for one that holds no longer.
    """
    resident = locked_resident(by, resident_id)
    before = _entry(by, resident_id, entry_id)
    check_side(by, before)
    if before.kind in BESIDE:
        raise RuleError("End this note and write another.", field="text")
    entry = _drafted(by, resident, replace(facts, kind=before.kind), None, made_id, before=before)
    if made_id and (made := made_before(entry, Entry.objects.visible_to(by).filter(resident=resident), TYPED)):
        return made
    ENTRY.move("correct", before.state, {Side.GIVER})
    if not facts.secret and all(getattr(entry, name) == getattr(before, name) for name in TYPED):
        return before
    reason = words(reason, "correction", MAX_REASON, required="Say why you correct it.")
    _end(by, before, reason)
    check_beside(entry, entry.definition)
    entry.supersedes = before
    insert(entry)
    if entry.seal and not before.seal:
        _seal_earlier(entry)
    keep_secret(entry, facts)
    _tell("entry.corrected", by, entry, reason, before=before.id)
    return entry


@transaction.atomic
def end_entry(*, by: Principal, resident_id: UUID, entry_id: UUID, reason: str) -> Entry:
    """It holds no longer, and stays in the record with its dates. Ending twice changes nothing."""
    locked_resident(by, resident_id)
    entry = _entry(by, resident_id, entry_id)
    check_side(by, entry)
    if entry.state == "current":
        _end(by, entry, words(reason, "reason", MAX_REASON, required="Say why."))
        _tell("entry.ended", by, entry, entry.ended_reason)
    return entry


@transaction.atomic
def enter_entry_in_error(*, by: Principal, resident_id: UUID, entry_id: UUID, reason: str) -> Entry:
    """It was never so: struck through, still readable. What it had replaced does not come back by itself."""
    locked_resident(by, resident_id)
    entry = _entry(by, resident_id, entry_id)
    check_side(by, entry)
    if entry.state == "entered_in_error":
        return entry
    ENTRY.move("enter_in_error", entry.state, {Side.GIVER})
    entry.error_at, entry.error_reason = clock.now(), words(reason, "reason", MAX_REASON, required="Say why.")
    if entry.ended_at is None:
        entry.ended_at, entry.ended_by_name = entry.error_at, name_of(by)
    entry.save_changes("error_at", "error_reason", "ended_at", "ended_by_name")
    _tell("entry.entered_in_error", by, entry, entry.error_reason)
    return entry


@transaction.atomic
def annotate_entry(
    *, by: Principal, resident_id: UUID, entry_id: UUID, text: str, note_id: UUID | None = None
) -> Entry:
    """What somebody else knows better, beside the entry of an organisation that stays controller of it and is told, to
    correct it or not (IG-38)."""
    note, about = _beside(ANNOTATION, by, resident_id, entry_id, text, note_id)
    note.seal_team_id = about.recorded_by_team_id if about.seal else None
    if note_id and (made := _made(by, note)):
        return made
    _put_beside("entry.annotated", by, note, about, team_id=_still_involved(about))
    return note


@transaction.atomic
def query_entry(*, by: Principal, resident_id: UUID, entry_id: UUID, text: str, query_id: UUID | None = None) -> Entry:
    """What the resident questions about an entry, in their words, as they told somebody who sees them (IG-29).

    The team that wrote the entry is asked, while it sees the resident; else the team that leads, or the writer's. It
    answers by ending the question. Raises RuleError where the entry is sealed and its team is not around any more.
    """
    query, about = _beside(QUERY, by, resident_id, entry_id, text, query_id)
    asked = _still_involved(about)
    if about.seal and asked is None:
        raise RuleError("The team that wrote this is not around the resident any more. Ring them.")
    query.seal_team_id = asked or _lead_of(resident_id) or query.recorded_by_team_id
    if query_id and (made := _made(by, query)):
        return made
    _put_beside("entry.queried", by, query, about, team_id=query.seal_team_id)
    return query


def _beside(
    kind: str, by: Principal, resident_id: UUID, entry_id: UUID, text: str, made_id: UUID | None
) -> tuple[Entry, Entry]:
    """A draft of what is to stand beside an entry, and that entry."""
    resident = locked_resident(by, resident_id)
    about = _entry(by, resident_id, entry_id)
    if about.kind in BESIDE:
        raise RuleError("Write beside the entry itself.", field="text")
    note = _drafted(by, resident, EntryFacts(kind, text), None, made_id)
    note.about, note.section, note.seal = about, about.section, about.seal
    _check_sealed(note)
    return note, about


def _made(by: Principal, entry: Entry) -> Entry | None:
    return made_before(entry, Entry.objects.visible_to(by).filter(resident_id=entry.resident_id), TYPED)


def _put_beside(verb: str, by: Principal, note: Entry, about: Entry, team_id: UUID | None) -> None:
    insert(note)
    kinds = {"sealed": True} if note.seal else {"kind": note.kind, "about_kind": about.kind}
    told = ("entry", note.id)
    audit.record(verb, by=by, resident_id=note.resident_id, about=told, **kinds)
    from_team_id = note.recorded_by_team_id
    outbox.publish(verb, about=told, resident_id=note.resident_id, team_id=team_id, from_team_id=from_team_id)


def _drafted(
    by: Principal,
    resident: Resident,
    facts: EntryFacts,
    team_id: UUID | None,
    entry_id: UUID | None,
    before: Entry | None = None,
) -> Entry:
    definition = definition_of(facts.kind)
    require_clinical_role(by, definition)
    if definition.retired and facts.kind not in BESIDE:
        raise RuleError(f"{definition.title} is no longer recorded. Choose another kind.", field="kind")
    content = content_of(definition, facts, before.data if before else None)
    check_days(definition, facts, resident, reviewed=before.review_due_on if before else None)
    entry = Entry(
        id=entry_id or new_id(),
        resident=resident,
        kind=facts.kind,
        definition_version=definition.version,
        section=definition.section,
        **asdict(content),
        event_on=facts.event_on,
        event_until=facts.event_until,
        review_due_on=facts.review_due_on,
        recorded_by_id=by.membership_id,
        recorded_by_name=name_of(by),
        recorded_by_role=by.role,
        recorded_by_team_id=team_that_writes(by, resident, team_id),
        recorded_by_organisation_id=by.organisation_id,
        is_single=definition.single and not definition.seal,
        due_at=due_of(definition, facts, content.data, resident),
        hidden=_hidden(facts, before),
        seal="" if content.data.get(definition.unsealed_by) is True else definition.seal,
    )
    if entry.seal and before:
        entry.seal_team_id = before.seal_team_id or before.recorded_by_team_id
    _check_sealed(entry)
    return entry


def _hidden(facts: EntryFacts, before: Entry | None) -> str:
    stood = before.hidden if before else SHOWN
    if facts.hidden is None:
        return stood
    if facts.hidden not in dict(offered(stood)):
        raise RuleError("Choose from whom it is kept.", field="hidden")
    return facts.hidden


def _check_sealed(entry: Entry) -> None:
    """Somebody must be there whom others can ask, or who does what is due."""
    if (entry.seal or entry.definition.is_cohort) and entry.recorded_by_team_id is None:
        raise RuleError("Choose for which of your teams you write this: it reads it.", field="team")


def _still_involved(entry: Entry) -> UUID | None:
    """The team that wrote it, while it sees the resident: a note beside it is theirs to answer (IG-38)."""
    team_id = entry.recorded_by_team_id
    held = Relationship.objects.open_at(clock.now()).filter(resident_id=entry.resident_id, level=Level.RECORD)
    return team_id if team_id and held.filter(team_id=team_id).exists() else None


def _lead_of(resident_id: UUID) -> UUID | None:
    leads = CaseloadEntry.objects.filter(resident_id=resident_id, is_lead=True, ended_at=None)
    return leads.values_list("team_id", flat=True).first()


def _entry(by: Principal, resident_id: UUID, entry_id: UUID) -> Entry:
    """Not locked: whoever changes an entry has locked the resident."""
    found = Entry.objects.visible_to(by).select_related("recorded_by_organisation")
    entry = found.get(id=entry_id, resident_id=resident_id)
    require_clinical_role(by, (entry.about or entry).definition)
    return entry


def _end_replaced(by: Principal, entry: Entry, definition: Definition) -> list[Entry]:
    """A new decision takes the place of the one before, whose ever it was: two at once would be dangerous."""
    kinds = {*definition.replaces, *([entry.kind] if definition.single else [])}
    if not kinds:
        return []
    current = _current(entry.resident_id).filter(kind__in=kinds)
    # What others have sealed is out of sight: of a sealed group each team has one.
    replaced = list(current.filter(seal="") | current.filter(recorded_by_team_id=entry.recorded_by_team_id))
    for one in replaced:
        _end(by, one, REPLACED)
        _tell("entry.ended", by, one, REPLACED)
    return replaced


def _current(resident_id: UUID) -> QuerySet[Entry]:
    return Entry.objects.filter(resident_id=resident_id, ended_at=None)


def _end(by: Principal, entry: Entry, reason: str) -> None:
    entry.ended_at, entry.ended_by_name, entry.ended_reason = clock.now(), name_of(by), reason
    entry.save_changes("ended_at", "ended_by_name", "ended_reason")


def _seal_earlier(entry: Entry) -> None:
    """Through an owner function: what others wrote beside it is sealed too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.seal_earlier(%s)", [entry.id])


def _tell(verb: str, by: Principal, entry: Entry, reason: str = "", **detail: Any) -> None:
    about = ("entry", entry.id)
    if entry.seal:
        # Neither why nor of what kind: the timeline is read by everybody around the resident.
        audit.record(verb, by=by, resident_id=entry.resident_id, about=about, sealed=True)
    else:
        audit.record(verb, by=by, resident_id=entry.resident_id, about=about, reason=reason, kind=entry.kind, **detail)
    outbox.publish(verb, about=about, resident_id=entry.resident_id)
