"""What goes and what stays: while it is open with its clock, afterwards with what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.components import (
    Clock,
    OpenItem,
    OpenItemGroup,
    OpenItemTable,
    TeamChip,
)
from neighbourhoods.principal import Principal
from referrals.models import Handover, HandoverItem
from referrals.services.handovers.items import GivenItem
from referrals.snapshots import Elsewhere, Snapshot


@dataclass(frozen=True)
class EndedItem:
    """An item of an answered handover: its words and limit as they were offered, and whether it moved."""

    title: str
    due: str
    became: str


@dataclass(frozen=True)
class ItemsTable:
    """Either `table`, or `ended` once there is an answer. `note` counts both groups; `left` stays with the giver."""

    note: str
    table: OpenItemTable | None = None
    ended: tuple[EndedItem, ...] = ()
    left: tuple[str, ...] = ()


def draft_items(handover: Handover, items: Sequence[GivenItem], ticked: frozenset[str]) -> ItemsTable:
    """Of a draft: what is open now."""
    mine = [item for item in items if item.team_id == handover.from_team_id]
    rows = [(item.ref.key in ticked, _row(item.title, item.team_name, item.due_at or item.due_on)) for item in mine]
    stays = [_row(one.title, one.team_name, one.due_at or one.due_on) for one in items if one not in mine]
    goes, kept = [row for goes, row in rows if goes], [row for goes, row in rows if not goes]
    return replace(_table(handover, goes, kept + stays, ""), left=tuple(row.title for row in kept))


def offered_items(principal: Principal, handover: Handover, snapshot: Snapshot) -> ItemsTable:
    """Of an offer: from the snapshot, with the clock as it stands now."""
    items = list(HandoverItem.objects.visible_to(principal).filter(handover=handover))
    left = tuple(one.title for one in items if not one.goes)
    if handover.status != "offered":
        return replace(_ended(handover, items, snapshot), left=left)
    goes = [_row(one.title, one.team_name, one.due_at or one.due_on) for one in items if one.goes]
    stays = [_row(one.title, one.team_name, one.due_at or one.due_on) for one in items if not one.goes]
    stays += [_row(one.title, one.team_name, _parsed(one)) for one in snapshot.elsewhere]
    return replace(_table(handover, goes, stays, "you" if principal.acts_for(handover.to_team_id) else ""), left=left)


def _table(handover: Handover, goes: list[OpenItem], stays: list[OpenItem], whom: str) -> ItemsTable:
    to_whom = whom or str(handover.to_team)
    verb = ("comes" if len(goes) == 1 else "come") if whom else ("goes" if len(goes) == 1 else "go")
    note = f"{len(goes)} {verb} to {to_whom}, {len(stays)} stay{'s' if len(stays) == 1 else ''}"
    accept = "you accept" if whom else "they accept"
    groups = (
        OpenItemGroup(_in_order(goes), f"{verb.capitalize()} to {handover.to_team} when {accept} ({len(goes)})"),
        OpenItemGroup(_in_order(stays), f"Stay where they are ({len(stays)})"),
    )
    shown = tuple(group for group in groups if group.items)
    table = OpenItemTable("Open items", shown, team_label="Accountable now") if shown else None
    return ItemsTable(note if shown else "Nothing is open", table)


ORDER = ("overdue", "due_soon", "paused", "on_time", "no_clock")


def _in_order(rows: Iterable[OpenItem]) -> tuple[OpenItem, ...]:
    return tuple(sorted(rows, key=lambda row: ORDER.index(row.clock.state)))


def _row(title: str, team: str, due: date | datetime | None) -> OpenItem:
    return OpenItem(kind="", title=title, url="", team=TeamChip(team), clock=_clock(due))


def _clock(due: date | datetime | None) -> Clock:
    """A day is a whole day: due soon while it lasts. A moment is due soon on its day."""
    if due is None:
        return Clock("no_clock", layout="inline")
    now = clock.now()
    has_passed = due <= now if isinstance(due, datetime) else due < clock.today()
    at = dates.moment(due, now=now) if isinstance(due, datetime) else dates.due_day(due, now=now)
    if has_passed:
        return Clock("overdue", at=at, layout="inline")
    return Clock("due_soon" if at.startswith("Today") else "on_time", at=at, layout="inline")


def _ended(handover: Handover, items: Sequence[HandoverItem], snapshot: Snapshot) -> ItemsTable:
    rows = tuple(
        EndedItem(one.title, _due_words(one.due_at or one.due_on), _became(handover, one)) for one in items
    ) + tuple(
        EndedItem(one.title, _due_words(_parsed(one)), f"Stayed with {one.team_name}") for one in snapshot.elsewhere
    )
    moved = sum(1 for one in items if one.moved_at)
    return ItemsTable(f"{moved} moved, {len(rows) - moved} did not" if rows else "Nothing was open", ended=rows)


def _became(handover: Handover, item: HandoverItem) -> str:
    if item.moved_at:
        return f"Went to {handover.to_team}"
    if item.goes and handover.answered_at and handover.status != "declined":
        if handover.from_team_id == handover.to_team_id:
            return f"Stays with {handover.to_team}"
        return "Had ended, or moved, before the answer"
    return f"Stayed with {item.team_name}"


def _due_words(due: date | datetime | None) -> str:
    if due is None:
        return "No day"
    return dates.moment(due, now=clock.now()) if isinstance(due, datetime) else dates.day(due)


def _parsed(item: Elsewhere) -> date | datetime | None:
    if not item.due:
        return None
    return datetime.fromisoformat(item.due) if "T" in item.due else date.fromisoformat(item.due)
