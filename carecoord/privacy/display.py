"""Reviews as rows, and one review as its page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from carecoord import clock
from carecoord.privacy.details import Deed, Details
from carecoord.privacy.models import PrivacyReview
from carecoord.privacy.rules import sentence_of as noticed
from carecoord.privacy.sentences import sentence_of
from carecoord.privacy.services import OWN
from carecoord.ui import dates, words
from carecoord.ui.components import Clock, Empty, Notice, ResidentLine, Row, SummaryList
from neighbourhoods.models import EmergencyGround, Role

ROLES = dict(Role.choices)
GROUNDS = dict(EmergencyGround.choices)


@dataclass(frozen=True)
class OpenRow:
    url: str
    reference: str
    what: str
    who: str
    role: str
    opened: str
    due: Clock
    is_own: bool


@dataclass(frozen=True)
class ClosedRow:
    url: str
    reference: str
    what: str
    who: str
    outcome: str
    closed: str


@dataclass(frozen=True)
class DeedRow:
    at: str
    what: str


@dataclass(frozen=True)
class ReviewPage:
    """`may_close` False with `own` empty: it is closed. Nothing of the resident is read for whoever it is about."""

    title: str
    reference: str
    notices: tuple[Notice, ...]
    resident: ResidentLine | None
    facts: SummaryList
    deeds: tuple[DeedRow, ...]
    may_close: bool
    about: str
    shows_deeds: bool


def open_rows(reviews: Iterable[Any]) -> tuple[OpenRow, ...]:
    return tuple(
        OpenRow(
            url=reverse("privacy_review", args=[one.id]),
            reference=one.reference,
            what=one.get_kind_display(),
            who=one.subject_name,
            role=_role_of(one),
            opened=dates.moment(one.opened_at, now=clock.now()),
            due=_clock_of(one),
            is_own=one.is_own,
        )
        for one in reviews
    )


def closed_rows(reviews: Iterable[PrivacyReview]) -> tuple[ClosedRow, ...]:
    return tuple(
        ClosedRow(
            url=reverse("privacy_review", args=[one.id]),
            reference=one.reference,
            what=one.get_kind_display(),
            who=one.subject_name,
            outcome=one.get_outcome_display(),
            closed=f"{dates.moment(one.closed_at or one.updated_at, now=clock.now())}, {one.closed_by_name}",
        )
        for one in reviews
    )


def nothing_to_review() -> Empty:
    return Empty(
        "Nothing waits to be reviewed",
        "When somebody opens a record in an emergency, or with a reason of their own, it stands here; also what a rule "
        "has noticed.",
        "You get an alert by then.",
    )


def review_page(review: Any, details: Details | None, deeds: Sequence[Deed]) -> ReviewPage:
    """`details` are None where the review is about the reader."""
    is_closed = review.state == PrivacyReview.State.CLOSED
    return ReviewPage(
        title=f"{review.get_kind_display()}: {review.reference}",
        reference=review.reference,
        notices=tuple(_notices(review)),
        resident=_resident(details) if details else None,
        facts=SummaryList(tuple(_facts(review, details))),
        deeds=tuple(DeedRow(dates.moment(one.at, now=clock.now()), sentence_of(one.verb)) for one in deeds),
        may_close=not is_closed and not review.is_own,
        about="What was noticed" if review.is_noticed else "Who opened what, and why",
        shows_deeds=details is not None,
    )


def _notices(review: Any) -> Iterable[Notice]:
    if review.is_own:
        yield Notice("amber", OWN)
    if review.is_another:
        text = "The Caldicott Guardian was told at once."
        yield Notice("amber", "An earlier emergency access of the same person had not been reviewed by then.", text)


def _facts(review: Any, details: Details | None) -> Iterable[Row]:
    now = clock.now()
    yield Row("Who" if review.is_noticed else "Opened by", review.subject_name, second=_role_of(review))
    yield Row("Organisation", review.organisation.name)
    yield Row("First at" if review.is_noticed else "Opened", dates.moment(review.opened_at, now=now))
    if review.is_noticed:
        yield Row("What was noticed", noticed(review.kind, review.facts))
    elif details:
        if details.ground:
            yield Row("Ground", GROUNDS[details.ground])
        yield Row("In their words" if details.ground else "Reason", details.reason)
        ended = details.ended_at or details.until
        if ended:
            yield Row("Until", dates.moment(ended, now=now), second="Ended by the person" if details.ended_at else "")
    yield Row("To be reviewed by", dates.moment(review.due_at, now=now), second=review.team.name)
    if review.state == PrivacyReview.State.CLOSED:
        closed = dates.moment(review.closed_at, now=now)
        yield Row("Outcome", review.get_outcome_display(), second=f"{review.closed_by_name}, {closed}")
        yield Row("Found", review.note)


def _resident(details: Details) -> ResidentLine:
    return ResidentLine(
        name=words.banner_name(family_name=details.family_name, given_name=details.given_name, title=details.title),
        born=words.born(details.birth_date, now=clock.now()),
        nhs_number=words.nhs_number(details.nhs_number),
        layout="line",
    )


def _role_of(review: Any) -> str:
    return ROLES.get(review.subject_membership.role, "") if review.subject_membership else "Partner system"


def _clock_of(review: PrivacyReview) -> Clock:
    standing = clock.standing(start=review.opened_at, due=review.due_at, now=clock.now())
    return Clock(state=standing.value, at=dates.moment(review.due_at, now=clock.now()))
