"""By beat, to the team that reviews the plan, once: that a review's day has passed; and that a section's clock has run
out, which brings the review forward."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction

from carecoord import clock, outbox
from careplans.groups import look_again_on
from careplans.headings import Heading, headings
from careplans.models import CarePlan, PlanSection
from careplans.services.meetings import REVIEWED, bring_review_forward
from careplans.triggers import SECTION
from neighbourhoods.cohorts.clocks import months_after
from neighbourhoods.encounters import start_of

BATCH = 200
# By so many days a month may be longer than another.
MARGIN = timedelta(days=4)


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


def tell_due_sections() -> int:
    """Bring the review forward of each plan in which a section is to be looked at again; returns how many.

    Each day is told once: until the section is written anew, or a review finds it still right. What nobody has written
    yet has no clock here: the group's own tells (decision 0053). Any number of workers may do it at once.
    """
    clocks = [one for one in headings().values() if one.review_months and not one.retired]
    return sum(_look_again(section, on) for heading in clocks for section, on in _run_out(heading))


def _run_out(heading: Heading) -> Iterator[tuple[PlanSection, date]]:
    today = clock.today()
    since = start_of(months_after(today, -heading.review_months) + MARGIN)
    about = {"care_plan__status__in": REVIEWED, "resident__died_on": None}
    found = PlanSection.objects.filter(key=heading.key, told_at=None, looked_at__lt=since, **about)
    written = found.exclude(body="", answers=[])
    for section in written.order_by("looked_at", "id")[:BATCH]:
        if (on := look_again_on(heading, section)) <= today:
            yield section, on


@transaction.atomic
def _look_again(section: PlanSection, on: date) -> bool:
    # The plan is locked first, as by whoever writes the section.
    is_sooner = bring_review_forward(resident_id=section.resident_id, cause=SECTION, on=on)
    unchanged = PlanSection.objects.filter(id=section.id, looked_at=section.looked_at, told_at=None)
    unchanged.update(told_at=clock.now())
    return is_sooner
