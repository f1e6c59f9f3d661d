"""Files of About Me as cards: what each is in words, and the ways to it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from carecoord.media import kind_of
from carecoord.ui import dates
from carecoord.ui.components import Link
from careplans.display.people import written
from careplans.models import Attachment
from careplans.reading import standing
from careplans.services.attachments import may_mark
from neighbourhoods.principal import Principal


@dataclass(frozen=True)
class AttachmentCard:
    """`picture` is where it is shown from; `gone` says why it does not stand any more."""

    title: str
    description: str
    facts: str
    by: str
    picture: str
    links: tuple[Link, ...]
    gone: str = ""
    is_error: bool = False


@dataclass(frozen=True)
class Attached:
    """Those that stand, and those that were replaced or were errors."""

    cards: tuple[AttachmentCard, ...]
    past: tuple[AttachmentCard, ...]


def attached(principal: Principal, attachments: Iterable[Attachment]) -> Attached:
    rows = list(attachments)
    there = {one.id for one in standing(rows)}
    cards = [attachment_card(principal, one, is_replaced=one.id not in there) for one in rows]
    return Attached(tuple(card for card in cards if not card.gone), tuple(card for card in cards if card.gone))


def attachment_card(principal: Principal, one: Attachment, *, is_replaced: bool = False) -> AttachmentCard:
    kind, ours = kind_of(one.media_type), may_mark(principal, one)
    at, hidden = reverse("attachment_file", args=[one.id]), f"the {kind.word.lower()}: {one.description}"
    may_open = one.error_at is None or ours
    links = [Link("Download", at, hidden)] if may_open else []
    if one.error_at is None:
        new = reverse("attachment_new", args=[one.resident_id])
        links += [] if is_replaced else [Link("Put a newer one in its place", f"{new}?replaces={one.id}", hidden)]
        links += [Link("It was entered in error", reverse("attachment_error", args=[one.id]), hidden)] if ours else []
    facts = (
        f"{one.media_type.partition('/')[2].upper()}, {filesizeformat(one.size)}",
        f"brought by {one.brought_by}",
        f"of {dates.day(one.taken_on)}" if one.taken_on else "",
    )
    error = f"Entered in error: {one.error_reason}" if one.error_at else ""
    return AttachmentCard(
        title=kind.word,
        description=one.description,
        facts=" · ".join(fact for fact in facts if fact),
        by=written(one.written_by, one.created_at, one.written_by_name),
        picture=at if kind.is_picture and one.error_at is None else "",
        links=tuple(links),
        gone=error or ("A newer one stands in its place." if is_replaced else ""),
        is_error=bool(error),
    )
