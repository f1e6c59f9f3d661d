"""Two records of one person side by side, what was merged, and what undoing it would do, in words."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db.models import Model
from django.urls import reverse

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.components import Button, Interruption, Link, ResidentLine, Status, resident_line
from neighbourhoods.codes import Choices
from neighbourhoods.duplicates import Alike
from neighbourhoods.matching.weights import LIKELY
from neighbourhoods.merging.rules import FACTS
from neighbourhoods.models import Merge, Resident
from neighbourhoods.models.entries import EntryQuerySet
from neighbourhoods.models.residents import NO_WAY_THERE, RESTRICTED
from neighbourhoods.principal import Principal
from neighbourhoods.services.merges import Part
from neighbourhoods.services.residents import CODED
from neighbourhoods.values import format_nhs_number

LABELS: Final[Mapping[str, str]] = {
    "nhs_number": "NHS number",
    "name": "Name",
    "birth_date": "Date of birth",
    "gender": "Gender",
    "home": "Address",
    "phone": "Phone",
    "email": "Email",
    "gp_practice": "GP practice",
    "death": "Died",
    "ethnic_category": "Ethnic category",
    "marital_status": "Marital status",
    "residential_status": "Residential status",
    "language": "Language",
    "preferred_contact_method": "To be reached by",
    "preferred_written_format": "Letters",
}
SAYS_NOTHING: Final = "Not known"
# What people call the rows of a table, one and many. Whatever is not here is counted under its model's own name.
ROWS: Final[Mapping[str, tuple[str, str]]] = {
    "careplans_action": ("action", "actions"),
    "careplans_additionalplan": ("additional plan", "additional plans"),
    "careplans_attachment": ("photo, recording or paper", "photos, recordings and papers"),
    "careplans_careplan": ("plan", "plans"),
    "careplans_goal": ("goal", "goals"),
    "careplans_goaloutcome": ("report of a goal", "reports of goals"),
    "careplans_need": ("need or strength", "needs and strengths"),
    "careplans_option": ("option", "options"),
    "careplans_planreview": ("review of the plan", "reviews of the plan"),
    "careplans_plansection": ("section of the plan", "sections of the plan"),
    "careplans_stagegoal": ("step of a goal", "steps of goals"),
    "neighbourhoods_caseloadentry": ("place on a caseload", "places on caseloads"),
    "neighbourhoods_contact": ("person to ring", "people to ring"),
    "neighbourhoods_encounter": ("visit, call or note", "visits, calls and notes"),
    "neighbourhoods_entry": ("recorded entry", "recorded entries"),
    "neighbourhoods_residentdetail": ("name, number, address or phone", "names, numbers, addresses or phones"),
    "neighbourhoods_sharingdecision": ("objection to sharing", "objections to sharing"),
    "referrals_handover": ("handover", "handovers"),
    "referrals_referral": ("referral", "referrals"),
}
SAY_WHAT: Final = frozenset(
    {
        "careplans_action",
        "careplans_additionalplan",
        "careplans_attachment",
        "careplans_goal",
        "careplans_need",
        "careplans_option",
        "careplans_stagegoal",
        "neighbourhoods_contact",
        "neighbourhoods_entry",
        "neighbourhoods_residentdetail",
        "referrals_referral",
    }
)
"""Rows whose own words name them; of others the kind and the day say enough, and nobody reads an id."""
NOT_COUNTED: Final = frozenset(
    {
        "alerts_alert",
        "careplans_actionpair",
        "careplans_plandraft",
        "careplans_sectionversion",
        "careplans_setaside",
        "neighbourhoods_emergencyaccess",
        "neighbourhoods_merge",
        "neighbourhoods_relationship",
        "referrals_referralevent",
    }
)
"""Parts of other rows, and what comes by itself."""


@dataclass(frozen=True)
class AlikeRow:
    resident: ResidentLine
    status: Status
    why: tuple[str, ...]
    button: Button


@dataclass(frozen=True)
class Compared:
    """One fact as both records have it. `differs`: both say something, and not the same."""

    key: str
    label: str
    ours: str
    theirs: str

    @property
    def differs(self) -> bool:
        return self.ours != self.theirs and SAYS_NOTHING not in (self.ours, self.theirs)


@dataclass(frozen=True)
class MergeRow:
    title: str
    second: str
    is_undone: bool
    button: Button | None


@dataclass(frozen=True)
class Later:
    """Something written since the merge: it stays, unless somebody ticks it to go."""

    id: UUID
    words: str


def alike_rows(resident: Resident, alike: Iterable[Alike]) -> tuple[AlikeRow, ...]:
    return tuple(_alike(resident, one) for one in alike if one.known.id != resident.id)


def _alike(resident: Resident, one: Alike) -> AlikeRow:
    known, name = one.known, f"{one.known.called} {one.known.family_name}"
    compare = Button(
        "Compare", reverse("resident_merge", args=[resident.id, known.id]), is_small=True, hidden=f" with {name}"
    )
    look = Button(
        "Open this record",
        reverse("resident_record", args=[known.id]),
        tone="white",
        is_small=True,
        hidden=f" of {name}",
    )
    return AlikeRow(
        resident=resident_line(
            family_name=known.family_name,
            given_name=known.given_name,
            birth_date=known.birth_date,
            nhs_number=known.nhs_number,
            died_on=known.died_on,
            layout="line",
        ),
        status=Status("Likely the same", "orange") if one.is_likely else Status("Possibly the same", "grey"),
        why=(f"{one.match.score} points, likely from {LIKELY} on", *(part.words for part in one.match.parts)),
        button=compare if known.is_seen else look,
    )


def make_one(resident: Resident, back: str) -> Interruption:
    """Stops whoever is about to do it (UI-21)."""
    return Interruption(
        title="Make one record of two?",
        resident=resident_line(
            family_name=resident.family_name,
            given_name=resident.given_name,
            birth_date=resident.birth_date,
            nhs_number=resident.nhs_number,
            died_on=resident.died_on,
            layout="line",
        ),
        text="Everything in the other record comes into this one, and every team of either may open it all. "
        "Your name and your reason are recorded, and the teams around both are told.",
        back=Link(f"Back to {resident.called}'s records", back),
    )


def compared(ours: Resident, theirs: Resident, words: Choices) -> tuple[Compared, ...]:
    """What the two rows say, fact by fact; what neither says is left out."""
    rows = [Compared(key, label, _said(ours, key, words), _said(theirs, key, words)) for key, label in LABELS.items()]
    return tuple(row for row in rows if (row.ours, row.theirs) != (SAYS_NOTHING, SAYS_NOTHING))


def to_choose(ours: Resident, theirs: Resident, rows: Sequence[Compared]) -> list[Compared]:
    """Those that differ and that nothing else decides: a verified number is kept, and restricted ways are gone."""
    decided = {"nhs_number"} if "01" in (ours.nhs_number_status, theirs.nhs_number_status) else set()
    if ours.is_restricted or theirs.is_restricted:
        decided |= {"home", *NO_WAY_THERE}
    return [row for row in rows if row.differs and row.key not in decided]


def has_two_numbers(ours: Resident, theirs: Resident) -> bool:
    verified = ours.nhs_number_status == theirs.nhs_number_status == "01"
    return verified and ours.nhs_number != theirs.nhs_number


def _said(resident: Resident, key: str, words: Choices) -> str:
    if resident.is_restricted and key in {"home", *NO_WAY_THERE}:
        return RESTRICTED
    return _FACTS[key](resident) if key in _FACTS else _coded(resident, key, words)


def _coded(resident: Resident, key: str, words: Choices) -> str:
    code = getattr(resident, FACTS[key][0])
    return words.get(CODED[key], {}).get(code, code) or SAYS_NOTHING


def _number(resident: Resident) -> str:
    if not resident.nhs_number:
        return SAYS_NOTHING
    return f"{format_nhs_number(resident.nhs_number)} ({resident.get_nhs_number_status_display()})"


def _name(resident: Resident) -> str:
    called = f" (called {resident.preferred_name})" if resident.preferred_name else ""
    return f"{resident.title} {resident.given_name} {resident.family_name} {resident.suffix}".strip() + called


_FACTS: Final[Mapping[str, Callable[[Resident], str]]] = {
    "nhs_number": _number,
    "name": _name,
    "birth_date": lambda one: dates.day(one.birth_date) if one.birth_date else SAYS_NOTHING,
    "gender": lambda one: one.get_gender_display() if one.gender != "unknown" else SAYS_NOTHING,
    "home": lambda one: ", ".join([*one.address_lines, one.postcode]).strip(", ") or SAYS_NOTHING,
    "phone": lambda one: one.phone or SAYS_NOTHING,
    "email": lambda one: one.email or SAYS_NOTHING,
    "gp_practice": lambda one: one.gp_practice.name if one.gp_practice else SAYS_NOTHING,
    "death": lambda one: dates.day(one.died_on) if one.died_on else SAYS_NOTHING,
}


def merge_rows(merges: Iterable[Merge], *, may_undo: bool) -> tuple[MergeRow, ...]:
    return tuple(_merge_row(merge, may_undo=may_undo) for merge in merges)


def _merge_row(merge: Merge, *, may_undo: bool) -> MergeRow:
    now = clock.now()
    undone = (
        f" Undone {_moment(merge.undone_at, now)} by {merge.undone_by_name}: {merge.undone_reason}."
        if merge.undone_at
        else ""
    )
    return MergeRow(
        title=merge.merged_name,
        second=f"Merged {_moment(merge.at, now)} by {merge.by_name}: {merge.reason}.{undone}",
        is_undone=merge.undone_at is not None,
        button=Button(
            "See and undo",
            reverse("resident_unmerge", args=[merge.resident_id, merge.id]),
            tone="white",
            is_small=True,
            hidden=f" the merge of {merge.merged_name}",
        )
        if may_undo and not merge.undone_at
        else None,
    )


def _moment(at: datetime, now: datetime) -> str:
    return dates.moment(at, now=now).replace("Today", "today")


def counts_of(parts: Iterable[Part], what: str) -> tuple[str, ...]:
    """`3 actions`, `1 referral`: the rows of this part, by what people call them."""
    tables = Counter(part.table for part in parts if part.what == what and part.table not in NOT_COUNTED)
    return tuple(f"{number} {_called(table)[number != 1]}" for table, number in sorted(tables.items()))


def later_rows(by: Principal, parts: Iterable[Part]) -> tuple[Later, ...]:
    """What stays, one by one; of what the reader may not read, its kind and day only."""
    stays = [part for part in parts if part.what == "stays"]
    shown = [_later(by, table, {part.row_id for part in stays if part.table == table}) for table in _tables(stays)]
    return tuple(row for rows in shown for row in rows)


def _later(by: Principal, table: str, ids: set[UUID]) -> list[Later]:
    model = _model_of(table)
    rows: Any = model._default_manager.visible_to(by) if model else None  # type: ignore[attr-defined]
    if isinstance(rows, EntryQuerySet):
        rows = rows.for_role(by)
    seen = {row.pk: row for row in rows.filter(pk__in=ids)} if model else {}
    return [Later(one, _words(table, seen.get(one))) for one in sorted(ids)]


def _words(table: str, row: Model | None) -> str:
    name = _called(table)[0]
    title = name[:1].upper() + name[1:]
    if row is None:
        return f"{title}, restricted"
    day = dates.day(dates.local_day(row.created_at))  # type: ignore[attr-defined]
    return f"{title} of {day}: {str(row)[:120]}" if table in SAY_WHAT else f"{title} of {day}"


def _tables(parts: Iterable[Part]) -> list[str]:
    return sorted({part.table for part in parts})


def _model_of(table: str) -> type[Model] | None:
    return next((model for model in apps.get_models() if model._meta.db_table == table), None)


def _called(table: str) -> tuple[str, str]:
    if table in ROWS:
        return ROWS[table]
    model = _model_of(table)
    if model is None:
        return table, table
    return str(model._meta.verbose_name), str(model._meta.verbose_name_plural)
