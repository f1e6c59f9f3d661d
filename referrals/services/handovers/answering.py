"""The receiver's answer. The receiver controls the transfer (rule 2); a refusal is recorded like an acceptance (3)."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from carecoord import clock
from carecoord.errors import RuleError
from carecoord.ui import dates
from neighbourhoods.principal import Principal
from neighbourhoods.services import end_relationships
from referrals.models import Handover
from referrals.models.handovers import TEMPORARY_KINDS
from referrals.services.handovers.moving import give_up, giver_keeps, take_responsibility
from referrals.services.handovers.recording import add_concern
from referrals.services.handovers.steps import (
    STATE_FIELDS,
    check_move,
    is_closed,
    locked_handover,
    move,
    plain,
    said,
    tell,
    write_down,
)

ANSWER_FIELDS = ("answered_by", "answered_by_name", "answered_at")


@transaction.atomic
def accept_handover(
    *,
    by: Principal,
    handover_id: UUID,
    read_back: Sequence[bool],
    note: str = "",
    is_satisfactory: bool | None = None,
    why: str = "",
) -> Handover:
    """Take responsibility: all that a handover moves (domain.md 3.4), in one transaction, or nothing.

    `read_back` has one answer for each of `read_back_items`; where one is missing a note says why. A complete read-back
    closes the handover at once, a temporary one stays accepted until its end. Raises IllegalMove naming who was first
    where somebody has answered already.
    """
    handover = locked_handover(by, handover_id)
    move(handover, "accept", by)
    _refuse_own_shift(by, handover)
    _refuse_closed(handover)
    _read_back(handover, read_back, note)
    _answer(by, handover)
    handover.is_satisfactory = is_satisfactory
    if is_satisfactory is False:
        add_concern(by, handover, why)
    handover.save_changes(
        *STATE_FIELDS, *ANSWER_FIELDS, "read_back", "read_back_note", "is_satisfactory", "unsatisfactory_why"
    )
    moved = take_responsibility(by, handover)
    tell(
        handover,
        "accepted",
        by,
        moved=moved.moved,
        skipped=moved.skipped,
        giver_keeps=giver_keeps(by, handover),
    )
    if is_satisfactory is False:
        tell(handover, "unsatisfactory", by, told_team_id=handover.from_team_id)
    _close_if_done(by, handover)
    give_up(by, handover)
    return handover


@transaction.atomic
def decline_handover(*, by: Principal, handover_id: UUID, reason: str) -> Handover:
    """Refuse, with a reason. Nothing moves, the giver is told, and the receiver no longer reads the card."""
    handover = locked_handover(by, handover_id)
    move(handover, "decline", by)
    handover.answer_reason = said(reason, "reason", "Say why you decline.")
    _answer(by, handover)
    handover.ended_at = handover.answered_at
    handover.save_changes(*STATE_FIELDS, *ANSWER_FIELDS, "answer_reason", "ended_at")
    tell(handover, "declined", by, handover.answer_reason)
    end_relationships(source_id=handover.id)
    return handover


@transaction.atomic
def close_handover(*, by: Principal, handover_id: UUID, read_back: Sequence[bool] | None = None) -> Handover:
    """Finish the read-back that was left at acceptance. A temporary handover only records it: its end closes it.

    Raises RuleError while anything is left to read back.
    """
    handover = locked_handover(by, handover_id)
    check_move(handover, "close", by)
    if handover.kind in TEMPORARY_KINDS:
        return _read_back_of_cover(by, handover, read_back)
    _complete_read_back(handover, read_back)
    handover.save_changes("read_back")
    _close_if_done(by, handover)
    return handover


def _refuse_own_shift(by: Principal, handover: Handover) -> None:
    """Nobody hands over to themselves: at a change of shift within one team another person accepts."""
    author = (handover.written_by_id, handover.written_by_name)
    if handover.from_team_id == handover.to_team_id and author == (by.membership_id, by.partner_name):
        raise RuleError("You wrote this handover. Somebody else of your team accepts it.", code="own_handover")


def _refuse_closed(handover: Handover) -> None:
    if handover.to_team_id and is_closed(handover.to_team_id):
        raise RuleError(
            f"{handover.to_team} has been closed, so it takes nobody over. {handover.from_team} stays responsible: "
            "ring them, so that they offer it to another team."
        )


def _answer(by: Principal, handover: Handover) -> None:
    handover.answered_by_id, handover.answered_by_name = by.membership_id, by.partner_name
    handover.answered_at = clock.now()


def _read_back(handover: Handover, read_back: Sequence[bool], words: str) -> None:
    handover.read_back = _answers(handover, read_back)
    handover.read_back_note = plain(words)
    if not all(handover.read_back):
        left, whole = handover.read_back.count(False), len(handover.read_back)
        said(words, "note", f"Say why {left} of {whole} are not read back.")


def _complete_read_back(handover: Handover, read_back: Sequence[bool] | None) -> None:
    if read_back is not None:
        handover.read_back = _answers(handover, read_back)
    if not all(handover.read_back):
        raise RuleError("Read every item back first, then tick it.", field="read_back")


def _answers(handover: Handover, read_back: Sequence[bool]) -> list[bool]:
    if len(read_back) != len(handover.read_back_items):
        raise RuleError("Answer for each of the items to read back.", field="read_back")
    return [bool(answer) for answer in read_back]


def _close_if_done(by: Principal, handover: Handover) -> None:
    if handover.kind in TEMPORARY_KINDS or not all(handover.read_back):
        return
    move(handover, "close", by)
    handover.ended_at = clock.now()
    handover.save_changes(*STATE_FIELDS, "ended_at")
    tell(handover, "closed", by)


def _read_back_of_cover(by: Principal, handover: Handover, read_back: Sequence[bool] | None) -> Handover:
    if handover.ends_at and all(handover.read_back):
        ends = dates.moment_inside(handover.ends_at, now=clock.now())
        raise RuleError(f"This cover lasts until {ends}, and goes back to {handover.return_to_team} by itself.")
    _complete_read_back(handover, read_back)
    handover.save_changes("read_back")
    write_down(handover, "read_back", by)
    return handover
