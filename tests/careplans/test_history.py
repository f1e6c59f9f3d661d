"""Every wording with who and when; what changed between any two; an error stays, struck out, with a reason."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.errors import NotYours, RuleError
from careplans.models import CarePlan, PlanSection, SectionVersion
from neighbourhoods.gate import acting_as

BEGAN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def three(shared):
    """Three wordings by two organisations."""
    told = (
        ("nurse", "Walks to the shop."),
        ("link_worker", "Walks to the gate."),
        ("nurse", "Walks to the gate, slowly."),
    )
    for number, (name, body) in enumerate(told):
        with clock.at(BEGAN + timedelta(minutes=number)):
            shared.write(body, by=name, version=number, in_own_words=False)
    return list(SectionVersion.objects.order_by("number"))


def url(shared, name="section_versions", *more):
    return reverse(name, args=[shared.resident.id, "people", *more])


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.content.decode()))


def test_any_two_versions_are_compared_in_the_order_in_which_they_were_written(signed_in, shared, three):
    client = signed_in("nurse")
    for older, newer in ((1, 3), (3, 1)):
        page = client.get(url(shared), {"older": older, "newer": newer})
        assert "From version 1 to version 3" in words(page)
        found = re.search(r'id="difference".*?</section>', page.content.decode(), re.S).group()
        assert "Walks to the <del>shop</del><ins>gate, slowly</ins>." in found


def test_two_are_offered_and_one_that_is_not_there_is_refused_in_words(signed_in, shared, three):
    client = signed_in("nurse")
    form = client.get(url(shared)).context["form"]
    assert (form["older"].value(), form["newer"].value()) == ("2", "3")
    page = client.get(url(shared), {"older": "77", "newer": "x"})
    assert page.status_code == 422
    assert "What you chose is not in the list any more" in words(page)


def test_each_version_says_who_wrote_it_in_which_role_and_when(signed_in, shared, three):
    said = words(signed_in("nurse").get(url(shared)))
    assert "Link Worker, Link worker, Test Carers Hub, 24-Nov-2026 09:01" in said


def test_a_wording_in_error_is_struck_out_with_the_reason_and_the_one_before_stands_again(signed_in, shared, three):
    client = signed_in("nurse")
    page = client.post(url(shared, "section_error", 3), {"reason": "Written about Ken"}, follow=True)
    assert "Entered in error: Written about Ken (Nurse, Community nurse, Test Community Health" in words(page)
    assert "<s>Walks to the gate, slowly.</s>" in page.content.decode()
    section = PlanSection.objects.get()
    assert (section.body, section.version) == ("Walks to the gate.", 4)
    assert section.written_by.user.name == "Link Worker"
    entry = AuditEntry.objects.get(verb="section.entered_in_error")
    assert (entry.reason, entry.detail) == ("Written about Ken", {"section": "people", "version": 3})


def test_an_earlier_one_in_error_leaves_the_plan_as_it_is(shared, three):
    shared.as_("nurse", "enter_wording_in_error", version_id=three[0].id, reason="A slip")
    assert PlanSection.objects.get().version == 3


def test_when_everything_was_an_error_nothing_stands(shared):
    shared.write("Ken")
    shared.as_("nurse", "enter_wording_in_error", version_id=SectionVersion.objects.get().id, reason="Someone else")
    assert (PlanSection.objects.get().body, SectionVersion.objects.count()) == ("", 2)


def test_only_the_organisation_that_wrote_it_says_so_once_and_with_a_reason(signed_in, shared, three):
    with pytest.raises(NotYours):
        shared.as_("nurse", "enter_wording_in_error", version_id=three[1].id, reason="x")
    with pytest.raises(RuleError, match="Say why"):
        shared.as_("nurse", "enter_wording_in_error", version_id=three[0].id, reason=" ")
    shared.as_("nurse", "enter_wording_in_error", version_id=three[0].id, reason="A slip")
    with pytest.raises(RuleError, match="already"):
        shared.as_("nurse", "enter_wording_in_error", version_id=three[0].id, reason="Again")
    client = signed_in("nurse")
    assert client.get(url(shared)).content.decode().count("It was entered in error") == 1
    refused = client.post(url(shared, "section_error", 2), {"reason": "x"})
    assert refused.status_code == 422
    assert "Only the organisation that wrote it" in words(refused)
    assert SectionVersion.objects.get(number=2).error_at is None


def test_an_outsider_marks_nothing(signed_in, shared, three):
    assert signed_in("outsider").post(url(shared, "section_error", 1), {"reason": "x"}).status_code == 404
    assert not SectionVersion.objects.filter(error_at__isnull=False).exists()


def test_the_words_of_a_version_cannot_be_changed_by_the_web(shared, three):
    with acting_as(shared.world.nurse), pytest.raises(ProgrammingError), transaction.atomic():
        connection.cursor().execute("UPDATE careplans_sectionversion SET body = 'x'")


def test_in_the_record_as_it_was_a_wording_that_was_an_error_is_struck_out(signed_in, shared, three):
    with at(60):
        shared.as_("nurse", "enter_wording_in_error", version_id=three[2].id, reason="Written about Ken")
    resident = shared.resident
    type(resident).objects.filter(id=resident.id).update(created_at=BEGAN - timedelta(days=1))
    CarePlan.objects.update(created_at=BEGAN - timedelta(days=1))
    was = reverse("as_it_was", args=[resident.id])
    with at(120):
        page = signed_in("nurse").get(was, {"at": "2026-11-24T09:02Z"})
    assert "<s>Walks to the gate, slowly.</s>" in page.content.decode()
    assert "Entered in error since, " in words(page)


def test_the_plan_leads_to_how_it_was(signed_in, shared):
    page = signed_in("nurse").get(reverse("care_plan", args=[shared.resident.id])).content.decode()
    assert f'href="{reverse("as_it_was", args=[shared.resident.id])}"' in page


def at(minutes):
    return clock.at(BEGAN + timedelta(minutes=minutes))


def test_every_version_of_a_goal_says_what_it_changed_who_and_when(signed_in, shared):
    with at(0):
        goal = shared.goal(title="Walk to the shop", importance=9, confidence=4)
    with at(5):
        facts = {"title": "Walk to the gate", "importance": 9, "confidence": 6}
        shared.as_("link_worker", "change_goal", goal_id=goal.id, version=1, **facts)
    with at(9):
        shared.as_("nurse", "move_goal", goal_id=goal.id, verb="start")
        changed = shared.as_("nurse", "set_aside", beside=goal, words={"The goal": "Walk with Karen"})
    assert changed.goal_id == goal.id
    client = signed_in("nurse")
    page = client.get(reverse("goal_history", args=[goal.id]))
    said = words(page)
    assert [block.number for block in page.context["blocks"]] == [3, 2, 1]
    assert "Link Worker, Link worker, Test Carers Hub, 24-Nov-2026 09:05" in said
    assert "Walk to the <del>shop</del><ins>gate</ins>" in page.content.decode()
    assert "Where it stands Proposed In progress" in said
    assert "Walk with Karen" in said
    page = client.get(reverse("goal_history", args=[goal.id]), {"older": "1", "newer": "3"})
    found = words(page).split("From version 1 to version 3")[1].split("Version 3")[0]
    assert "shopgate" in found
    assert "4 6" in found
    assert client.get(reverse("goal_history", args=[goal.id]), {"older": "9", "newer": "3"}).status_code == 422
    assert (
        reverse("goal_history", args=[goal.id]) in client.get(reverse("goal_detail", args=[goal.id])).content.decode()
    )


def test_every_version_of_an_action_names_people_days_and_states(signed_in, shared, world):
    with at(0):
        action = shared.action(due_on=BEGAN.date())
    with at(5):
        facts = {
            "title": action.title,
            "detail": "",
            "due_on": None,
            "assigned_to_id": world.second_nurse.membership_id,
        }
        shared.as_("nurse", "change_action", action_id=action.id, version=1, **facts)
    with at(9):
        shared.as_("nurse", "move_action", action_id=action.id, verb="hold", reason="Unwell")
    said = words(signed_in("nurse").get(reverse("action_history", args=[action.id])))
    for fact in ("Due on 24-Nov-2026", "Who in the team sees to it Second Nurse", "Not started On hold: Unwell"):
        assert fact in said


def test_an_outsider_reads_no_history(signed_in, shared):
    goal, action = shared.goal(), shared.action()
    client = signed_in("outsider")
    assert client.get(reverse("goal_history", args=[goal.id])).status_code == 404
    assert client.get(reverse("action_history", args=[action.id])).status_code == 404
