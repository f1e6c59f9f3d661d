"""A volunteer's day, and one visit, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from carecoord import clock
from carecoord.record.visiting import IN_HAND, Visit, VolunteersDay
from carecoord.ui import dates, words
from carecoord.ui.components import Clock, ItemRow, Notice, ResidentFrame, Row, SummaryList
from careplans.display import action_clock
from careplans.models import Action
from neighbourhoods import codes
from neighbourhoods.identities import Identity
from neighbourhoods.volunteering import VisitCard
from referrals.display_cards import frame_of_name
from referrals.display_referrals import in_short
from referrals.models import Referral
from referrals.referral_clock import clock_tag

METHOD, LANGUAGE = "preferred-contact-method", "human-language"


@dataclass(frozen=True)
class DayOfVolunteer:
    tasks: tuple[ItemRow, ...]
    asked: tuple[ItemRow, ...]
    in_hand: tuple[ItemRow, ...]

    @property
    def is_quiet(self) -> bool:
        return not (self.tasks or self.asked or self.in_hand)


@dataclass(frozen=True)
class TaskView:
    """`url` takes the answer: done, or why it could not be done."""

    title: str
    clock: Clock
    detail: str
    url: str


@dataclass(frozen=True)
class VisitPage:
    frame: ResidentFrame
    called: str
    notice: Notice | None
    reach: SummaryList
    needs: tuple[str, ...]
    access: tuple[str, ...]
    risks: tuple[str, ...]
    tasks: tuple[TaskView, ...]
    referrals: tuple[ItemRow, ...]


def day_of_volunteer(day: VolunteersDay) -> DayOfVolunteer:
    return DayOfVolunteer(
        tasks=tuple(_task(one, day.people) for one in day.tasks),
        asked=_rows(day.asked, day.people),
        in_hand=_rows(day.in_hand, day.people),
    )


def visit_page(visit: Visit) -> VisitPage:
    card = visit.card
    return VisitPage(
        frame=frame_of_name(card.person),
        called=card.person.called,
        notice=_notice(card),
        reach=SummaryList(_reach(card)),
        needs=card.needs,
        access=card.access,
        risks=card.risks,
        tasks=tuple(_task_view(one) for one in visit.tasks),
        referrals=_rows(visit.referrals, {}),
    )


def _task(action: Action, people: Mapping[UUID, Identity]) -> ItemRow:
    return ItemRow(
        resident=None,
        clock=action_clock(action),
        title=_name(people.get(action.resident_id)),
        url=reverse("visit", args=[action.resident_id]),
        text=action.title,
    )


def _rows(referrals: Sequence[Referral], people: Mapping[UUID, Identity]) -> tuple[ItemRow, ...]:
    """Without `people` by what is asked: on a page of one resident."""
    return tuple(
        ItemRow(
            resident=None,
            clock=clock_tag(one, clock.now()),
            title=_name(people.get(one.resident_id)) if people else in_short(one.reason),
            url=_page_of(one, is_of_day=bool(people)),
            text=f"{in_short(one.reason)}. Asked by {one.from_team}" if people else f"Asked by {one.from_team}",
        )
        for one in referrals
    )


def _page_of(referral: Referral, *, is_of_day: bool) -> str:
    """From my day to what one needs to visit, once the team has said that it helps."""
    if is_of_day and referral.status in IN_HAND:
        return reverse("visit", args=[referral.resident_id])
    return reverse("referral_detail", args=[referral.id])


def _task_view(action: Action) -> TaskView:
    url = reverse("visit_task", args=[action.resident_id, action.id])
    return TaskView(title=action.title, clock=action_clock(action), detail=action.detail, url=url)


def _name(person: Identity | None) -> str:
    if person is None:
        return "Name not shown"
    return words.banner_name(family_name=person.family_name, given_name=person.given_name, title=person.title)


def _notice(card: VisitCard) -> Notice | None:
    if card.person.died_on is None:
        return None
    died = f"{card.person.called} died on {dates.day(card.person.died_on)}."
    return Notice("red", died, f"Do not visit. Ring {_lead(card)}.", icon="alert")


def _lead(card: VisitCard) -> str:
    return ", ".join(part for part in (card.lead_team, card.lead_phone) if part) or "the team that asked you"


def _reach(card: VisitCard) -> tuple[Row, ...]:
    said = codes.words_of({METHOD: card.contact_method, LANGUAGE: card.language})
    hidden = f"Restricted: ring {_lead(card)}" if card.person.is_restricted else ""
    needs = {None: "", True: "An interpreter is needed", False: "No interpreter is needed"}
    facts = {
        "Call them": card.person.called,
        "Pronouns": card.pronouns,
        "Address": hidden or "\n".join(card.address) or "Not known",
        "Phone": hidden or card.phone or "Not known",
        "Prefers to be reached by": said.get(METHOD, {}).get(card.contact_method, ""),
        "Language": said.get(LANGUAGE, {}).get(card.language, ""),
        "Interpreter": needs[card.interpreter_required],
        "If you are worried, ring": _lead(card),
    }
    return tuple(Row(label, value) for label, value in facts.items() if value)
