"""The reviews of a privacy team: the list, and one of them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from carecoord.errors import RuleError
from carecoord.privacy.details import deeds_of, details_of
from carecoord.privacy.display import closed_rows, nothing_to_review, open_rows, review_page
from carecoord.privacy.forms import ReviewForm
from carecoord.privacy.models import PrivacyReview
from carecoord.privacy.services import close_review
from neighbourhoods.models.memberships import PRIVACY_ROLES
from neighbourhoods.web import MemberRequest, for_members

MOST_OPEN = 100
MOST_CLOSED = 25


@require_GET
@for_members
def privacy_reviews(request: MemberRequest) -> HttpResponse:
    """What waits, the soonest first; then what was reviewed last. No resident stands here."""
    if request.principal.role not in PRIVACY_ROLES:
        raise Http404("For privacy officers")
    reviews = PrivacyReview.objects.visible_to(request.principal).knowing_own_access(request.principal)
    reviews = reviews.select_related("organisation", "subject_membership")
    waiting = list(reviews.open().order_by("due_at", "id")[: MOST_OPEN + 1])
    closed = reviews.filter(state=PrivacyReview.State.CLOSED).order_by("-closed_at", "-id")[:MOST_CLOSED]
    context = {
        "waiting": open_rows(waiting[:MOST_OPEN]),
        "shown_first": f"The {MOST_OPEN} that are due first" if len(waiting) > MOST_OPEN else "",
        "closed": closed_rows(closed),
        "nothing": nothing_to_review(),
    }
    return render(request, "privacy/privacy_reviews.html", context)


@for_members
def privacy_review(request: MemberRequest, review_id: UUID) -> HttpResponse:
    """Whose record, who opened it, why, and what they did there; closed with an outcome and a note."""
    reviews = PrivacyReview.objects.visible_to(request.principal).knowing_own_access(request.principal)
    review = reviews.select_related("organisation", "subject_membership", "team").filter(id=review_id).first()
    if review is None:
        raise Http404("No review of yours")
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            closed = close_review(
                by=request.principal,
                review_id=review_id,
                outcome=PrivacyReview.Outcome(form.cleaned_data["outcome"]),
                note=form.cleaned_data["note"],
            )
        except RuleError as refusal:
            form.add_error(refusal.field, refusal.sentence)
        else:
            messages.success(request, f"Review {closed.reference} is closed: {closed.get_outcome_display().lower()}.")
            return redirect("privacy_reviews")
    page = review_page(review, details_of(review_id), deeds_of(review_id))
    context = {"review": page, "form": form}
    return render(request, "privacy/privacy_review.html", context, status=422 if form.errors else 200)
