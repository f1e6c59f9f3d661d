"""Reviews whose day has passed are told once, to the team that reviews the plan: by beat."""

from django.db import transaction

from carecoord import clock, outbox
from careplans.models import CarePlan

BATCH = 200


@transaction.atomic
def tell_overdue_reviews() -> int:
    """Publish what is overdue and was not told yet, the longest overdue first; returns how much.

    Any number of workers may do it at once. Whatever sets another day begins anew. Of somebody who has died nothing is
    told: the plan stands among what is left to close.
    """
    due = CarePlan.objects.filter(
        status__in=("active", "on_hold"),
        review_due_on__lt=clock.today(),
        review_told_at=None,
        resident__died_on=None,
    )
    rows = list(due.order_by("review_due_on", "id").select_for_update(skip_locked=True, of=("self",))[:BATCH])
    for plan in rows:
        plan.review_told_at = clock.now()
        about = ("care_plan", plan.id)
        team_id = plan.review_team_id
        outbox.publish("plan.review_overdue", about=about, resident_id=plan.resident_id, team_id=team_id)
    CarePlan.objects.bulk_update(rows, ["review_told_at"])
    return len(rows)
