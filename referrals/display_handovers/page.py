"""One handover as its page: what is told, what goes, who is responsible, and what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from carecoord import clock
from carecoord.alerts.feeds import ladder_about
from carecoord.moves import Side
from carecoord.ui import dates
from carecoord.ui.components import (
    Clock,
    DefinitionRows,
    Link,
    Notice,
    Responsibility,
    Row,
    Sbar,
    Status,
)
from neighbourhoods.definitions import definition_of, strip_kinds
from neighbourhoods.identities import Identity
from neighbourhoods.models import Resident, Role, Team
from neighbourhoods.principal import Principal
from referrals.display_handovers.items import ItemsTable
from referrals.display_handovers.meanwhile import cover_notices, is_to_be_read_back, meanwhile
from referrals.display_handovers.rows import (
    concern_words,
    late,
    leads_of,
    offer_clock,
    said_when,
    silence,
    status_of,
    what_happened,
)
from referrals.models import Handover, HandoverConcern, HandoverNeedMark
from referrals.models.handovers import TEMPORARY_KINDS, HandoverKind
from referrals.pathways import pathway_words
from referrals.services.handovers.items import name_of
from referrals.services.handovers.needs import WHILE as NEEDS_ARE_SAID_WHILE
from referrals.snapshots import Snapshot
from referrals.states import HANDOVER

FACT_WORDS = {
    "cpr": "Resuscitation",
    "allergy": "Allergies",
    "no_known_allergies": "Allergies",
    "alert": "Alerts",
    "adjustment": "Adjustments",
    "problem": "Current problems",
    "legal": "Legal",
}


@dataclass(frozen=True)
class HandoverPage:
    """Everything a page of one handover shows, whoever reads it. `may` are the verbs that are open to the reader."""

    heading: str
    second: str
    ring: Link | None
    status: Status
    sbar: Sbar
    told_title: str
    full_record: Link | None
    dataset: DefinitionRows
    dataset_title: str
    items: ItemsTable
    answer: DefinitionRows
    notices: tuple[Notice, ...]
    may: Mapping[str, bool]
    responsibility: Responsibility | None = None
    clock: Clock | None = None
    accept_by: str = ""
    silence: str = ""
    read_back: tuple["KeyItem", ...] = ()
    read_back_title: str = ""
    needs: tuple["Need", ...] = ()
    needs_note: str = ""


@dataclass(frozen=True)
class KeyItem:
    """One item to read back, and whether it was."""

    words: str
    is_read: bool
    note: str = ""


@dataclass(frozen=True)
class Need:
    """One thing that must be in place before they arrive. `may_say`: the reader may say that it is, or is not."""

    number: int
    words: str
    is_in_place: bool
    said: str
    may_say: bool


def handover_page(
    principal: Principal,
    handover: Handover,
    snapshot: Snapshot,
    items: ItemsTable,
    concerns: Sequence[HandoverConcern],
    marks: Mapping[int, HandoverNeedMark],
    person: Resident | Identity,
) -> HandoverPage:
    """`snapshot` of a draft is what would be frozen if it were offered now."""
    needs = tuple(_needs(principal, handover, marks))
    sees_record = isinstance(person, Resident)
    is_offered, clock_now = handover.status == "offered", offer_clock(handover)
    return HandoverPage(
        heading=f"Handover from {handover.from_team} to {handover.to_team}",
        second=_second(handover),
        ring=_ring(handover.from_team if principal.acts_for(handover.to_team_id) else handover.to_team),
        status=status_of(handover),
        sbar=_sbar(principal, handover, snapshot),
        told_title=_told_title(principal, handover),
        full_record=_full_record(principal, handover, sees_record),
        dataset=_dataset(handover, snapshot, sees_record),
        dataset_title=_dataset_title(handover, snapshot),
        items=items,
        answer=_answer(handover, concerns),
        notices=(*meanwhile(handover, snapshot, person), *_notices(handover, items, concerns, needs)),
        may=may_do(principal, handover),
        responsibility=_responsibility(principal, handover),
        clock=replace(clock_now, at="") if is_offered and clock_now else None,
        accept_by=_accept_by(handover) if is_offered else "",
        silence=_silence(principal, handover) if is_offered else "",
        read_back=_read_back(handover),
        needs=needs,
        needs_note=f"{sum(need.is_in_place for need in needs)} of {len(needs)} in place",
        read_back_title="Key items" if handover.read_back else "To read back",
    )


def _silence(principal: Principal, handover: Handover) -> str:
    return silence(principal, handover, leads_of(handover), ladder_about(principal, handover.id))


def _second(handover: Handover) -> str:
    parts = [handover.get_kind_display()]
    if handover.takes_place_at:
        parts.append(dates.moment(handover.takes_place_at, now=clock.now()).replace("Today", "today"))
    if handover.pathway is not None:
        parts.append(pathway_words(handover.pathway))
    if handover.place:
        parts.append(handover.place)
    author = _author(handover)
    offered = ""
    if handover.offered_at and author:
        at = dates.moment(handover.offered_at, now=clock.now()).replace("Today", "today")
        offered = f" Offered {at} by {author}."
    return f"{', '.join(parts)}.{offered}"


def _author(handover: Handover) -> str:
    """`Amina Khan, nurse`; a partner's system by its own name."""
    who = handover.written_by
    return f"{who.user.name}, {Role(who.role).label.lower()}" if who else handover.written_by_name


def _ring(team: Team | None) -> Link | None:
    if team is None or not team.phone:
        return None
    return Link(team.phone, f"tel:{team.phone.replace(' ', '')}", hidden=f": ring {team.name}")


def _read_back(handover: Handover) -> tuple[KeyItem, ...]:
    answers = handover.read_back or [False] * len(handover.read_back_items)
    left = "Not read back" if handover.read_back else ""
    pairs = zip(handover.read_back_items, answers, strict=True)
    return tuple(KeyItem(words, is_read, "" if is_read else left) for words, is_read in pairs)


def _sbar(principal: Principal, handover: Handover, snapshot: Snapshot) -> Sbar:
    missing = ", ".join(snapshot.missing)
    asks = missing and principal.acts_for(handover.to_team_id) and handover.from_team.phone
    phone = handover.from_team.phone.replace(" ", "")
    return Sbar(
        situation=handover.situation,
        background=handover.background or "Not given",
        assessment=handover.assessment or "Not given",
        recommendation=handover.recommendation or "Not given",
        missing=f"{missing}." if missing else "",
        ask=Link(f"Ring {handover.from_team}", f"tel:{phone}") if asks else None,
    )


def _told_title(principal: Principal, handover: Handover) -> str:
    if handover.status == "draft":
        return f"What {handover.to_team} will be told"
    if principal.acts_for(handover.to_team_id):
        return "What you are being told" if handover.status == "offered" else "What you were told"
    return f"What {handover.to_team} was told"


def _full_record(principal: Principal, handover: Handover, sees_record: bool) -> Link | None:
    """Rule 17: the minimum by default, with a way to the full record. Before acceptance that way is a claim."""
    url = reverse("resident_record", args=[handover.resident_id])
    if sees_record:
        return Link("Full record", url)
    if handover.status == "offered" and principal.acts_for(handover.to_team_id):
        return Link("Full record", f"{url}?reason=offered")
    return None


def _dataset(handover: Handover, snapshot: Snapshot, sees_record: bool) -> DefinitionRows:
    """Rule 18. While the receiver decides, the strip says the first of it; later the record may say otherwise."""
    strip_says_it = handover.status == "offered" and not sees_record
    told: dict[str, list[str]] = {}
    for fact in snapshot.facts:
        if not (strip_says_it and fact.kind in strip_kinds()):
            told.setdefault(_word_for(fact.kind), []).append(fact.text or "None known")
    if snapshot.goals:
        told["Goals"] = [f"“{goal}”" for goal in snapshot.goals]
    for role, name in snapshot.responsible:
        told.setdefault(role, []).append(name)
    if handover.named:
        told["Told first"] = [handover.named.user.name]
    if handover.others_present:
        told["Present"] = [handover.others_present]
    if handover.giver_stays_involved:
        told["After it"] = [f"{handover.from_team} stays involved"]
    return DefinitionRows(tuple(Row(label, " · ".join(values)) for label, values in told.items()))


def _word_for(kind: str) -> str:
    """What stands under the banner is called as it is there, anything else by the title of its kind."""
    return FACT_WORDS.get(strip_kinds().get(kind, kind)) or definition_of(kind).title


def _dataset_title(handover: Handover, snapshot: Snapshot) -> str:
    if handover.status == "draft":
        return "As the record says now"
    return f"As it was on {dates.day(snapshot.taken_at)} {dates.time_of_day(snapshot.taken_at)}"


def _responsibility(principal: Principal, handover: Handover) -> Responsibility | None:
    if handover.to_team is None or handover.status not in {"draft", "offered"}:
        return None
    then = "When you accept" if principal.acts_for(handover.to_team.id) else "When they accept"
    now, after = (
        team.name if principal.acts_for(team.id) else name_of(team) for team in (handover.from_team, handover.to_team)
    )
    return Responsibility(now=now, then=after, then_label=then)


def _accept_by(handover: Handover) -> str:
    if handover.accept_by is None:
        return ""
    now = clock.now()
    by_when = dates.moment(handover.accept_by, now=now).replace("Today", "today")
    return f"Accept by {by_when}." if now < handover.accept_by else f"It was to be accepted by {by_when}."


def _answer(handover: Handover, concerns: Iterable[HandoverConcern]) -> DefinitionRows:
    """Who answered, when and how it went (rules 3, 4 and 6)."""
    rows: list[Row] = []
    if handover.status not in {"draft", "offered"}:
        rows.append(Row("Answer" if handover.answered_at else "What came of it", what_happened(handover)))
    if handover.answered_at and late(handover) and handover.accept_by:
        rows.append(Row("Due", dates.moment(handover.accept_by, now=clock.now())))
    if handover.read_back:
        done, whole = sum(handover.read_back), len(handover.read_back)
        rows.append(Row("Read back", f"{done} of {whole}", handover.read_back_note))
    elif handover.read_back_note:
        rows.append(Row("Note", handover.read_back_note))
    if handover.is_satisfactory is not None:
        rows.append(Row("Good enough", "Yes" if handover.is_satisfactory else "No"))
    rows += [Row(concern_words(said), said.why, said_when(said)) for said in concerns]
    return DefinitionRows(tuple(rows))


def _needs(principal: Principal, handover: Handover, marks: Mapping[int, HandoverNeedMark]) -> Iterable[Need]:
    may_say = handover.status in NEEDS_ARE_SAID_WHILE and bool(handover.sides_of(principal))
    for number, words in enumerate(handover.needs, start=1):
        mark = marks.get(number)
        is_in_place = mark is not None and mark.is_in_place
        yield Need(number, words, is_in_place, _need_said(mark), may_say)


def _need_said(mark: HandoverNeedMark | None) -> str:
    if mark is None:
        return "Not in place yet"
    name = mark.said_by.user.name if mark.said_by else mark.said_by_name
    said = "In place" if mark.is_in_place else "Not in place after all"
    return f"{said}: {name}, {dates.moment_inside(mark.created_at, now=clock.now())}"


def _notices(
    handover: Handover, items: ItemsTable, concerns: Sequence[HandoverConcern], needs: Sequence[Need]
) -> Iterable[Notice]:
    if handover.status == "entered_in_error":
        yield Notice("red", "Entered in error.", f"{handover.answer_reason} It moved nothing back.")
    yield from cover_notices(handover)
    if handover.kind == HandoverKind.DISCHARGE and items.left:
        number = len(items.left)
        stay = "1 thing stays" if number == 1 else f"{number} things stay"
        yield Notice(
            "amber",
            f"{stay} open with {handover.from_team}.",
            f"{', '.join(items.left)}. Discharge does not close what is open.",
        )
    left = [need.words for need in needs if not need.is_in_place]
    if left and handover.status in NEEDS_ARE_SAID_WHILE:
        yield Notice("amber", f"{len(left)} of {len(needs)} not in place yet.", f"{', '.join(left)}.")
    if concerns:
        is_incident = any(said.is_incident for said in concerns)
        words = "Logged as an incident." if is_incident else f"{concern_words(concerns[-1])}."
        yield Notice("red" if is_incident else "amber", words, "What was said stands under the answer.")


def may_do(principal: Principal, handover: Handover) -> Mapping[str, bool]:
    """What is open to the reader on the page of this handover, by name."""
    allowed = HANDOVER.allowed(handover.status, handover.sides_of(principal))
    left = not all(handover.read_back)
    return {
        **{verb: verb in allowed for verb in ("offer", "accept", "decline", "withdraw", "enter_in_error")},
        "edit": "offer" in allowed,
        "finish": "close" in allowed and left,
        "end_cover": "close" in HANDOVER.allowed(handover.status, {Side.RECEIVER})
        and handover.kind in TEMPORARY_KINDS
        and bool(handover.sides_of(principal)),
        "read_back_return": is_to_be_read_back(handover) and principal.acts_for(handover.return_to_team_id),
        "log": bool(handover.sides_of(principal)) and handover.answered_at is not None,
    }
