"""Files in About Me: added, replaced by a newer one, and marked where they were an error. None is ever overwritten."""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from carecoord import audit, clock, outbox
from carecoord.errors import NotYours, RuleError
from carecoord.ids import new_id
from carecoord.media import Media, store
from carecoord.once import insert, made_before
from careplans.models import Attachment
from careplans.services.rules import author_name, current_plan, reason_for, words
from neighbourhoods.principal import Principal

MAX_DESCRIPTION = 500
MAX_BROUGHT_BY = 150
FACTS = ("sha256", "description", "brought_by", "taken_on")


@transaction.atomic
def add_attachment(
    *,
    by: Principal,
    plan_id: UUID,
    media: Media,
    description: str,
    brought_by: str,
    taken_on: date | None = None,
    replaces_id: UUID | None = None,
    attachment_id: UUID | None = None,
) -> Attachment:
    """Keep a file and say in words what it is. Whoever names an `attachment_id` may ask twice and gets one.

    Raises NoRoom where the disk takes no more; then nothing is kept and nothing is written.
    """
    plan = current_plan(by, plan_id)
    if taken_on and taken_on > clock.today():
        raise RuleError("The day must be today or earlier.", field="taken_on")
    attachment = Attachment(
        id=attachment_id or new_id(),
        care_plan=plan,
        resident_id=plan.resident_id,
        media_type=media.kind.media_type,
        size=len(media.content),
        sha256=media.sha256,
        description=words(description, "description", "Say in words what it is.", MAX_DESCRIPTION),
        brought_by=words(brought_by, "brought_by", "Say who brought it.", MAX_BROUGHT_BY),
        taken_on=taken_on,
        replaces=_replaced(by, plan.id, replaces_id) if replaces_id else None,
        written_by_id=by.membership_id,
        written_by_name=author_name(by),
    )
    mine = Attachment.objects.visible_to(by).filter(care_plan=plan)
    if attachment_id and (made := made_before(attachment, mine, FACTS)):
        return made
    if replaces_id and Attachment.objects.filter(replaces_id=replaces_id).exists():
        raise RuleError("Somebody has put a newer one in its place already. Look at that first.", code="replaced")
    attachment.stored_as = store.keep(media.content)
    try:
        insert(attachment)
    except BaseException:
        store.forget(attachment.stored_as)
        raise
    _tell("attachment.added", by, attachment, media_type=attachment.media_type, size=attachment.size)
    return attachment


@transaction.atomic
def enter_attachment_in_error(*, by: Principal, attachment_id: UUID, reason: str) -> Attachment:
    """Say that it does not belong there. It stays, struck out, and is opened by that organisation alone.

    Raises NotYours for what another organisation added.
    """
    attachments = Attachment.objects.select_for_update(of=("self",)).visible_to(by)
    attachment = attachments.select_related("written_by").get(id=attachment_id)
    reason = reason_for("enter_in_error", reason)
    if attachment.error_at:
        raise RuleError("This is marked as entered in error already.", code="error_already")
    if not may_mark(by, attachment):
        raise NotYours("Only the organisation that added it says that it was an error. Ring them.")
    attachment.error_at, attachment.error_reason = clock.now(), reason
    attachment.save_changes("error_at", "error_reason")
    _tell("attachment.entered_in_error", by, attachment, reason)
    return attachment


def may_mark(by: Principal, attachment: Attachment) -> bool:
    """Whether it was of the organisation of `by`."""
    return attachment.written_by is not None and attachment.written_by.organisation_id == by.organisation_id


def content_of(attachment: Attachment) -> bytes | None:
    """What is kept; None where it is gone, or is not any more what it was."""
    content = store.read(attachment.stored_as)
    return content if content and hashlib.sha256(content).hexdigest() == attachment.sha256 else None


def sweep_files() -> int:
    """Forget files that no row names: of what was refused after it was kept. Workers only: sees all."""

    def named(names: Any) -> set[str]:
        return set(Attachment.objects.filter(stored_as__in=names).values_list("stored_as", flat=True))

    return store.sweep(named)


def _replaced(by: Principal, plan_id: UUID, replaces_id: UUID) -> Attachment:
    found = Attachment.objects.visible_to(by).filter(care_plan_id=plan_id, id=replaces_id, error_at=None).first()
    if found is None:
        raise RuleError("What it stands in place of is not there any more. Add it by itself.", code="replaced")
    return found


def _tell(what: str, by: Principal, attachment: Attachment, reason: str = "", **detail: Any) -> None:
    about, resident_id = ("attachment", attachment.id), attachment.resident_id
    audit.record(what, by=by, resident_id=resident_id, about=about, reason=reason, **detail)
    outbox.publish(what, about=about, resident_id=resident_id)
