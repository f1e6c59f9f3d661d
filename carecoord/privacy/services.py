"""Closing a review."""

from uuid import UUID

from django.db import transaction

from carecoord import audit, clock, outbox
from carecoord.errors import NotYours, RuleError
from carecoord.privacy.models import FEWEST_CHARACTERS, PrivacyReview
from neighbourhoods.principal import Principal
from neighbourhoods.services.emergencies import seen_words

OWN = "This is about your own access, so somebody else reviews it: another privacy officer, or the Caldicott Guardian."
TOO_SHORT = f"Write what you found in at least {FEWEST_CHARACTERS} characters"


@transaction.atomic
def close_review(*, by: Principal, review_id: UUID, outcome: PrivacyReview.Outcome, note: str) -> PrivacyReview:
    """Say whether the access was justified, and what was found (IG-07).

    Raises PrivacyReview.DoesNotExist where it is not `by`'s to read, NotYours where it is about `by`, RuleError where
    it has been closed already or the note says too little.
    """
    known = PrivacyReview.objects.visible_to(by).get(id=review_id)
    if known.subject_user_id == by.actor_id:
        raise NotYours(OWN)
    review = PrivacyReview.objects.visible_to(by).select_for_update(of=("self",)).get(id=review_id)
    if review.state == PrivacyReview.State.CLOSED:
        raise RuleError(f"{review.closed_by_name} has closed this review already. Nothing was changed.")
    if len(seen_words(note)) < FEWEST_CHARACTERS:
        raise RuleError(TOO_SHORT, field="note")
    review.state, review.outcome, review.note = PrivacyReview.State.CLOSED, outcome, note.strip()
    review.closed_at, review.closed_by_user_id, review.closed_by_name = clock.now(), by.actor_id, by.name
    review.save_changes("state", "outcome", "note", "closed_at", "closed_by_user_id", "closed_by_name")
    # Without the resident: their timeline tells nobody who was looked into.
    audit.record("review.closed", by=by, about=("privacy_review", review.id), outcome=outcome, kind=review.kind)
    outbox.publish(
        "review.closed",
        about=("privacy_review", review.id),
        team_id=review.team_id,
        emergency_id=review.about_id if review.about_type == "emergency_access" and not review.is_noticed else None,
    )
    return review
