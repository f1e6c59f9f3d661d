"""What has happened since a handover was offered: to the person, and to cover that ends."""

from collections.abc import Iterable

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.components import Notice
from neighbourhoods.identities import Identity
from neighbourhoods.models import Resident
from referrals.models import Handover
from referrals.models.handovers import TEMPORARY_KINDS
from referrals.snapshots import Snapshot, district_of


def meanwhile(handover: Handover, snapshot: Snapshot, person: Resident | Identity) -> Iterable[Notice]:
    """That they died or moved, while the handover is to be decided; where somebody restricted lives is not said."""
    if handover.status not in {"draft", "offered"}:
        return
    if person.died_on:
        then = "Withdraw it" if handover.status == "draft" else "Ring the other team before you answer or withdraw"
        yield Notice("red", f"They died on {dates.day(person.died_on)}.", f"{then}: nothing ends by itself.")
        return
    before, now = snapshot.person.get("district"), _district(person)
    if handover.status == "offered" and before and now and before != now:
        yield Notice(
            "amber",
            "They have moved since this was offered.",
            f"They live in {now} now, and lived in {before}. Make sure that your team is still the right one.",
        )


def _district(person: Resident | Identity) -> str:
    return district_of(person) if isinstance(person, Resident) else person.district or ""


def cover_notices(handover: Handover) -> Iterable[Notice]:
    """How long cover lasts, that it has come back, and whether it was read back (rule 11)."""
    now, back = clock.now(), handover.return_to_team or handover.from_team
    if handover.status == "accepted" and handover.kind in TEMPORARY_KINDS and handover.ends_at:
        ends = dates.moment(handover.ends_at, now=now).replace("Today", "today")
        yield Notice("blue", f"This cover ends {ends}.", f"What moved goes back to {back}.", "clock")
    if handover.returned_at is None:
        return
    at = dates.moment(handover.returned_at, now=now).replace("Today", "today")
    if handover.ended_early_why:
        yield Notice("amber", "It ended early.", handover.ended_early_why)
    yield Notice("blue", f"Returned to {back} {at}.", _read_back(handover), "tick")


def is_to_be_read_back(handover: Handover) -> bool:
    is_back = handover.returned_at is not None and handover.status == "closed"
    return is_back and bool(handover.read_back_items) and handover.return_read_back_at is None


def _read_back(handover: Handover) -> str:
    if handover.return_read_back_at:
        who = f" by {handover.return_read_back_by.user.name}" if handover.return_read_back_by else ""
        return f"Read back{who}, {dates.moment_inside(handover.return_read_back_at, now=clock.now())}."
    if handover.read_back_items:
        return f"Not read back yet: ring {handover.to_team}, and tick each key item."
    return "Ring to read back what changed."
