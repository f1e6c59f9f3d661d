"""Additional support plans: a page writes, corrects and ends one, and every version of it stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.errors import NotYours
from careplans.models import AdditionalPlan, PlanDraft, SetAside
from careplans.services import Clash

BEGAN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
EMPTY = {f"{day}_{part}": "" for day in ("starts_on", "ends_on", "review_due_on") for part in ("day", "month", "year")}


@pytest.fixture
def wound(shared):
    with clock.at(BEGAN):
        facts = {"name": "Wound plan", "content": "Foam on Mondays"}
        return shared.as_("nurse", "add_additional_plan", plan_id=shared.plan.id, **facts)


def typed(**facts):
    return EMPTY | {"name": "Wound plan", "content": "Foam on Mondays", "reviewed_by": "", "version": 1} | facts


def change(shared, wound, by="link_worker", version=1, **facts):
    said = {"name": wound.name, "content": wound.content} | facts
    days = {name: said.pop(name, None) for name in ("starts_on", "ends_on", "review_due_on")}
    with clock.at(BEGAN + timedelta(minutes=5)):
        return shared.as_(by, "change_additional_plan", additional_plan_id=wound.id, version=version, **said, **days)


def test_a_nurse_writes_one_and_it_stands_in_the_plan(shared, signed_in):
    nurse, plan = signed_in("nurse"), reverse("care_plan", args=[shared.resident.id])
    new = reverse("additional_new", args=[shared.resident.id])
    assert new in nurse.get(plan).content.decode()
    page = nurse.get(new).content.decode()
    assert "Add another plan" in page
    day = {"review_due_on_day": "4", "review_due_on_month": "1", "review_due_on_year": "2027"}
    answer = nurse.post(new, typed(reviewed_by="Tissue nurses", **day))
    assert answer.headers["Location"] == plan
    shown = nurse.get(plan).content.decode()
    assert "Foam on Mondays" in shown
    assert "looked at again by Tissue nurses" in shown
    assert AdditionalPlan.objects.get().written_by_id == shared.world.nurse.membership_id


def test_what_is_refused_is_kept(shared, signed_in):
    new = reverse("additional_new", args=[shared.resident.id])
    days = {"starts_on_day": "9", "starts_on_month": "12", "starts_on_year": "2026"}
    ends = {"ends_on_day": "1", "ends_on_month": "12", "ends_on_year": "2026"}
    answer = signed_in("nurse").post(new, typed(**days, **ends))
    assert answer.status_code == 422
    assert "The last day must not be before the first" in answer.content.decode()
    assert PlanDraft.objects.get().typed["content"] == "Foam on Mondays"
    assert AdditionalPlan.objects.count() == 0


def test_two_change_it_and_only_what_clashes_is_asked(shared, wound, signed_in):
    change(shared, wound, content="Gauze on Mondays", ends_on=clock.today() + timedelta(days=9))
    page = reverse("additional_plan", args=[wound.id])
    nurse = signed_in("nurse")
    merged = nurse.post(page, typed(name="Wound plan, left heel"))
    assert merged.status_code == 302
    wound.refresh_from_db()
    assert (wound.name, wound.content) == ("Wound plan, left heel", "Gauze on Mondays")
    asked = nurse.post(page, typed(content="Honey on Mondays"))
    assert asked.status_code == 422
    text = asked.content.decode()
    assert "Gauze" in text
    assert "Honey" in text
    facts = typed(content="Honey on Mondays", version=3, read_version=1, choice_asked="1", choose_content="theirs")
    assert nurse.post(page, facts).status_code == 302
    assert SetAside.objects.get().fields == {"What it says": "Honey on Mondays"}
    history = nurse.get(reverse("additional_history", args=[wound.id])).content.decode()
    assert "Version 3" in history
    assert "Honey on Mondays" in history


def test_the_same_changed_by_two_clashes(shared, wound):
    change(shared, wound, content="Gauze")
    with pytest.raises(Clash):
        change(shared, wound, by="nurse", content="Honey")


def test_one_that_is_over_stands_among_those_that_are(shared, wound, signed_in):
    yesterday = clock.today() - timedelta(days=1)
    change(shared, wound, ends_on=yesterday)
    text = signed_in("nurse").get(reverse("care_plan", args=[shared.resident.id])).content.decode()
    assert "Plans that are over (1)" in text


def test_an_error_is_struck_out_by_its_own_organisation_only(shared, wound, signed_in):
    with pytest.raises(NotYours):
        shared.as_("link_worker", "enter_additional_plan_in_error", additional_plan_id=wound.id, reason="Not hers")
    nurse, error = signed_in("nurse"), reverse("additional_error", args=[wound.id])
    assert nurse.post(error, {"reason": ""}).status_code == 422
    assert nurse.post(error, {"reason": "Not hers"}).status_code == 302
    text = nurse.get(reverse("care_plan", args=[shared.resident.id])).content.decode()
    assert "Entered in error: Not hers" in text
    assert "<s>Wound plan</s>" in text
    assert nurse.get(error).status_code == 404
    page = nurse.get(reverse("additional_plan", args=[wound.id]))
    assert '<form method="post" novalidate' not in page.content.decode()
