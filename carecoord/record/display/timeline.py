"""Changes as sentences."""

from dataclasses import replace
from datetime import UTC, date, datetime

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.record.sentences import CHANGES
from carecoord.record.timeline import Changes
from carecoord.ui import dates, words
from carecoord.ui.addresses import reverse
from carecoord.ui.components import Link, TimelineRow
from careplans.headings import heading_of
from neighbourhoods.definitions import definition_of
from neighbourhoods.display.encounters import said_in, state_of
from neighbourhoods.models import Encounter, Role
from neighbourhoods.models.clinical import reads_kind
from neighbourhoods.principal import Principal
from neighbourhoods.timeline import OF_ENTRIES, is_of_few

# Where the item of an entry is shown; `of_resident` pages take the resident's id.
PAGES = {
    "action": "action_detail",
    "encounter": "encounter",
    "referral": "referral_detail",
    "handover": "handover",
    "entry": "entry_opened",
    "stay": "stay_opened",
    "care_package": "package_opened",
    # As they were called until November 2026.
    "banner_entry": "entry_opened",
}
PAGES_OF_RESIDENT = {
    "care_plan": "care_plan",
    "goal": "care_plan",
    "stagegoal": "care_plan",
    "goaloutcome": "care_plan",
    "need": "care_plan",
    "option": "care_plan",
    "additional_plan": "care_plan",
    "attachment": "care_plan",
    "contact": "resident_people",
    "caseload_entry": "resident_people",
    "relationship": "resident_people",
    "merge": "resident_duplicates",
}
ROLES = dict(Role.choices)
ENCOUNTERS = dict(Encounter.Kind.choices)
# Entries of a visit, call or note that stand for it: with its words, and struck through once it was an error.
PLANNED = "encounter.planned"
TELLS = frozenset({PLANNED, "encounter.recorded", "encounter.completed", "encounter.missed"})


def timeline_rows(principal: Principal, changes: Changes, *, with_record: bool = False) -> tuple[TimelineRow, ...]:
    """`with_record`: each leads to the record as it was right after it."""
    rows = [_row(principal, entry, changes) for entry in changes.entries]
    if with_record:
        pairs = zip(rows, changes.entries, strict=True)
        rows = [replace(row, then=_as_it_was(entry)) for row, entry in pairs]
    return tuple(rows)


def _as_it_was(entry: AuditEntry) -> Link:
    at = dates.moment(entry.at, now=clock.now())
    return Link("As it was then", f"{reverse('as_it_was', args=[entry.resident_id])}?at={minute_of(entry.at)}", at)


def minute_of(at: datetime) -> str:
    """As it stands in the address of a record of the past: to the minute, which counts whole."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def _row(principal: Principal, entry: AuditEntry, changes: Changes) -> TimelineRow:
    """Of what is clinical a role that is not reads that it is there, as of what is sealed (IG-10)."""
    kind = _kind_of(entry)
    if kind and not reads_kind(principal, kind):
        return TimelineRow(
            at=dates.moment(entry.at, now=clock.now()),
            title=f"{_verb_of(entry, changes)}: clinical, read by clinical roles",
            url=reverse("resident_entries", args=[entry.resident_id]),
            second=author(entry),
        )
    encounter = changes.encounters.get(entry.about_id) if entry.about_id else None
    if encounter and entry.verb in TELLS:
        return _told(entry, changes, encounter)
    # Why a clinical entry was ended or corrected is read where the entry is, by those who may.
    is_told = not is_of_few(entry.about_type, entry.detail)
    return TimelineRow(
        at=dates.moment(entry.at, now=clock.now()),
        title=sentence(entry, changes),
        url=_url(entry),
        text=f": {entry.reason}" if entry.reason and not (kind and definition_of(kind).clinical) and is_told else "",
        second=author(entry),
    )


def _told(entry: AuditEntry, changes: Changes, encounter: Encounter) -> TimelineRow:
    """A late entry stands where it was written, with both times."""
    written, state = dates.moment(entry.at, now=clock.now()), state_of(encounter)
    said, when = said_in(encounter), ""
    if entry.verb == PLANNED:
        planned_for = dates.moment(encounter.planned_for or encounter.at, now=clock.now())
        said, when = encounter.purpose, f", for {planned_for.replace('Today', 'today')}"
    return TimelineRow(
        at=dates.moment(encounter.at, now=clock.now()) if state == "late" else written,
        title=sentence(entry, changes),
        url=_url(entry),
        text=f"{when}: {said}" if said else when,
        second=author(entry),
        state=state,
        recorded=written.replace("Today", "today"),
    )


def sentence(entry: AuditEntry, changes: Changes) -> str:
    """The verb's sentence, with the team and the heading where the entry names them."""
    return _verb_of(entry, changes) + _which(entry)


def _verb_of(entry: AuditEntry, changes: Changes) -> str:
    def team(key: str, before: str) -> str:
        name = changes.team_names.get(str(entry.detail.get(key)))
        return f" {before} {name}".replace("  ", " ") if name else ""

    return CHANGES.get(entry.verb, entry.verb.replace(".", " ").replace("_", " ").capitalize()).format(
        for_team=team("team_id", "for"),
        of_team=team("team_id", "of"),
        with_team=team("team_id", "with"),
        team=team("team_id", ""),
        to_team=team("to_team_id", "to"),
        for_to_team=team("to_team_id", "by"),
        by_team=team("team_id", "by"),
        encounter=ENCOUNTERS.get(entry.detail.get("kind", ""), "Visit"),
        complete_by=_promised(entry),
    )


def _promised(entry: AuditEntry) -> str:
    day = entry.detail.get("complete_by")
    return f", to be complete by {dates.day(date.fromisoformat(day))}" if day else ""


def author(entry: AuditEntry) -> str:
    """`Dan Whitfield, social worker, Aldermoor Council`; the names come with the entry (see `timeline`)."""
    facts = vars(entry)
    name = facts.get("person_name") or facts.get("acting_team_name") or "The system"
    role = ROLES.get(entry.role, "")
    return ", ".join(part for part in (name, words.inside(role), facts.get("organisation_name")) if part)


def _which(entry: AuditEntry) -> str:
    if section := entry.detail.get("section"):
        return f": {heading_of(str(section)).title}"
    if is_of_few(entry.about_type, entry.detail):
        return ": restricted, read by few"
    kind = _kind_of(entry)
    return f": {definition_of(kind).title}" if kind else ""


def _kind_of(entry: AuditEntry) -> str:
    """Of which kind the entry is that was changed, or beside which it stands; empty where nothing recorded was."""
    if entry.about_type not in OF_ENTRIES or is_of_few(entry.about_type, entry.detail):
        return ""
    return str(entry.detail.get("about_kind") or entry.detail.get("kind") or "")


def _url(entry: AuditEntry) -> str:
    if is_of_few(entry.about_type, entry.detail):
        return reverse("resident_entries", args=[entry.resident_id])
    if entry.about_type in PAGES and entry.about_id:
        return reverse(PAGES[entry.about_type], args=[entry.about_id])
    if entry.about_type in PAGES_OF_RESIDENT:
        return reverse(PAGES_OF_RESIDENT[entry.about_type], args=[entry.resident_id])
    return ""
